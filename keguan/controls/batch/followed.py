"""The back-test of deadlines that are followed record by record: how they came out, and what comes out otherwise."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keguan.controls.batch import histories
from keguan.controls.batch.counting import MOST_LISTED
from keguan.controls.batch.figures import Backtest, Change, Figures
from keguan.controls.batch.gathering import Irregular
from keguan.controls.batch.versions import Version
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

WRONG = ("broken", "kept_late")
STATES = ("kept", "broken", "kept_late", "cancelled", "running")
Key = tuple[str, str, str, dt.datetime]


def count(
    mirror: "Mirror", several: Sequence[Version], books: Mapping[int, Rulebook], found: Backtest,
    by_course: frozenset[str], *, is_heard: bool,
) -> Irregular:  # fmt: skip
    """Their obligations by state, by the draft and by what was in force then, with what differs; gives them all.

    `by_course`: the deadlines that are followed. `is_heard`: others want to hear of what was followed, corrected
    records among it.
    """
    mine = [one for one in several if one.key in by_course]
    if not mine and not is_heard:
        return Irregular()
    by_key = {one.control.key: one for one in found.figures}
    followed = histories.obligations(mirror, several, books, found.now, "backtest_followed")
    for version in mine:
        by_key[version.key].is_read = version.key not in followed.unread
    sides: dict[str, tuple[dict[Key, dict[str, Any]], dict[Key, dict[str, Any]]]] = {}
    for row in followed.rows:
        version = several[row["place"]]
        if version.key in by_course and _is_inside(row["opened_at"], found):
            now, then = sides.setdefault(version.key, ({}, {}))
            side = now if version.numbers is None else then
            side[row["object"], row["key"], row["opened_event"] or "", row["opened_at"]] = row
    for key, (now, then) in sides.items():
        figures = by_key[key]
        figures.now, figures.then = _tally(now), _tally(then)
        _list(figures, now, then, found)
    return followed


def _is_inside(at: dt.datetime, found: Backtest) -> bool:
    return (found.since is None or at >= found.since) and (found.until is None or at < found.until)


def _tally(rows: Mapping[Key, dict[str, Any]]) -> dict[str, int]:
    counts = {state: sum(row["state"] == state for row in rows.values()) for state in STATES}
    return {name: n for name, n in {"opened": len(rows), **counts}.items() if n}


def _list(
    figures: Figures, now: Mapping[Key, dict[str, Any]], then: Mapping[Key, dict[str, Any]], found: Backtest
) -> None:
    """Obligations of another state; where only one side knows the deadline at all, those that went wrong."""
    for key in sorted({*now, *then}, key=lambda key: (key[3], key)):
        here, there = now.get(key), then.get(key)
        row = here or there or {}
        states = (there["state"] if there else None, here["state"] if here else None)
        is_quiet = (not now or not then) and row["state"] not in WRONG
        if states[0] == states[1] or is_quiet:
            continue
        figures.differs += 1
        if figures.differs <= MOST_LISTED:
            found.changes.append(Change(
                figures.control.key, figures.control.clause, row["code"], row["object"], "", row["opened_at"],
                row["opened_event"] or "", *states,
            ))  # fmt: skip
