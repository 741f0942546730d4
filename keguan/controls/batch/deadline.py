"""The batch reading of a deadline: which acts start it, and which meet or end it. What follows is in `obligations`."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.engines.acts import Act
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.controls.people import nodes
from keguan.controls.terms import Form, Term
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Control, Rulebook

MET, CANCELLED = "met", "cancelled"


def wanted(control: DeadlineControl, record_type: RecordType) -> Wanted:
    """What its acts and its term read."""
    acts = (*control.after, *control.do, *control.cancel)
    conditions = (*(act.when for act in acts), *control.within.conditions())
    paths = [_path(one) for one in control.within.every() if one.fact]
    return wants.all_of(wants.of_condition(one, record_type) for one in conditions) | wants.of_paths(paths, record_type)


def wanted_places(control: DeadlineControl, record_type: RecordType, book: Rulebook) -> Wanted:
    """What says whose calendar counts, where not everybody goes by the company's."""
    if len(book.calendars.by_key()) == 1:
        return Wanted()
    units = [(record_type.unit,)] if record_type.unit else []
    return wants.of_paths([*units, *_owner(control)], record_type)


def about(control: DeadlineControl, acts: Acts, place: int) -> dict[str, Any]:
    """Columns that a clock's term needs at its opening: `f` what it reads, `u` the record's unit, `h` who owes it.

    Of a table of terms, `f` is the text of the row that counts.
    """
    after, columns = acts.after(), {}
    if control.within.rows:
        columns[f"f{place}"] = _row(control.within, after)
    elif control.within.fact:
        columns[f"f{place}"] = _or_null(after.get(_path(control.within)))
    if len(acts.book.calendars.by_key()) > 1:
        unit, owner = acts.type.unit, _owner(control)
        columns[f"u{place}"] = _or_null(after.get((unit,)) if unit else None)
        columns[f"h{place}"] = _or_null(after.get(owner[0]) if owner else None)
    return columns


def _path(term: Term) -> tuple[str, ...]:
    return tuple((term.fact or "").split("."))


def _owner(control: DeadlineControl) -> list[tuple[str, ...]]:
    """The fact that holds who owes it; nothing where that is a role, which the batch does not resolve."""
    people = control.by.people
    return [people.fact.path] if isinstance(people, nodes.PersonFact) else []


def _row(term: Term, after: Acts) -> Any:
    cases = []
    otherwise = ibis.null("string")
    for row in term.rows:
        text = _or_null(after.get(_path(row.term))).cast("string") if row.term.fact else ibis.literal(row.term.text)
        if row.when is None:
            otherwise = text
            break
        answer = row.when.ibis(after)
        cases += [(answer.isnull(), ibis.null("string")), (answer, text)]
    return ibis.cases(*cases, else_=otherwise) if cases else otherwise


def _or_null(column: Any) -> Any:
    return ibis.null("string") if column is None else column


def opening_verbs(control: Control) -> list[str]:
    """The acts that may start it."""
    return sorted({act.verb.name for act in control.after}) if isinstance(control, DeadlineControl) else []


def voids(record_type: RecordType) -> list[str]:
    """The acts that declare a record of the type entered in error: its clocks end."""
    return [verb.name for verb in vocabulary.verbs.values() if verb.on == record_type.name and verb.voids]


def is_read(control: DeadlineControl) -> bool:
    """Whether the batch reads this form: after an act, an act is owed, both on records of the clock's own type.

    What starts at dates, by periods or while something holds, has keys, or can be paused and extended is not read.
    """
    acts = (*control.after, *control.do, *control.cancel)
    others = (control.at, control.every, control.period, control.before, control.holding, control.hold, control.keys)
    changing = (control.pause, control.resume, control.extend, control.judged)
    dated = (control.sample, control.from_on, control.until_on, control.population)
    return (
        bool(control.after) and bool(control.do) and not any(one is not None for one in (*others, *dated))
        and not any(changing) and not control.is_apart and not control.counts_request
        and not any(one.form is Form.BEFORE_FACT for row in control.within.rows for one in row.term.every())
        and all(act.verb.on == control.type.name for act in acts)
    )  # fmt: skip


def is_simple(control: DeadlineControl) -> bool:
    """Whether one act meets it and one clock runs at a time: then windows tell its course."""
    return control.at_least == 1 and control.again in ("ignore", "restart")


def opens(control: DeadlineControl, acts: Acts) -> Any:
    """Whether each act starts it; NULL where that is not known."""
    return _matches(control.after, acts.after())


def ends(control: DeadlineControl, acts: Acts, workflows: Iterable[WorkflowControl]) -> Any:
    """How each act ends it: met, cancelled, or not at all.

    The last act of a workflow cancels what only acts of the workflow could meet.
    """
    after = acts.after()
    cases = [(_matches(control.do, after), MET), (_matches(control.cancel, after), CANCELLED)]
    if voiding := voids(acts.type):
        cases.append((acts.table.verb.isin(voiding), CANCELLED))
    last = [
        name
        for workflow in workflows
        if workflow.stations and all(act.verb.name in workflow.verbs for act in control.do)
        for name in sorted(verb.name for verb in workflow.stations[-1].verbs)
    ]  # fmt: skip
    if last:
        cases.append((acts.table.verb.isin(last), CANCELLED))
    return ibis.cases(*cases, else_=ibis.null("string"))


def _matches(several: Sequence[Act], acts: Acts) -> Any:
    answers = [(acts.table.verb == act.verb.name) & act.when.ibis(acts) for act in several]
    return reduce(lambda one, two: one | two, answers, ibis.literal(False)) & (acts.table.turn == 0)
