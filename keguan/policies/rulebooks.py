"""Compiled rulebooks by number, and the timeline of rulebooks that an act on policies brings about.

Reads rows; writes nothing. A process compiles each body once; nothing is parsed per request.
"""

import contextlib
import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection

from keguan.kernel import clock
from keguan.kernel.glance import once
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.policies.calendars import StoredCalendars
from keguan.policies.compiling import BASE, Body, book_body, digest, rulebook_of, stated_values
from keguan.policies.engines import Rulebook
from keguan.policies.models import Pack, Value, Version

SETTLING = dt.timedelta(seconds=2)
"""A rulebook begins at least this long after it was recorded: no command that is already running meets it."""

EMPTY = Rulebook(0, "")
MOST_KEPT = 64
NOW = dt.timedelta(seconds=5)
"""So far apart two moments of one look may lie and are still the same."""

_by_number: dict[int, Rulebook] = {}
_by_content: dict[tuple[str, int], Rulebook] = {}
_timelines: dict[int, tuple[tuple[dt.datetime, int], ...]] = {}
_lock = threading.Lock()
_change: ContextVar[Callable[[Body], Body] | None] = ContextVar("change", default=None)


def rulebook(number: int) -> Rulebook:
    """The compiled rulebook of a number; 0 is the empty one: nobody may do anything. KeyError where there is none."""
    if number == 0:
        return EMPTY
    found = _by_number.get(number)
    return found if found is not None else _load(number)


def _load(number: int) -> Rulebook:
    with connection.cursor() as cursor:
        cursor.execute("select hash, body from kernel_rulebook where number = %s", [number])
        row = cursor.fetchone()
    if row is None:
        raise KeyError(f"no rulebook {number}")
    content_hash, body = row[0], json.loads(row[1])
    if change := _change.get():
        body = change(body)
        content_hash = digest(body)
    with _lock:
        key = content_hash, number  # a company that went back to what it had before has one text under two numbers
        known = _by_content.get(key)
        if known is None:
            known = rulebook_of(number, body, content_hash)
            if len(_by_content) >= MOST_KEPT:
                _by_content.pop(next(iter(_by_content)))
            _by_content[key] = known
        if len(_by_number) >= MOST_KEPT:
            _by_number.pop(next(iter(_by_number)))
        _by_number[number] = known
    return known


def forget() -> None:
    """Forget which number means which rulebook: for whoever rolled back an adoption (scenarios, tests)."""
    with _lock:
        _by_number.clear()
        _timelines.clear()


@contextlib.contextmanager
def changed(change: Callable[[Body], Body]) -> Iterator[None]:
    """Let every rulebook be what its body compiles to after `change`: for mutants, in a process that does only this.

    What is stored stays as it is, so whatever an adoption itself brings about is that of the stored one.
    """
    forget()
    token = _change.set(change)
    try:
        yield
    finally:
        _change.reset(token)
        forget()


def current(at: dt.datetime) -> Rulebook:
    """The rulebook in force at a moment; of one look there is one that is in force now."""

    def read() -> Rulebook:
        return rulebook(current_number(at))

    return once("rulebook", read) if abs(clock.now() - at) < NOW else read()


def current_number(at: dt.datetime) -> int:
    """The number of the rulebook in force at a moment; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select number from kernel_rulebook where valid_from <= %s order by valid_from desc, number desc limit 1",
            [at],
        )
        row = cursor.fetchone()
    return row[0] if row else 0


def timeline_of(number: int) -> tuple[tuple[dt.datetime, int], ...]:
    """The rulebooks that were in force one after the other, up to this one: (from when, number)."""
    found = _timelines.get(number)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "select distinct on (valid_from) valid_from, number from kernel_rulebook where valid_from <="
                " (select valid_from from kernel_rulebook where number = %s) order by valid_from, number desc",
                [number],
            )
            found = tuple((row[0], row[1]) for row in cursor.fetchall())
        with _lock:
            if len(_timelines) >= MOST_KEPT:
                _timelines.clear()
            _timelines[number] = found
    return found


def number_at(number: int, at: dt.datetime) -> int:
    """The one of the rulebooks up to this one that was in force at a moment; the first for what lies before it."""
    line = timeline_of(number)
    return next((one for begins_at, one in reversed(line) if begins_at <= at), line[0][1] if line else number)


def load_all() -> None:
    """Compile every rulebook there ever was: what reads the whole journal must know the record types of them all."""
    with connection.cursor() as cursor:
        cursor.execute("select number from kernel_rulebook order by number")
        numbers = [number for (number,) in cursor.fetchall()]
    for number in numbers:
        rulebook(number)


State = dict[UUID, dict[str, Any]]
"""Packs by id: code, currency, declares, versions and values with their days."""


def order(pack: Pack) -> tuple[bool, dt.datetime, UUID]:
    """The order in which packs count: the product's base first, then by adoption; a later one replaces an earlier."""
    return (pack.code != BASE, pack.adopted_at, pack.id)


def stored_state() -> State:
    """What the tables say of all adopted packs, in the order of their adoption (the product's base comes first)."""
    state: State = {}
    for pack in sorted(Pack.objects.all(), key=order):
        state[pack.id] = {
            "code": pack.code, "currency": pack.currency, "declares": pack.declares, "versions": [], "values": [],
        }  # fmt: skip
    for version in Version.objects.order_by("policy", "number"):
        state[version.pack_id]["versions"].append(
            {
                "code": version.policy,
                "title": version.title,
                "number": version.number,
                "body": version.body,
                "hash": version.hash,
                "effective_on": version.effective_on,
                "ends_on": version.ends_on,
                "id": version.id,
            }
        )
    for value in Value.objects.order_by("parameter", "effective_on"):
        state[value.pack_id]["values"].append(
            {
                "parameter": value.parameter,
                "value": value.value["is"],
                "effective_on": value.effective_on,
                "ends_on": value.ends_on,
                "id": value.id,
            }
        )
    return state


def in_force(entry: Mapping[str, Any], day: dt.date) -> bool:
    """Whether a version or value holds on a day."""
    return bool(entry["effective_on"] <= day and (entry["ends_on"] is None or day < entry["ends_on"]))


def body_on(state: State, calendars: StoredCalendars, day: dt.date) -> dict[str, Any]:
    """The body of the rulebook of a day."""
    parts = [
        {
            "pack": pack["code"],
            "currency": pack["currency"],
            **pack["declares"],
            "values": {
                **stated_values(pack["declares"]),
                **{value["parameter"]: value["value"] for value in pack["values"] if in_force(value, day)},
            },
            "policies": [version for version in pack["versions"] if in_force(version, day)],
        }
        for pack in state.values()
    ]
    return {**book_body(parts), "calendars": calendars.body()}


def timeline(
    state: State, calendars: StoredCalendars, now: dt.datetime
) -> list[tuple[dt.datetime, dict[str, Any], str]]:
    """Rulebooks to enter after a change of state: (valid from, body, hash), for now and each later moment of change.

    A moment at which a rulebook was going to begin gets one anew: the old one does not know of the change.
    """
    first = now + SETTLING if last_number() else now
    moments = {first, *(moment for moment in _announced(first))}
    for pack in state.values():
        for entry in (*pack["versions"], *pack["values"]):
            starts = (_start(day) for day in (entry["effective_on"], entry["ends_on"]) if day)
            moments.update(start for start in starts if start > first)
    bodies = [(moment, body_on(state, calendars, moment.astimezone(COMPANY_ZONE).date())) for moment in sorted(moments)]
    return [(moment, body, digest(body)) for moment, body in bodies]


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), COMPANY_ZONE).astimezone(dt.UTC)


def _announced(after: dt.datetime) -> list[dt.datetime]:
    """Moments after which a rulebook is already going to begin."""
    with connection.cursor() as cursor:
        cursor.execute("select distinct valid_from from kernel_rulebook where valid_from > %s", [after])
        return [row[0] for row in cursor.fetchall()]


def last_number() -> int:
    """The highest number that any rulebook has, in force or still to come."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(number), 0) from kernel_rulebook")
        return int(cursor.fetchone()[0])
