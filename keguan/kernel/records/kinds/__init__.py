"""Kinds of values: what a fact or an argument may hold, how it is read from people, packs, JSON and columns.

A kind never touches the database; it names its columns and turns values into what a column takes and back.
Each `parse` accepts what people type (full-width digits included) and raises `BadValue` with a kind sentence.
"""

from keguan.kernel.records.kinds.base import BadValue, Kind, empty, plain
from keguan.kernel.records.kinds.numbers import Integer, Money, MoneyKind, Number, at_least, decimal
from keguan.kernel.records.kinds.parts import Fields, Listing, Reference
from keguan.kernel.records.kinds.times import COMPANY_ZONE, Date, Moment
from keguan.kernel.records.kinds.words import NO, YES, Boolean, Choice, Text

__all__ = [
    "COMPANY_ZONE", "NO", "YES", "BadValue", "Boolean", "Choice", "Date", "Fields", "Integer", "Kind", "Listing",
    "Moment", "Money", "MoneyKind", "Number", "Reference", "Text", "at_least", "decimal", "empty", "plain",
]  # fmt: skip
