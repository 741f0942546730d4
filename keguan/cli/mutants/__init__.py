"""Trying the mutants of a pack against its scenarios: which one no scenario notices."""
