"""Work that takes longer than a request: a record carried on part by part, that can be left, stopped, taken up again.

Bulk acts and imports are such work; what they have in common stands here, once.
"""
