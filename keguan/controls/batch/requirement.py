"""The batch reading of a requirement: everything that is lacking, where its gate holds."""

from functools import reduce
from typing import Any

import ibis

from keguan.controls.batch import earlier, signing, wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import KEPT, REFUSED, UNRECORDED, softened, unknown
from keguan.controls.conditions.batch import is_unknown
from keguan.controls.engines.reading import Who
from keguan.controls.engines.requirement import RequirementControl
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted


def wanted(control: RequirementControl, record_type: RecordType) -> Wanted:
    """What it reads: gate, statement, fields, files and earlier acts."""
    names = frozenset(fact.name for fact in control.fields)
    return (
        wants.of_condition(control.gate, record_type)
        | wants.of_condition(control.that, record_type)
        | Wanted(facts=names, arguments=names)
        | wants.all_of(earlier.wanted(one, record_type) for one in control.done)
        | wants.all_of(wants.of_people(who.people, record_type) for who in _signers(control))
        | Wanted(lists=frozenset((control.files_list,)) if control.files_list else frozenset())
    )


def outcome(control: RequirementControl, acts: Acts) -> Any:
    """What it did to each act; nothing where its gate does not hold."""
    gate, that = control.gate.ibis(acts), control.that.ibis(acts)
    lacking, is_hidden = _lacking(control, acts)
    lacks = reduce(lambda one, two: one | two, lacking, ibis.literal(False))
    judged = ibis.cases(
        (is_unknown(that), unknown(acts.knows(control.that))),
        (lacks | ~that, REFUSED),
        (is_unknown(lacks), UNRECORDED),
        else_=UNRECORDED if is_hidden else KEPT,
    )
    found = ibis.cases((gate, judged), (~gate, ibis.null("string")), else_=unknown(acts.knows(control.gate)))
    return softened(found, control.effect, control.trial)


def _lacking(control: RequirementControl, acts: Acts) -> tuple[list[Any], bool]:
    """What is lacking, each as a boolean (nothing: not known), and whether there is something that the mirror cannot
    tell at all."""
    found: list[Any] = []
    is_hidden = False
    for fact in control.fields:
        column = acts.given_or_fact(fact.name)
        if column is None:
            is_hidden = True
        else:
            found.append(_is_empty(column))
    for one in control.done:
        done, knows = earlier.was_done(one, acts)
        is_hidden |= not knows
        # what is truly open is refused like what was not done
        found += [~done.fill_null(False)] if knows else []
    if control.signatures is not None:
        column = acts.unsigned.get(signing.key_of(control.signatures))
        is_hidden |= column is None
        found += [] if column is None else [acts.table[column]]
    if control.files:
        lines = acts.lines((control.files_list,))
        is_hidden |= lines is None
        if lines is not None:
            found.append(lines.length().fill_null(0) < control.files)
    return found, is_hidden


def _signers(control: RequirementControl) -> tuple[Who, ...]:
    return control.signatures.of if control.signatures is not None else ()


def _is_empty(column: Any) -> Any:
    if column.type().is_string():
        return column.isnull() | (column == "")
    if column.type().is_array():
        return column.isnull() | (column.length() == 0).fill_null(True)
    return column.isnull()
