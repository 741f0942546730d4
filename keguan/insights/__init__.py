"""Figures over what the domains keep: how old, how often in time, where from, how it goes. Reads only.

A figure is made here once and shown by pages and REST alike; the list behind it is the domain's own.
"""
