"""Pages of record types: one list and one page for every type, made from its declaration; what differs is a class.

Typed and register records go through the same classes and the same templates.
"""
