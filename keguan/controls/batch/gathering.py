"""What happened to the clocks of irregular deadlines, gathered from the mirror: acts and moments, record by record."""

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keguan.controls.batch import marks, owners
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.adopted import ADOPT
from keguan.controls.batch.clocks import Act, By, Moment, Waived
from keguan.controls.batch.courses import BREAK, RECALCULATE
from keguan.controls.batch.judging import KEPT_COLUMNS, declared_by
from keguan.controls.batch.ticks import Tick, as_acts, ticks, timeline
from keguan.controls.batch.versions import Version
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.deadline_control import COMPANY
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

WAIVE = "obligation.waive"
MACHINE = (ADOPT, BREAK, RECALCULATE, WAIVE)


@dataclass
class Irregular:
    """What was followed record by record: the obligations, by place of their version.

    `unread`: deadlines that read what the mirror does not hold. `corrected`: records, by type, whose entries were
    corrected or whose clocks another calendar moved, so that their obligations of every form stand here. `met`: the
    deadline, its record and the act that met it in time. `lifted`: the corrections by which a breach no longer stands.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    corrected: dict[str, frozenset[str]] = field(default_factory=dict)
    undetermined: list[tuple[str, dt.datetime, By, str, str]] = field(default_factory=list)
    lifted: set[str] = field(default_factory=set)
    met: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Gathering:
    """What is asked for, and what was gathered so far: by type and record, the acts and the moments."""

    mirror: "Mirror"
    versions: dict[int, Version]
    books: Mapping[int, Rulebook]
    now: dt.datetime
    always: frozenset[int]
    found: Irregular
    name: str
    acts: dict[str, dict[str, list[tuple[Act, str]]]] = field(default_factory=dict)
    moments: dict[str, dict[str, list[Moment]]] = field(default_factory=dict)


def control_of(version: Version) -> DeadlineControl:
    """The deadline of a version that is one."""
    control = version.control
    assert isinstance(control, DeadlineControl)  # noqa: S101 – chosen so
    return control


def type_of(work: Gathering, tick: Tick) -> str:
    """The type of the records on which the moment opens clocks."""
    return control_of(work.versions[tick.place]).type.name


def moments_of(work: Gathering) -> list[Tick]:
    """The moments at which dates and periods of the irregular forms come."""
    chosen = {place: one for place, one in work.versions.items() if place in work.always}
    if not any(control_of(one).is_ticking for one in chosen.values()):
        return []
    line = timeline(work.mirror)
    since = line[0][0] if line else work.now
    return ticks(chosen, line, since, work.now)


def gather(work: Gathering, record_type: RecordType, moments: Sequence[Tick]) -> None:
    """One as-of table of a type, one pass, then the acts that mean anything to a clock."""
    import ibis

    from keguan.controls.batch import deeds, making, people
    from keguan.mirror import as_of

    mirror = work.mirror
    places = {
        place: one for place, one in work.versions.items() if record_type.name in marks.types_of(control_of(one))
    }  # fmt: skip
    names = sorted(verb.name for verb in vocabulary.verbs.values() if verb.on == record_type.name)
    wanted = Wanted(
        facts=frozenset((record_type.code,)) if record_type.code else frozenset(),
        verbs=frozenset([*names, *MACHINE, *(f"tick:{i}" for i in range(len(moments)))]),
    )
    for one in places.values():
        wanted |= marks.wanted(control_of(one), record_type)
    mine = {place: (control_of(one), one) for place, one in places.items()}
    wanted |= owners.wanted(mine.values(), record_type)
    in_play = [one.book for one in places.values()]
    wanted = making.reaching(wanted, record_type, in_play)
    more = as_acts(mirror, record_type, moments) if moments else None
    table = as_of.acts(mirror, record_type, declared_by(list(places.values())), wanted, moments=more)
    table = table.filter((table.is_own | (table.verb == WAIVE)) & ((table.turn == 0) | table.verb.startswith("tick:")))
    asks_who = any(marks.asks_who(control_of(one)) for one in places.values())
    if asks_who or making.needs_actor(wanted, record_type, in_play):
        table = people.with_actors(mirror, table, f"{work.name}_{record_type.name}_spans")
    table = deeds.with_known(mirror, table, record_type, wanted, f"{work.name}_{record_type.name}")
    table, joined = making.joined(mirror, table, record_type, wanted, in_play, f"{work.name}_{record_type.name}")
    owing = owners.joined(mirror, table, record_type, wanted, mine, f"{work.name}_{record_type.name}")
    work.found.unread |= owing.unknown
    view = mirror.backend.create_view(f"{work.name}_{record_type.name}_acts", owing.table, overwrite=True)
    columns: dict[str, Any] = {}
    known: dict[int, Acts] = {}
    for place, version in list(places.items()):
        acts = known.setdefault(id(version.book), Acts(view, record_type, version.book, wanted, making=joined))
        if marks.unknown(control_of(version), acts):
            work.found.unread.add(version.key)
            continue
        own = [f"tick:{i}" for i, one in enumerate(moments) if one.place == place]
        columns |= marks.columns(control_of(version), acts, place, own) | owing.of(place, view)
    kept = {column: view[column] for column in (*KEPT_COLUMNS, "marks")}
    code = f"c_{record_type.code}"
    kept["code"] = view[code] if code in view.columns else view.object
    marked = mirror.backend.create_table(f"{work.name}_{record_type.name}", view.select(**kept, **columns),
                                         overwrite=True)  # fmt: skip
    ending = [*MACHINE, *_ending(work.books.values(), record_type), *_journal_verbs(record_type)]
    corrected = sorted(work.found.corrected.get(record_type.name, ()))
    is_kept: Any = marked.verb.isin(ending)
    always: Any = ibis.literal(False)
    for place, version in places.items():
        if version.key not in work.found.unread:
            flagged = marks.is_marked(marked, control_of(version), place)
            always, is_kept = (always | flagged, is_kept) if place in work.always else (always, is_kept | flagged)
    if not work.always:
        chosen = marked.filter((always | is_kept) & marked.object.isin(corrected))
    else:
        chosen = marked.filter(always | is_kept)
    _sort_out(work, record_type, chosen, moments, places)


def _ending(books: Collection[Rulebook], record_type: RecordType) -> set[str]:
    """The last acts of workflows: they end what only acts of the workflow could meet."""
    return {
        verb.name
        for book in books for one in book.controls
        if isinstance(one, WorkflowControl) and one.stations
        for verb in one.stations[-1].verbs if verb.on == record_type.name
    }  # fmt: skip


def _journal_verbs(record_type: RecordType) -> set[str]:
    return {
        verb.name for verb in vocabulary.verbs.values()
        if verb.on == record_type.name and (verb.corrects or verb.voids or verb.reinstates)
    }  # fmt: skip


def _sort_out(
    work: Gathering, record_type: RecordType, chosen: Any, moments: Sequence[Tick], places: Mapping[int, Version]
) -> None:
    """The rows as acts, by the record whose clocks they concern."""
    asked = _asked_at(work.mirror) if any(control_of(one).counts_request for one in places.values()) else {}
    for row in chosen.to_pyarrow().to_pylist():
        said = _said(row)
        if row["verb"].startswith("tick:"):
            tick = moments[int(row["verb"].removeprefix("tick:"))]
            if said.get(tick.place, {}).get("tick"):
                moment = Moment(tick, row["code"], said[tick.place])
                work.moments.setdefault(record_type.name, {}).setdefault(row["object"], []).append(moment)
            continue
        for kind, target in _targets(work, record_type, row, places, said):
            mine = {place: one for place, one in said.items() if control_of(work.versions[place]).type.name == kind}
            act = _act(row, mine, asked, is_own=kind == record_type.name)
            order = work.acts.setdefault(kind, {}).setdefault(target, [])
            order.append((act, row["event"]))


def _said(row: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for column, value in row.items():
        if column[0] == "v" and column[1:2].isdigit():
            place, _, name = column[1:].partition("_")
            found.setdefault(int(place), {})[name] = value
    return found


def _targets(
    work: Gathering, record_type: RecordType, row: Mapping[str, Any], places: Mapping[int, Version],
    said: Mapping[int, Mapping[str, Any]],
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """The records whose clocks the act may move, with their types."""
    found: set[tuple[str, str]] = set()
    for place, version in places.items():
        kind = control_of(version).type.name
        if kind == record_type.name:
            found.add((kind, row["object"]))
        elif kind == COMPANY:
            found.update((kind, one) for one in _companies(work))
        elif target := said.get(place, {}).get("target"):
            found.add((kind, target))
    yield from sorted(found)


def _companies(work: Gathering) -> list[str]:
    if not work.mirror.has(f"stream_{COMPANY}"):
        return []
    rows = work.mirror.table(f"stream_{COMPANY}").select("object").distinct().to_pyarrow()
    return sorted(rows["object"].to_pylist())


def _act(row: Mapping[str, Any], said: Mapping[int, Any], asked: Mapping[str, dt.datetime], *, is_own: bool) -> Act:
    verb = vocabulary.verbs.get(row["verb"])
    noted = json.loads(row["marks"]) if row["marks"] else {}
    broke = [key for key, outcome in json.loads(row["controls"] or "[]") if outcome == "broken"]
    corrects = noted.get("corrects")
    return Act(
        row["happened_at"], row["recorded_at"], row["n"], row["event"], row["object"], row["verb"], row["rulebook"],
        row["code"], is_own, said, tuple(broke) if row["verb"] == BREAK else (),
        (corrects["event"], dt.datetime.fromisoformat(corrects["happened_at"][1])) if corrects else None,
        bool(verb and verb.corrects), bool(verb and verb.voids), bool(verb and verb.reinstates),
        asked.get(noted.get("approval", "")), row["actor"] or "", bool(row["imported"]), _waived(noted.get("clock")),
    )  # fmt: skip


def _waived(clock: Mapping[str, Any] | None) -> Waived | None:
    if clock is None:
        return None
    opened_at, until = (dt.datetime.fromisoformat(clock[name]) if name in clock else None
                        for name in ("opened_at", "until"))  # fmt: skip
    return Waived(clock["control"], clock["key"], clock["opened_event"], opened_at, until)


def _asked_at(mirror: "Mirror") -> dict[str, dt.datetime]:
    """When each request was made."""
    if not mirror.has("stream_approval"):
        return {}
    table = mirror.table("stream_approval")
    rows = table.group_by("object").agg(at=table.happened_at.argmin(table.n)).to_pyarrow().to_pylist()
    return {row["object"]: row["at"] for row in rows}
