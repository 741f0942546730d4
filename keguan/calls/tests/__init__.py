"""Tests of the calls app; everything goes through commands."""
