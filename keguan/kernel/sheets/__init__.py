"""Spreadsheets: read what people send (xlsx, csv), write what people take home (xlsx).

Owns the way from a file to rows of text and back. It knows no field and no record type, never guesses a value
away, and never touches the database.
"""

from keguan.kernel.sheets.reading import read_sheet
from keguan.kernel.sheets.table import USUAL, Column, Finding, Limits, Row, Sheet, SheetFault
from keguan.kernel.sheets.writing import Value, Written, neutral, write_delimited, write_sheet

__all__ = [
    "USUAL",
    "Column",
    "Finding",
    "Limits",
    "Row",
    "Sheet",
    "SheetFault",
    "Value",
    "Written",
    "neutral",
    "read_sheet",
    "write_delimited",
    "write_sheet",
]
