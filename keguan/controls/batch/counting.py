"""What parts of a back-test share: which moments lie in its period, and the list of what differs. Loads ibis inside."""

import datetime as dt
from typing import Any

from keguan.controls.batch.figures import Backtest, Change, Figures

MOST_LISTED = 10_000


def in_period(moment: Any, found: Backtest) -> Any:
    """Whether the moment lies in the period that is judged."""
    import ibis

    inside: Any = ibis.literal(True)
    if found.since is not None:
        inside &= moment >= _instant(found.since)
    if found.until is not None:
        inside &= moment < _instant(found.until)
    return inside


def list_rows(rows: Any, figures: Figures, found: Backtest) -> None:
    """Count what differs, and list the oldest of it."""
    many = int(rows.count().to_pyarrow().as_py())
    figures.differs += many
    if many:
        for row in rows.order_by("happened_at", "event").limit(MOST_LISTED).to_pyarrow().to_pylist():
            row["object"] = row["object"] or ""
            found.changes.append(Change(figures.control.key, figures.control.clause, **row))


def _instant(moment: dt.datetime) -> Any:
    import ibis

    return ibis.literal(moment.astimezone(dt.UTC), type="timestamp('UTC')")
