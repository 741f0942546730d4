"""The batch reading of a decision table: which row decides, as one integer column. Imported by `Table.ibis` only."""

from collections.abc import Sequence
from typing import Any

import ibis

from keguan.controls.conditions.batch import is_unknown


class Deciding:
    """The row that decides each item of a table.

    `code` is the deciding row's index (from 0); -1 - i where row i is unknown and no row before it is true; NULL where
    no row is true. Where several of the properties are wanted, make `code` a column first: they are read from it.
    """

    def __init__(self, answers: Sequence[Any]) -> None:
        self.answers = tuple(answers)
        branches: list[tuple[Any, int]] = []
        for index, answer in enumerate(answers):
            branches += [(answer, index), (is_unknown(answer), -1 - index)]
        self.code = ibis.cases(*branches, else_=ibis.null("int64")) if branches else ibis.null("int64")

    @property
    def index(self) -> Any:
        """The index of the deciding row; NULL where none is true or one before it is unknown."""
        return ibis.cases((self.code >= 0, self.code))

    @property
    def is_unknown(self) -> Any:
        """Whether a row is unknown before any is true."""
        return (self.code < 0).fill_null(False)

    @property
    def unknown_at(self) -> Any:
        """The index of the row at which that was seen; NULL where none."""
        return ibis.cases((self.code < 0, -1 - self.code))
