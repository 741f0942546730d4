"""Packs as folders: reading them safely and telling every fault at once. Never touches the database."""
