"""Tests of the cases app; everything goes through commands."""
