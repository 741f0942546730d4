"""A drawn row as the live reading sees it."""

import datetime as dt
from typing import Any

from keguan.controls.tests import drawn


class Seen:
    """`Scope` over one drawn row."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row

    def get(self, path: tuple[str, ...]) -> Any:
        return self.row[path[0]]

    def lines(self, path: tuple[str, ...]) -> Any:
        return self.row[path[0]]

    def parameter(self, name: str) -> Any:
        return drawn.PARAMETERS.get(name)

    def done(self, verbs: tuple[str, ...]) -> bool | None:
        return None if self.row["done"] is None else any(verb in self.row["done"] for verb in verbs)

    def past_acts(self, verbs: frozenset[str]) -> Any:
        acts = self.row["acts"]
        return None if acts is None else [one for one in acts if one["verb"] in verbs]

    def covered(self, _control: str) -> bool | None:
        return self.row["covers"]  # type: ignore[no-any-return]

    def today(self) -> dt.date:
        return self.row["today"]  # type: ignore[no-any-return]
