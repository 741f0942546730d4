"""Customers: organisations and persons, their contacts and phones, and how whole lists of them come in."""
