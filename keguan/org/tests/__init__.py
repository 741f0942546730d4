"""Tests of the org app; everything goes through commands."""
