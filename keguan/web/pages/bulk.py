"""A verb on many records while it runs, and what became of it. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.web.components import Figure, Reason
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A record on which the verb was refused, and why."""

    code: str
    title: str
    url: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class BulkPage:
    """web/bulk_page.html (partial `#progress`, polled while `stage` is `running`). POST `intent` = stop.

    `stage` is running, finished or cancelled. `again_url` takes the refused ones (`selection`) to the form of the same
    verb once more. `left` were never reached, for it was stopped before; `left_selection` goes on with them.
    """

    id: str
    title: Words
    stage: str
    total: int
    position: int
    opened_at: dt.datetime
    figures: tuple[Figure, ...]
    list_url: str
    again_url: str
    refused: tuple[RefusedRow, ...] = ()
    refused_total: int = 0
    selection: str = ""
    left: int = 0
    left_selection: str = ""
    reasons: tuple[Reason, ...] = ()
