"""Policies: packs read from folders, versions and parameters kept with their dates, rulebooks compiled from them."""
