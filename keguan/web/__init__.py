"""Screens: server-rendered pages over queries and commands. Nothing may import this package."""
