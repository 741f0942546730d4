"""Evidence of clocks made again: what opened, broke and ended, and what opened nothing for want of a fact."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from keguan.controls.batch.clocks import By
from keguan.controls.batch.courses import BREAK
from keguan.controls.batch.outcomes import UNDETERMINED
from keguan.controls.batch.shown import Entry, Journal, Shown


def of_clocks(owed: Iterable[Mapping[str, Any]], known: Journal, now: dt.datetime) -> Iterator[Shown]:
    """What clocks showed that windows tell: opened, broken, and how each ended."""
    entries, breaks = known.entries, _breaks(known)
    for row in owed:
        opened, closed = entries.get(row["opened_event"] or ""), entries.get(row["closed_event"] or "")
        control, kind, record, due_at = row["control"], row["object_type"], row["object"], row["due_at"]
        if opened is None:
            continue
        if due_at is None:
            yield Shown(control, UNDETERMINED, opened.verb, kind, record, opened.actor, opened.at, row["opened_event"])
            continue
        adopted_at = opened.recorded_at if opened.imported else None
        if adopted_at is None:
            yield Shown(control, "opened", opened.verb, kind, record, opened.actor, row["opened_at"],
                        row["opened_event"])  # fmt: skip
        elif due_at <= adopted_at:
            continue
        ended_at = row["met_at"] or (closed.at if closed else None)
        if due_at < (ended_at or now) and row["state"] != "kept":
            waiting = breaks.get((record, control, due_at))
            event = waiting.pop() if waiting else row["closed_event"] or ""
            by = entries.get(event, Entry(BREAK, "", due_at, due_at, imported=False))
            yield Shown(control, "broken", by.verb, kind, record, by.actor, due_at, event)
        if closed is not None and ended_at is not None and (adopted_at is None or ended_at > adopted_at):
            yield Shown(control, row["state"], closed.verb, kind, record, closed.actor, ended_at, row["closed_event"])


def met(owed: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """What acts met in time, of the clocks that windows tell: the deadline, its record, the act."""
    for row in owed:
        if row["state"] == "kept" and row["closed_event"]:
            yield row["control"], row["object"], row["closed_event"]


def _breaks(known: Journal) -> dict[tuple[str, str, dt.datetime], list[str]]:
    """The entries of breaches by record, control and moment: several clocks may have been due at once."""
    found: dict[tuple[str, str, dt.datetime], list[str]] = {}
    for one in known.breaches:
        found.setdefault((one.object, one.control, one.at), []).append(one.event)
    return found


def of_courses(rows: Iterable[Mapping[str, Any]]) -> Iterator[Shown]:
    """What clocks showed that were followed record by record; what was voided is left out already."""
    for row in rows:
        for one in row["shown"]:
            yield Shown(row["control"], one.outcome, one.by.verb, row["object_type"], row["object"], one.by.actor,
                        one.at, one.by.event)  # fmt: skip


def of_gaps(several: Iterable[tuple[str, dt.datetime, By, str, str]]) -> Iterator[Shown]:
    """What opened nothing on records that were followed, because something was not known."""
    for control, at, by, record, kind in several:
        yield Shown(control, UNDETERMINED, by.verb, kind, record, by.actor, at, by.event)
