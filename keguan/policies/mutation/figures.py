"""Figures a step up or down: counts, amounts, days, terms; bounds of bands, and whether these hold the bound itself."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from keguan.kernel.records.labels import Label
from keguan.policies.faults import Path
from keguan.policies.mutation.edits import Around, Edit, edited, exchanged

PARAMETER = re.compile(r"@([A-Za-z_][\w-]*)(?:\s*=.*)?", re.ASCII)
DAY = re.compile(r"(.*?)(\d{4}-\d{2}-\d{2})(.*)", re.ASCII)
HOUR = re.compile(r"(by )(\d{1,2}):(\d{2})", re.ASCII)
COUNT = re.compile(r"(by day )?(-?\d+(?:\.\d+)?)(\s.*)?", re.ASCII | re.DOTALL)
ORDER = re.compile(r"(not\s+)?(<=|>=|<|>)\s*(.+)")
BAND = re.compile(r"(not\s*)?([\[(])\s*(.+?)\s*\.\.\s*(.+?)\s*([\])])")
TURNED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "[": "(", "(": "[", "]": ")", ")": "]"}
PERIODS = {
    "working day": "day", "day": "working day", "week": "month", "month": "quarter", "quarter": "year",
    "year": "quarter", "same day": "2 days",
    "end of week": "end of month", "end of month": "end of quarter", "end of quarter": "end of year",
}  # fmt: skip


def stepped(text: str, by: int) -> str | None:
    """The text with its figure a step larger or smaller, or nothing where there is none to move."""
    if found := DAY.fullmatch(text):
        try:
            return f"{found[1]}{dt.date.fromisoformat(found[2]) + dt.timedelta(days=by)}{found[3]}"
        except (ValueError, OverflowError):
            return None
    if found := HOUR.fullmatch(text):
        minutes = int(found[2]) * 60 + int(found[3]) + by
        return f"{found[1]}{minutes // 60:02}:{minutes % 60:02}" if 0 <= minutes < 24 * 60 else None
    if found := COUNT.fullmatch(text):
        number = Decimal(found[2])
        moved = number + by * Decimal(1).scaleb(-len(found[2].partition(".")[2]))
        is_term = bool(found[1] or found[3])
        return None if is_term and moved <= 0 else f"{found[1] or ''}{moved}{found[3] or ''}"
    return None


def steps(value: Any, around: Around) -> Iterator[Edit]:
    """A count, amount, day or term one step shorter and longer; a parameter by the figure that it has."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return
    text = _figure(str(value).strip(), around)
    for by in (-1, 1):
        moved = stepped(text, by)
        if moved is not None:
            yield Edit((), int(moved) if isinstance(value, int) else moved, exchanged(value, moved))
    if text in PERIODS:
        yield Edit((), PERIODS[text], exchanged(value, PERIODS[text]))


def bounds(scope: Any, around: Around) -> Iterator[Edit]:
    """Each bound that a fact is held against moved both ways, and its inclusion turned, in the whole scope at once.

    Two rows of a table meet at a bound: moving it in one of them would leave a gap, which is found without scenarios.
    """
    found: dict[tuple[str, str], None] = {}
    for path, text in _tests(scope):
        found.update(((_fact(path), figure), None) for figure in _bounds_of(text))
    for fact, figure in found:
        places = [(path, text) for path, text in _tests(scope) if _fact(path) == fact]
        moved = [stepped(_figure(figure, around), by) for by in (-1, 1)]
        for new in (*moved, None):
            if new is None and new in moved and _figure(figure, around) is not figure:
                continue
            changed = scope
            for path, text in places:
                changed = edited(changed, path, _with_bound(text, figure, new))
            if changed == scope:
                continue
            if new is None:
                says = Label(f"{fact}：界限 {figure} 归入另一边", f"{fact}: {figure} itself falls on the other side")
            else:
                says = Label(f"{fact}：{exchanged(figure, new).zh}", f"{fact}: {exchanged(figure, new).en}")
            yield Edit((), changed, says)


def _figure(text: str, around: Around) -> str:
    found = PARAMETER.fullmatch(text)
    return around.figures.get(found[1], text) if found else text


def _tests(part: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(part, Mapping):
        for key, inner in part.items():
            yield from _tests(inner, (*path, key))
    elif isinstance(part, list):
        for i, inner in enumerate(part):
            yield from _tests(inner, (*path, i))
    elif isinstance(part, str) and (ORDER.fullmatch(part) or BAND.fullmatch(part)):
        yield path, part


def _fact(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _bounds_of(text: str) -> Iterator[str]:
    if found := BAND.fullmatch(text):
        yield from (found[3], found[4])
    elif found := ORDER.fullmatch(text):
        yield found[3]


def _with_bound(text: str, figure: str, new: str | None) -> str:
    """The test with the figure exchanged, or its inclusion turned where there is no new one."""
    if found := BAND.fullmatch(text):
        negation, opening, low, high, closing = found[1] or "", found[2], found[3], found[4], found[5]
        if low == figure:
            low, opening = (new, opening) if new is not None else (low, TURNED[opening])
        if high == figure:
            high, closing = (new, closing) if new is not None else (high, TURNED[closing])
        return f"{negation}{opening}{low}..{high}{closing}"
    found = ORDER.fullmatch(text)
    if found is None or found[3] != figure:
        return text
    sign, operand = (found[2], new) if new is not None else (TURNED[found[2]], figure)
    return f"{found[1] or ''}{sign} {operand}"
