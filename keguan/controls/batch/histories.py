"""Deadlines whose marks are irregular: found set by set, judged record by record, as `courses` follows them.

These are the forms that windows cannot tell (`deadline.is_read`), what such forms hang on, and every deadline on
records whose entries were corrected.
"""

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from keguan.controls.batch import deadline, marks
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.clocks import Act, Moment
from keguan.controls.batch.courses import BREAK, RECALCULATE, Course
from keguan.controls.batch.judging import KEPT_COLUMNS, declared_by
from keguan.controls.batch.ticks import Tick, as_acts, ticks, timeline
from keguan.controls.batch.versions import Version
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.deadline_control import COMPANY
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.controls.people import nodes
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

MACHINE = (BREAK, RECALCULATE)
ADOPT = "obligation.adopt"


@dataclass
class Irregular:
    """What was followed record by record: the obligations, by place of their version.

    `unread`: deadlines that read what the mirror does not hold. `corrected`: records, by type, whose entries were
    corrected or whose clocks another calendar moved, so that their obligations of every form stand here.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    corrected: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass
class _Work:
    mirror: "Mirror"
    versions: dict[int, Version]
    books: Mapping[int, Rulebook]
    now: dt.datetime
    always: frozenset[int]
    found: Irregular
    name: str
    acts: dict[str, dict[str, list[tuple[Act, str]]]] = field(default_factory=dict)
    moments: dict[str, dict[str, list[Moment]]] = field(default_factory=dict)


def is_regular(control: DeadlineControl) -> bool:
    """Whether windows or the judge over opening and end alone tell its course."""
    return deadline.is_read(control)


def obligations(
    mirror: "Mirror", several: Sequence[Version], books: Mapping[int, Rulebook], now: dt.datetime, name: str
) -> Irregular:
    """The obligations of these versions that must be followed record by record, as they stand at `now`."""
    mine = {place: one for place, one in enumerate(several) if isinstance(one.control, DeadlineControl)}
    found = Irregular(corrected={kind: _corrected(mirror, kind) for kind in _clock_types(mine)})
    always = _always(mine)
    found.unread |= {one.key for place, one in mine.items() if _is_guessed(mirror, one, is_followed=place in always)}
    if not always and not any(found.corrected.values()):
        return found
    work = _Work(mirror, mine, books, now, always, found, name)
    moments = _ticks(work)
    for kind in sorted({kind for place in mine for kind in marks.types_of(_control(mine[place]))}):
        if mirror.has(f"stream_{kind}"):
            _read(work, vocabulary.types[kind], [one for one in moments if _type_of(work, one) == kind])
    for _ in mine:
        # what waits for a judgement that is not read is not read
        found.unread |= {one.key for one in mine.values()
                         if any(judged.control in found.unread for judged in _control(one).judged)}  # fmt: skip
    _follow(work)
    return found


def _control(version: Version) -> DeadlineControl:
    control = version.control
    assert isinstance(control, DeadlineControl)  # noqa: S101 – chosen so
    return control


def _is_guessed(mirror: "Mirror", version: Version, *, is_followed: bool) -> bool:
    """Whether it hangs on what the mirror cannot tell: whose calendar counts, or how a version took over what ran."""
    control, book = _control(version), version.book
    kind, people = control.type, control.by.people
    by_person = bool(book.calendars.person_keys()) and not isinstance(people, nodes.PersonFact)
    by_unit = len(book.calendars.by_key()) > 1 and kind.unit is None
    if is_followed and (by_person or by_unit):
        return True
    if book.running_of(control.policy, kind.name) == "keep" or not mirror.has(f"stream_{kind.name}"):
        return False
    table = mirror.table(f"stream_{kind.name}")
    return bool(table.filter(table.verb == ADOPT).count().to_pyarrow().as_py())


def _clock_types(several: Mapping[int, Version]) -> set[str]:
    return {_control(one).type.name for one in several.values()}


def _type_of(work: _Work, tick: Tick) -> str:
    return _control(work.versions[tick.place]).type.name


def _always(several: Mapping[int, Version]) -> frozenset[int]:
    """The places of the irregular forms, and of what these wait for."""
    keys = {one.key for one in several.values() if not is_regular(_control(one))}
    waiting = True
    while waiting:
        more = {judged.control for one in several.values() if one.key in keys for judged in _control(one).judged}
        waiting = not more <= keys
        keys |= more
    return frozenset(place for place, one in several.items() if one.key in keys)


def _corrected(mirror: "Mirror", kind: str) -> frozenset[str]:
    """The records on which a time was set right, or whose clocks another calendar moved."""
    if not mirror.has(f"stream_{kind}"):
        return frozenset()
    table = mirror.table(f"stream_{kind}")
    reinstating = [verb.name for verb in vocabulary.verbs.values() if verb.on == kind and verb.reinstates]
    is_moved = table.marks.contains('"corrects"').fill_null(False) | table.verb.isin([RECALCULATE, *reinstating])
    found = table.filter(is_moved).select("object").distinct()
    return frozenset(found.to_pyarrow()["object"].to_pylist())


def _ticks(work: _Work) -> list[Tick]:
    chosen = {place: one for place, one in work.versions.items() if place in work.always}
    if not any(_control(one).is_ticking for one in chosen.values()):
        return []
    line = timeline(work.mirror)
    since = line[0][0] if line else work.now
    return ticks(chosen, line, since, work.now)


def _read(work: _Work, record_type: RecordType, moments: Sequence[Tick]) -> None:
    """One as-of table of a type, one pass, then the acts that mean anything to a clock."""
    import ibis

    from keguan.controls.batch import people
    from keguan.mirror import as_of

    mirror = work.mirror
    places = {
        place: one for place, one in work.versions.items() if record_type.name in marks.types_of(_control(one))
    }  # fmt: skip
    names = sorted(verb.name for verb in vocabulary.verbs.values() if verb.on == record_type.name)
    wanted = Wanted(
        facts=frozenset((record_type.code,)) if record_type.code else frozenset(),
        verbs=frozenset([*names, *MACHINE, *(f"tick:{i}" for i in range(len(moments)))]),
    )
    for one in places.values():
        wanted |= marks.wanted(_control(one), record_type)
    more = as_acts(mirror, record_type, moments) if moments else None
    table = as_of.acts(mirror, record_type, declared_by(list(places.values())), wanted, moments=more)
    table = table.filter(table.is_own & ((table.turn == 0) | table.verb.startswith("tick:")))
    if any(marks.asks_who(_control(one)) for one in places.values()):
        table = people.with_actors(mirror, table, f"{work.name}_{record_type.name}_spans")
    view = mirror.backend.create_view(f"{work.name}_{record_type.name}_acts", table, overwrite=True)
    columns: dict[str, Any] = {}
    known: dict[int, Acts] = {}
    for place, version in list(places.items()):
        acts = known.setdefault(id(version.book), Acts(view, record_type, version.book, wanted))
        if marks.unknown(_control(version), acts):
            work.found.unread.add(version.key)
            continue
        own = [f"tick:{i}" for i, one in enumerate(moments) if one.place == place]
        columns |= marks.columns(_control(version), acts, place, own)
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
            flagged = marks.is_marked(marked, _control(version), place)
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
    work: _Work, record_type: RecordType, chosen: Any, moments: Sequence[Tick], places: Mapping[int, Version]
) -> None:
    """The rows as acts, by the record whose clocks they concern."""
    asked = _asked_at(work.mirror) if any(_control(one).counts_request for one in places.values()) else {}
    for row in chosen.to_pyarrow().to_pylist():
        said = _said(row)
        if row["verb"].startswith("tick:"):
            tick = moments[int(row["verb"].removeprefix("tick:"))]
            if said.get(tick.place, {}).get("tick"):
                moment = Moment(tick, row["code"], said[tick.place])
                work.moments.setdefault(record_type.name, {}).setdefault(row["object"], []).append(moment)
            continue
        for kind, target in _targets(work, record_type, row, places, said):
            mine = {place: one for place, one in said.items() if _control(work.versions[place]).type.name == kind}
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
    work: _Work, record_type: RecordType, row: Mapping[str, Any], places: Mapping[int, Version],
    said: Mapping[int, Mapping[str, Any]],
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """The records whose clocks the act may move, with their types."""
    found: set[tuple[str, str]] = set()
    for place, version in places.items():
        kind = _control(version).type.name
        if kind == record_type.name:
            found.add((kind, row["object"]))
        elif kind == COMPANY:
            found.update((kind, one) for one in _companies(work))
        elif target := said.get(place, {}).get("target"):
            found.add((kind, target))
    yield from sorted(found)


def _companies(work: _Work) -> list[str]:
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
        asked.get(noted.get("approval", "")),
    )  # fmt: skip


def _asked_at(mirror: "Mirror") -> dict[str, dt.datetime]:
    """When each request was made."""
    if not mirror.has("stream_approval"):
        return {}
    table = mirror.table("stream_approval")
    rows = table.group_by("object").agg(at=table.happened_at.argmin(table.n)).to_pyarrow().to_pylist()
    return {row["object"]: row["at"] for row in rows}


def _numbers(work: _Work, kind: str) -> dict[tuple[str, str], int]:
    """The numbers of acts on other records in the streams of this type."""
    table = work.mirror.table(f"stream_{kind}")
    foreign = table.filter(table.role != kind).select("event", "object", "n")
    return {(row["event"], row["object"]): row["n"] for row in foreign.to_pyarrow().to_pylist()}


def _follow(work: _Work) -> None:
    """Every record's course, in the order of its stream."""
    begins = dict(timeline(work.mirror))
    for kind in sorted(_clock_types(work.versions)):
        mine = {place: one for place, one in work.versions.items()
                if _control(one).type.name == kind and one.key not in work.found.unread}  # fmt: skip
        acts, moments = work.acts.get(kind, {}), work.moments.get(kind, {})
        if not mine or not (acts or moments):
            continue
        numbers = _numbers(work, kind)
        for record in sorted({*acts, *moments}):
            whole = record in work.found.corrected.get(kind, ())
            judging = {place: one for place, one in mine.items() if whole or place in work.always}
            ordered = sorted(
                (act for act, _ in acts.get(record, ())),
                key=lambda act: (act.recorded_at, act.n if act.is_own else numbers.get((act.event, record), 0)),
            )
            for several in _sides(judging):
                course = Course(several, work.books, record, work.now, begins=begins)
                ours = [one for one in moments.get(record, ()) if one.tick.place in several]
                rows = course.run((_only(act, several) for act in ordered), ours)
                kept = (row for row in rows if whole or not is_regular(_control(work.versions[row["place"]])))
                work.found.rows += [{**row, "object_type": kind} for row in kept]


def _sides(several: Mapping[int, Version]) -> Iterator[dict[int, Version]]:
    """A draft and what was in force then are two histories."""
    for is_draft in (True, False):
        found = {place: one for place, one in several.items() if (one.numbers is None) is is_draft}
        if found:
            yield found


def _only(act: Act, several: Mapping[int, Version]) -> Act:
    from dataclasses import replace

    return replace(act, said={place: one for place, one in act.said.items() if place in several})
