"""From judged acts to obligations: which openings count, when they are due, how they end. Set by set.

In a record's sequence an opening counts if its predecessor is no opening; the first end after it is its own. A control
that had several wordings is judged key by key with the pure `clocks.judge`, because what ends an obligation is said by
the wording at its opening.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.deadline import CANCELLED, MET, is_simple
from keguan.controls.batch.dues import with_due
from keguan.controls.batch.judging import Judged
from keguan.controls.batch.versions import Version
from keguan.controls.clocks import Cancel, Closing, Mark, Opening, judge
from keguan.controls.engines.deadline import DeadlineControl

if TYPE_CHECKING:
    from keguan.mirror import Mirror

SCHEMA = {
    "control": "string", "place": "int64", "object_type": "string", "object": "string", "code": "string",
    "key": "string", "opened_at": "timestamp('UTC')", "due_at": "timestamp('UTC')", "state": "string",
    "met_at": "timestamp('UTC')", "opened_event": "string", "closed_event": "string", "rulebook": "int64",
    "is_trial": "boolean",
}  # fmt: skip


def obligations(
    mirror: "Mirror", judged: Judged, now: dt.datetime, name: str = "obligations", *, with_events: bool = True
) -> Any:
    """The obligations of a record type as a table, as they stand at `now`; None where it has no deadline.

    Without `with_events` it is not told which event ended each.

    `due_at` is empty where the term lacks a fact: such an opening opened nothing and counts as undetermined.
    """
    import ibis

    if not judged.deadlines:
        return None
    several: dict[tuple[str, bool], list[int]] = {}
    for place in judged.deadlines:
        # a draft and what was in force then are two histories
        version = judged.versions[place]
        several.setdefault((version.key, version.numbers is None), []).append(place)
    alone = [
        places[0] for places in several.values()
        if len(places) == 1 and is_simple(_control(judged.versions[places[0]]))
    ]  # fmt: skip
    parts = _set_based(mirror, judged, alone, now, name, with_events=with_events)
    for (key, _), places in several.items():
        if places[0] not in alone:
            parts.append(_key_by_key(mirror, judged, places, now, f"{name}_{judged.type.name}_{len(parts)}", key))
    parts = [part.cast(SCHEMA) for part in parts]
    found = ibis.union(*parts) if len(parts) > 1 else parts[0]
    return mirror.backend.create_table(f"{name}_{judged.type.name}", found, overwrite=True)


def _set_based(
    mirror: "Mirror", judged: Judged, places: Sequence[int], now: dt.datetime, name: str, *, with_events: bool
) -> list[Any]:
    import ibis

    from keguan.mirror.values import epoch_us

    if not places:
        return []
    table = judged.table
    marked: Any = ibis.literal(False)
    for place in places:
        marked |= table[f"p{place}"].fill_null(False) | table[f"e{place}"].notnull()
    facts = [column for place in places for column in _columns_about(place) if column in table.columns]
    flags = [column for place in places for column in (f"p{place}", f"e{place}")]
    base = table.filter(marked & (table.turn == 0)).select(
        "object", "n", "event", "happened_at", "rulebook", "code", *facts, *flags
    )
    before = ibis.window(group_by="object", order_by="n", preceding=(None, 1))
    behind = ibis.window(group_by="object", order_by="n", following=(1, None))
    known: dict[str, Any] = {}
    for place in places:
        control = _control(judged.versions[place])
        opens, ends = _starts(base, place), base[f"e{place}"]
        is_open = ibis.cases((opens, True), (ends.notnull(), False))
        known[f"b{place}"] = is_open.last().over(before)
        kind = ends if control.again != "restart" else ibis.coalesce(ends, ibis.cases((opens, CANCELLED)))
        # moment and kind in one number: a window over numbers costs a third of one over structs
        moment = epoch_us(base.happened_at) * 2 + (kind == MET).cast("int64")
        known[f"n{place}"] = ibis.cases((kind.notnull(), moment)).first().over(behind)
        if with_events:
            known[f"v{place}"] = ibis.cases((kind.notnull(), base.event)).first().over(behind)
    moved = mirror.backend.create_table(f"{name}_{judged.type.name}_moved", base.mutate(**known), overwrite=True)
    return [_stated(mirror, judged, place, moved, now, name) for place in places]


def _stated(mirror: "Mirror", judged: Judged, place: int, moved: Any, now: dt.datetime, name: str) -> Any:
    import ibis

    version = judged.versions[place]
    control = _control(version)
    opens = _starts(moved, place)
    counts = opens if control.again == "restart" else opens & (
        moved[f"e{place}"].notnull() | ~moved[f"b{place}"].fill_null(False)
    )  # fmt: skip
    chosen = moved.filter(counts | (moved[f"p{place}"].fill_null(False) & ~opens))
    from keguan.mirror.values import from_us

    end = chosen[f"n{place}"]
    opened = chosen.select(
        "object", "code", "rulebook", opened_at=chosen.happened_at, opened_event=chosen.event, **_about(chosen, place),
        kind=ibis.cases((end.isnull(), ibis.null("string")), (end % 2 == 1, MET), else_=CANCELLED),
        at=from_us(end // 2).cast("timestamp('UTC')"),
        closed_event=chosen[f"v{place}"] if f"v{place}" in chosen.columns else ibis.null("string"),
    )  # fmt: skip
    dated = with_due(mirror, opened, control, version.book, f"{name}_{judged.type.name}_due{place}")
    over = dated.due_at < ibis.literal(now.astimezone(dt.UTC), type="timestamp('UTC')")
    state = ibis.cases(
        ((dated.kind == MET) & (dated["at"] <= dated.due_at), "kept"),
        (dated.kind == MET, "kept_late"),
        (dated.kind == CANCELLED, "cancelled"),
        (over, "broken"),
        else_="running",
    )
    return _shaped(dated.mutate(state=state, met_at=ibis.cases((dated.kind == MET, dated["at"]))), judged, place)


def _about(table: Any, place: int) -> dict[str, Any]:
    """What the term reads and whose calendar counts, by name; empty where the version needs none."""
    import ibis

    names = dict(zip(("fact", "unit", "person"), _columns_about(place), strict=True))
    return {name: table[column] if column in table.columns else ibis.null("string") for name, column in names.items()}


def _columns_about(place: int) -> tuple[str, str, str]:
    return f"f{place}", f"u{place}", f"h{place}"


def _starts(table: Any, place: int) -> Any:
    """Whether an act starts the clock: an opening whose term lacks its fact starts none."""
    opens = table[f"p{place}"].fill_null(False)
    return opens & table[f"f{place}"].notnull() if f"f{place}" in table.columns else opens


def _shaped(found: Any, judged: Judged, place: int) -> Any:
    import ibis

    version = judged.versions[place]
    return found.select(
        control=ibis.literal(version.key), place=ibis.literal(place, type="int64"),
        object_type=ibis.literal(judged.type.name), object=found.object, code=found.code, key=ibis.literal(""),
        opened_at=found.opened_at, due_at=found.due_at, state=ibis.cases((found.due_at.notnull(), found.state)),
        met_at=found.met_at, opened_event=found.opened_event, closed_event=found.closed_event,
        rulebook=found.rulebook.cast("int64"), is_trial=ibis.literal(version.control.trial),
    )  # fmt: skip


@dataclass
class _Row:
    """One marked act of a record, with what each wording says of it."""

    at: dt.datetime
    event: str
    code: str
    rulebook: int
    opens: Mapping[int, bool]
    ends: Mapping[int, str | None]
    due: Mapping[int, dt.datetime | None]


def _key_by_key(mirror: "Mirror", judged: Judged, places: Sequence[int], now: dt.datetime, name: str, key: str) -> Any:
    import ibis

    table = judged.table
    marked: Any = ibis.literal(False)
    for place in places:
        marked |= table[f"p{place}"].fill_null(False) | table[f"e{place}"].notnull()
    base = table.filter(marked & (table.turn == 0))
    dues = {place: _dues(mirror, judged, place, base, f"{name}_{place}") for place in places}
    columns = ["object", "n", "event", "happened_at", "rulebook", "code"]
    flags = [column for place in places for column in (f"p{place}", f"e{place}")]
    rows: dict[str, list[_Row]] = {}
    for row in base.select(*columns, *flags).order_by("object", "n").to_pyarrow().to_pylist():
        rows.setdefault(row["object"], []).append(_Row(
            row["happened_at"], row["event"], row["code"], row["rulebook"],
            {place: bool(row[f"p{place}"]) for place in places}, {place: row[f"e{place}"] for place in places},
            {place: dues[place].get(row["event"]) for place in places},
        ))  # fmt: skip
    found = [
        {"control": key, "object_type": judged.type.name, "object": record, "key": "", **one}
        for record, mine in rows.items()
        for one in _history(mine, judged, now)
    ]
    data = ibis.memtable([{column: one.get(column) for column in SCHEMA} for one in found], schema=SCHEMA)
    return mirror.backend.create_table(name, data, overwrite=True)


def _dues(mirror: "Mirror", judged: Judged, place: int, base: Any, name: str) -> dict[str, dt.datetime | None]:

    version = judged.versions[place]
    chosen = base.filter(base[f"p{place}"].fill_null(False))
    opened = chosen.select("event", opened_at=chosen.happened_at, **_about(chosen, place))
    dated = with_due(mirror, opened, _control(version), version.book, name)
    return {row["event"]: row["due_at"] for row in dated.select("event", "due_at").to_pyarrow().to_pylist()}


@dataclass
class _Clock:
    """One clock of a record as its course goes on: its marks are its own wording's."""

    row: _Row
    place: int
    control: DeadlineControl
    marks: list[Mark]
    ended: str | None = None

    def meet(self, row: _Row) -> None:
        """An act met it, or one of the several that it needs."""
        self.marks.append(Closing(row.at))
        if len(self.marks) > self.control.at_least:
            self.ended = row.event

    def cancel(self, row: _Row) -> None:
        """It is owed no more."""
        self.marks.append(Cancel(row.at))
        self.ended = row.event


def _history(rows: Iterable[_Row], judged: Judged, now: dt.datetime) -> list[dict[str, Any]]:
    """The obligations of one record: what ends one is said by the wording under which it opened."""
    clocks: list[_Clock] = []
    found: list[dict[str, Any]] = []
    for row in rows:
        _end(row, [one for one in clocks if one.ended is None])
        for place, opens in row.opens.items():
            control, due = _control(judged.versions[place]), row.due.get(place)
            runs_alone = control.again != "another" and control.at_least == 1
            if not opens or (any(one.ended is None for one in clocks) and (runs_alone or control.again == "ignore")):
                if opens and due is None and not runs_alone:
                    found.append(_undetermined(row, place, judged))
                continue
            if due is None:
                found.append(_undetermined(row, place, judged))
            else:
                clocks.append(_Clock(row, place, control, [Opening(row.at, due)]))
    return found + [_judged(one, judged, now) for one in clocks]


def _end(row: _Row, going: Sequence[_Clock]) -> None:
    """Let an act meet the clock that opened first, or cancel those that it ends."""
    met = [one for one in going if row.ends[one.place] == MET]
    if met:
        min(met, key=lambda one: one.row.at).meet(row)
    is_opened = any(row.opens.values())
    for one in going:
        is_over = row.ends[one.place] == CANCELLED or (one.control.again == "restart" and is_opened)
        if one.ended is None and is_over:
            one.cancel(row)


def _judged(clock: _Clock, judged: Judged, now: dt.datetime) -> dict[str, Any]:
    [one] = judge(clock.marks, now, at_least=clock.control.at_least)
    return {
        **_undetermined(clock.row, clock.place, judged), "due_at": one.opening.due_at, "state": one.state,
        "met_at": one.met_at, "closed_event": clock.ended,
    }  # fmt: skip


def _undetermined(row: _Row, place: int, judged: Judged) -> dict[str, Any]:
    return {
        "place": place, "code": row.code, "opened_at": row.at, "opened_event": row.event, "rulebook": row.rulebook,
        "is_trial": judged.versions[place].control.trial,
    }  # fmt: skip


def _control(version: Version) -> DeadlineControl:
    control = version.control
    assert isinstance(control, DeadlineControl)  # noqa: S101 – `deadlines` holds places of deadlines only
    return control
