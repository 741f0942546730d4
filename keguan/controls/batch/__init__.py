"""The batch reading of every engine: a rulebook's controls over the whole recorded past, set by set.

One module for each engine says what a control needs to know and how it judges an act, as Ibis expressions over as-of
tables; all controls of a record type are compiled together and share one sort. Reads the mirror alone: it asks no live
table for a fact, and writes nothing.
"""
