"""Columns that are worked out one by one, put beside the acts all at once.

ibis writes a table out once more for each column that is made from it: what is added step by step costs the square of
the steps, and to compile a company's controls takes longer than to judge its acts.
"""

from collections.abc import Mapping
from typing import Any


def row_of(column: str) -> str:
    """What the event is called in the table that holds `column`."""
    return f"{column}_row"


def put_beside(table: Any, several: Mapping[str, Any]) -> Any:
    """The acts with the columns of the tables; each has its rows by event, in `row_of` the name it stands under."""
    if not several:
        return table
    found = table
    for column, one in several.items():
        found = found.left_join(one, table.event == one[row_of(column)])
    return found.drop(*map(row_of, several))
