"""Deadlines whose marks are irregular: found set by set, judged record by record, as `courses` follows them.

These are the forms that windows cannot tell (`deadline.is_read`), what such forms hang on, and every deadline on
records whose entries were corrected.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from keguan.controls.batch import deadline, marks, owners
from keguan.controls.batch.adopted import ADOPT
from keguan.controls.batch.clocks import Act
from keguan.controls.batch.courses import RECALCULATE, Course
from keguan.controls.batch.gathering import WAIVE, Gathering, Irregular, control_of, gather, moments_of, type_of
from keguan.controls.batch.ticks import timeline
from keguan.controls.batch.versions import Version
from keguan.controls.engines.deadline import DeadlineControl
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

NONE: Mapping[str, frozenset[str]] = {}


def irregular(several: Iterable[Version]) -> frozenset[str]:
    """The deadlines among these whose course windows, or the judge over opening and end alone, do not tell: by their
    form, or because terms run by the hours of whoever owes them."""
    return frozenset(
        one.key for one in several
        if isinstance(one.control, DeadlineControl) and (not deadline.is_read(one.control) or owners.is_asked([one]))
    )  # fmt: skip


def obligations(
    mirror: "Mirror", several: Sequence[Version], books: Mapping[int, Rulebook], now: dt.datetime, name: str,
    besides: Mapping[str, frozenset[str]] = NONE,
) -> Irregular:  # fmt: skip
    """The obligations of these versions that must be followed record by record, as they stand at `now`.

    `besides` are records, by type, that are followed whatever happened to them.
    """
    mine = {place: one for place, one in enumerate(several) if isinstance(one.control, DeadlineControl)}
    found = Irregular(corrected={
        kind: _corrected(mirror, kind) | besides.get(kind, frozenset()) for kind in _clock_types(mine)
    })  # fmt: skip
    always = _always(mine)
    found.unread |= {one.key for place, one in mine.items() if _is_guessed(mirror, one, is_followed=place in always)}
    if not always and not any(found.corrected.values()):
        return found
    work = Gathering(mirror, mine, books, now, always, found, name)
    moments = moments_of(work)
    for kind in sorted({kind for place in mine for kind in marks.types_of(control_of(mine[place]))}):
        if mirror.has(f"stream_{kind}"):
            gather(work, vocabulary.types[kind], [one for one in moments if type_of(work, one) == kind])
    for _ in mine:
        # what waits for a judgement that is not read is not read
        found.unread |= {one.key for one in mine.values()
                         if any(judged.control in found.unread for judged in control_of(one).judged)}  # fmt: skip
    _follow(work)
    return found


def _is_guessed(mirror: "Mirror", version: Version, *, is_followed: bool) -> bool:
    """Whether it hangs on what the mirror cannot tell: whose calendar counts, or how a version took over what ran."""
    control, book = control_of(version), version.book
    kind = control.type
    by_person = owners.is_asked([version]) and owners.is_lost(control)
    by_unit = len(book.calendars.by_key()) > 1 and kind.unit is None
    if is_followed and (by_person or by_unit):
        return True
    if book.running_of(control.policy, kind.name) == "keep" or not mirror.has(f"stream_{kind.name}"):
        return False
    table = mirror.table(f"stream_{kind.name}")
    is_adopted = bool(table.filter(table.verb == ADOPT).count().to_pyarrow().as_py())
    return is_adopted and _reads_further(control)


def _reads_further(control: DeadlineControl) -> bool:
    """Whether its acts and its term read more than an adoption knows of acts that are past: their record's own facts,
    what was given, and what had been done on it."""
    conditions = [*control.within.conditions(), *(act.when for act in marks.acts_of(control))]
    elsewhere = [act.when for act in marks.acts_of(control) if act.verb.on != control.type.name]
    facts = {path for one in conditions for path in one.facts()}
    facts |= {tuple((one.fact or "").split(".")) for one in control.within.every() if one.fact}
    return any(
        (len(path) > 1 and path[0] != control.source.name) or not path for path in facts
    ) or any(not leaf.is_plain for one in elsewhere for leaf in one.done())  # fmt: skip


def _clock_types(several: Mapping[int, Version]) -> set[str]:
    return {control_of(one).type.name for one in several.values()}


def _always(several: Mapping[int, Version]) -> frozenset[int]:
    """The places of the irregular forms, and of what these wait for."""
    keys = set(irregular(several.values()))
    waiting = True
    while waiting:
        more = {judged.control for one in several.values() if one.key in keys for judged in control_of(one).judged}
        waiting = not more <= keys
        keys |= more
    return frozenset(place for place, one in several.items() if one.key in keys)


def _corrected(mirror: "Mirror", kind: str) -> frozenset[str]:
    """The records on which a time was set right, a clock was waived, or another calendar or version moved clocks."""
    if not mirror.has(f"stream_{kind}"):
        return frozenset()
    table = mirror.table(f"stream_{kind}")
    reinstating = [verb.name for verb in vocabulary.verbs.values() if verb.on == kind and verb.reinstates]
    is_moved = table.marks.contains('"corrects"').fill_null(False) | table.verb.isin(
        [ADOPT, RECALCULATE, WAIVE, *reinstating]
    )
    found = table.filter(is_moved).select("object").distinct()
    return frozenset(found.to_pyarrow()["object"].to_pylist())


def _numbers(work: Gathering, kind: str) -> dict[tuple[str, str], int]:
    """The numbers of acts on other records in the streams of this type."""
    table = work.mirror.table(f"stream_{kind}")
    foreign = table.filter(table.role != kind).select("event", "object", "n")
    return {(row["event"], row["object"]): row["n"] for row in foreign.to_pyarrow().to_pylist()}


def _follow(work: Gathering) -> None:
    """Every record's course, in the order of its stream."""
    begins = dict(timeline(work.mirror))
    by_course = irregular(work.versions.values())
    for kind in sorted(_clock_types(work.versions)):
        mine = {place: one for place, one in work.versions.items()
                if control_of(one).type.name == kind and one.key not in work.found.unread}  # fmt: skip
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
                work.found.lifted |= course.lifted
                work.found.met += [(key, record, event) for key, event in course.met if whole or key in by_course]
                kept = (row for row in rows if whole or row["control"] in by_course)
                work.found.rows += [{**row, "object_type": kind} for row in kept]
                work.found.undetermined += [
                    (*one, kind) for one in course.undetermined if whole or one[0] in by_course
                ]  # fmt: skip


def _sides(several: Mapping[int, Version]) -> Iterator[dict[int, Version]]:
    """A draft and what was in force then are two histories."""
    for is_draft in (True, False):
        found = {place: one for place, one in several.items() if (one.numbers is None) is is_draft}
        if found:
            yield found


def _only(act: Act, several: Mapping[int, Version]) -> Act:
    return replace(act, said={place: one for place, one in act.said.items() if place in several})
