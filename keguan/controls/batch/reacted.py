"""Evidence of reactions to judgements and to dates, made again: once for each breach and date that the journal holds
as an event, and for each act that met a term in time. Each is seen as of then (`occasions`). Loads ibis inside.
"""

import datetime as dt
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.occasions import JUDGED, MOMENT, REACHED, Listening, listening, seen
from keguan.controls.batch.shown import Journal, Shown
from keguan.controls.batch.ticks import timeline
from keguan.controls.batch.versions import Version
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.reaching import reach_name
from keguan.controls.engines.recurrence import local_day
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.mirror import Mirror

AT_ONCE = "follow_up"
Met = tuple[str, str, str]
"""What an act met in time: the deadline, its record, the act."""
Number = Callable[[dt.datetime], int]


@dataclass(frozen=True)
class _Moment:
    """Something that sets one reaction off, with what its evidence will say beside the outcome."""

    kind: str
    row: dict[str, Any]
    verb: str
    entry: str


def of_reactions(
    mirror: "Mirror", several: Sequence[Version], known: Journal, met: Iterable[Met], name: str
) -> Iterator[Shown]:  # fmt: skip
    """What reactions to judgements and dates showed."""
    listeners = listening([one for one in several if one.numbers is not None])
    if not listeners:
        return
    number = _numbers(mirror)
    found: dict[str, list[_Moment]] = {}
    for moments in (_breaches(known, listeners, number), _kept(mirror, listeners, met),
                    _dates(mirror, listeners, number)):  # fmt: skip
        for one in moments:
            found.setdefault(one.kind, []).append(one)
    for kind, some in sorted(found.items()):
        yield from _shown(mirror, kind, listeners, some, f"{name}_{kind}")


def unheard(several: Iterable[Version], unread: frozenset[str]) -> frozenset[str]:
    """The reactions to judgements that the recount cannot tell: of deadlines that are not read, or whose clocks stand
    on another record than the one that the reaction sees."""
    listed = list(several)
    apart = {one.key for one in listed if isinstance(one.control, DeadlineControl) and one.control.is_apart}
    return frozenset(
        one.version.key for one in listening(listed)
        if any(judged.control in apart | unread for judged in one.control.judged)
    )  # fmt: skip


def _numbers(mirror: "Mirror") -> Number:
    line = timeline(mirror)
    starts = [at for at, _ in line]

    def number(at: dt.datetime) -> int:
        place = bisect_right(starts, at)
        return line[place - 1][1] if place else 0

    return number


def _breaches(known: Journal, listeners: Sequence[Listening], number: Number) -> Iterator[_Moment]:
    """Each breach that the clock entered, by the rulebook in force when it happened."""
    for breach in known.breaches:
        judges = number(breach.at)
        for place, one in _waiting(listeners, breach.control, "broken", judges):
            row = _row(breach.object, breach.n, breach.at, breach.at, judges, "", f"{JUDGED}{place}")
            yield _Moment(one.control.type.name, row, known.entries[breach.event].verb, breach.event)


def _kept(mirror: "Mirror", listeners: Sequence[Listening], met: Iterable[Met]) -> Iterator[_Moment]:
    """Each act that met a term in time, by its own rulebook."""
    wanted = {judged.control for one in listeners for judged in one.control.judged if judged.outcome == "kept"}
    chosen = [one for one in met if one[0] in wanted]
    kinds = sorted({one.control.type.name for one in listeners}) if chosen else []
    for kind in (one for one in kinds if mirror.has(f"stream_{one}")):
        table = mirror.table(f"stream_{kind}")
        rows = table.filter(table.event.isin(sorted({event for _, _, event in chosen}))).to_pyarrow().to_pylist()
        acts: dict[tuple[str, str], dict[str, Any]] = {(row["object"], row["event"]): row for row in rows}
        for control, record, event in chosen:
            for act in [acts[record, event]] if (record, event) in acts else []:
                for place, _ in _waiting(listeners, control, "kept", act["rulebook"]):
                    row = _row(record, act["n"], act["recorded_at"], act["happened_at"], act["rulebook"],
                               act["actor"] or "", f"{JUDGED}{place}")  # fmt: skip
                    yield _Moment(kind, row, act["verb"], event)


def _dates(mirror: "Mirror", listeners: Sequence[Listening], number: Number) -> Iterator[_Moment]:
    """Each date that came: brought by the clock, on the record as its day began; or by the act that set it."""
    for kind in sorted({one.control.type.name for one in listeners if one.control.reached}):
        table = mirror.table(f"stream_{kind}") if mirror.has(f"stream_{kind}") else None
        if table is None or "a_fact" not in table.columns:
            continue
        verb = reach_name(vocabulary.types[kind])
        came = table.filter(table.verb == verb).to_pyarrow().to_pylist()
        mine = table.filter(table.object.isin(sorted({row["object"] for row in came})))
        acts: dict[str, list[dict[str, Any]]] = {}
        for act in mine.select("object", "event", "n", "recorded_at").order_by("object", "n").to_pyarrow().to_pylist():
            acts.setdefault(act["object"], []).append(act)
        for row in came:
            behind, seen_at, judges = _stood(row, acts[row["object"]], number)
            for place, one in enumerate(listeners):
                waits = any(reached.fact.name == json.loads(row["a_fact"]) for reached in one.control.reached)
                if one.control.type.name == kind and waits and judges in (one.version.numbers or ()):
                    moment = _row(row["object"], behind, seen_at, row["happened_at"], judges, row["actor"] or "",
                                  f"{REACHED}{place}")  # fmt: skip
                    yield _Moment(kind, moment, verb, row["event"])


def _stood(
    came: Mapping[str, Any], acts: Sequence[Mapping[str, Any]], number: Number
) -> tuple[int, dt.datetime, int]:  # fmt: skip
    """Behind which act a record is seen whose date came, as of when, and by which rulebook."""
    at: dt.datetime = came["happened_at"]
    cause = next((one for one in acts if one["event"] == came["caused_by"]), None)
    if came["channel"] == AT_ONCE and cause is not None:
        return cause["n"], came["recorded_at"], came["rulebook"]
    return next((one["n"] for one in reversed(acts) if one["recorded_at"] < at), 0), at, number(at)


def _waiting(
    listeners: Sequence[Listening], control: str, outcome: str, number: int
) -> Iterator[tuple[int, Listening]]:  # fmt: skip
    for place, one in enumerate(listeners):
        waits = any(judged.control == control and judged.outcome == outcome for judged in one.control.judged)
        if waits and number in (one.version.numbers or ()):
            yield place, one


def _row(
    record: str, n: int, recorded_at: dt.datetime, happened_at: dt.datetime, rulebook: int, actor: str, verb: str
) -> dict[str, Any]:  # fmt: skip
    return {
        "object": record, "n": n, "recorded_at": recorded_at, "happened_at": happened_at,
        "happened_on": local_day(happened_at), "rulebook": rulebook, "actor": actor or None, "verb": verb,
    }  # fmt: skip


def _shown(
    mirror: "Mirror", kind: str, listeners: Sequence[Listening], moments: Sequence[_Moment], name: str
) -> Iterator[Shown]:
    import ibis

    mine = {place: one for place, one in enumerate(listeners) if one.control.type.name == kind}
    rows = [{**one.row, "event": str(place)} for place, one in enumerate(moments)]
    table = mirror.backend.create_table(f"{name}_moments", ibis.memtable(rows, schema=MOMENT).cast(MOMENT),
                                        overwrite=True)  # fmt: skip
    found = seen(mirror, vocabulary.types[kind], mine, table, name)
    for row in found.to_pyarrow().to_pylist():
        of = moments[int(row["event"])]
        yield Shown(listeners[row["place"]].version.key, row["outcome"], of.verb, kind, row["object"],
                    of.row["actor"] or "", of.row["happened_at"], of.entry)  # fmt: skip
