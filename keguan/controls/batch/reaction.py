"""The batch reading of a reaction: done where an act, a change of facts or a hit of a guard sets it off.

Judgements and dates set reactions off at moments that need be no act: `occasions` finds those.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.asked import people_key
from keguan.controls.batch.needs import hit_guards
from keguan.controls.batch.outcomes import DONE, RECORDED, REFUSED, UNDETERMINED, UNRECORDED, WARNED, unknown
from keguan.controls.conditions import Condition
from keguan.controls.conditions.batch import is_unknown
from keguan.controls.engines.reaction import ReactionControl, Row
from keguan.controls.people import People
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Control

HITTING = (REFUSED, WARNED, RECORDED)


def people(control: ReactionControl) -> Iterator[People]:
    """Everybody whom it must find to come to anything."""
    if control.trial:
        return
    if control.notify is not None:
        yield control.notify.people
    yield from (row.by.people for row in _rows(control) if row.by is not None)


def conditions(control: ReactionControl) -> list[Condition]:
    """Everything that it asks of an act."""
    return [control.gate, *(act.when for act in control.after), *(row.when for row in _rows(control))]


def wanted(control: ReactionControl, record_type: RecordType) -> Wanted:
    """What acts, changes, gate, rows, target and people read."""
    found = wants.all_of(wants.of_condition(one, record_type) for one in conditions(control))
    found |= wants.all_of(wants.of_people(one, record_type) for one in people(control))
    names = frozenset(one.fact.name for one in control.changed)
    return found | Wanted(facts=names) | wants.of_paths(_paths(control), record_type)


def outcome(control: ReactionControl, acts: Acts) -> Any:
    """What it led to at each act: a trial only records, what was imported does nothing."""
    after = acts.after()
    done = ibis.cases(((acts.table.turn == 0), _set_off(control, _acted(control, acts), after)))
    found = [done, *(_hit(control, guard, acts) for guard in hit_guards(control, acts.book))]
    return ibis.cases((~acts.table.imported, ibis.coalesce(*found)))


def _acted(control: ReactionControl, acts: Acts) -> tuple[Any, bool]:
    """Whether an act or a change sets it off, and whether the mirror holds all that this hangs on."""
    after, answers = acts.after(), [ibis.literal(False)]
    answers += [(acts.table.verb == act.verb.name) & act.when.ibis(after) for act in control.after]
    knows = all(after.knows(act.when) for act in control.after)
    creating = [one.name for one in vocabulary.verbs.values() if one.on == acts.type.name and one.creates]
    own = [one.name for one in vocabulary.verbs.values() if one.on == acts.type.name]
    may_change = acts.table.verb.isin(own) & ~acts.table.verb.isin(creating)
    for one in control.changed:
        was, now = acts.fact(one.fact.name), after.fact(one.fact.name)
        is_there = was is not None and now is not None
        knows &= is_there
        answers.append(may_change & (~was.identical_to(now) if is_there else ibis.null("boolean")))
    return reduce(lambda one, two: one | two, answers), knows


def _set_off(control: ReactionControl, by: tuple[Any, bool], seen: Acts) -> Any:
    """What it comes to where it is set off and its gate holds; not known where either is not."""
    answer, knows = by
    gate = control.gate.ibis(seen)
    both = answer & gate
    led_to = ibis.literal(RECORDED) if control.trial else led(control, seen)
    return ibis.cases((both, led_to), (~both, ibis.null("string")), else_=unknown(knows and seen.knows(control.gate)))


def _hit(control: ReactionControl, guard: Control, acts: Acts) -> Any:
    """What it comes to at a refusal, warning or record of a guard, seen before the act; nothing where its gate is
    not known to hold."""
    from keguan.controls.batch.readings import READINGS

    asked = acts.table.verb.isin(sorted(guard.verbs))
    seen = acts.entered()
    found, gate = READINGS[type(guard)].outcome(guard, acts), control.gate.ibis(seen)
    hidden = ibis.literal(not acts.knows(control.gate)) & is_unknown(gate)
    is_hit = asked & found.isin(HITTING)
    led_to = ibis.literal(RECORDED) if control.trial else led(control, seen)
    return ibis.cases((is_hit & gate, led_to), ((is_hit & hidden) | (asked & (found == UNRECORDED)), UNRECORDED))


def led(control: ReactionControl, seen: Acts) -> Any:
    """What a reaction comes to once it is set off: done where a row fits and somebody or something is concerned."""
    rows = _rows(control)
    answers = [row.when.ibis(seen) for row in rows]
    here = _any([answer.fill_null(False) for answer in answers])
    is_open = ~here & is_unknown(_any(answers)) if rows else ibis.literal(False)
    does = [_does(control, row, answer.fill_null(False), seen) for row, answer in zip(rows, answers, strict=True)]
    told = _somebody(control.notify.people, seen) if control.notify is not None and control.template else None
    if told is not None:
        does.append(told & here if control.effect is not None else told)
    comes = _any(does)
    lacking = here if control.effect is not None else ibis.literal(True)
    knows = all(seen.knows(row.when) for row in rows)
    return ibis.cases(
        (is_open, unknown(knows)), (comes, DONE), (lacking & is_unknown(comes), UNRECORDED), (lacking, UNDETERMINED),
        else_=ibis.null("string"),
    )  # fmt: skip


def _does(control: ReactionControl, row: Row, here: Any, seen: Acts) -> Any:
    """Whether a row that fits leads to a command: its record is there, and whom it concerns."""
    effect = control.effect
    if effect is None or (effect.each is not None and effect.each.listing is None):
        return here
    parts = [here]
    if effect.target.how == "link":
        link = seen.get((effect.target.link,))
        parts.append(ibis.null("boolean") if link is None else link.notnull())
    if effect.each is not None and effect.each.listing is not None:
        keys = seen.get(effect.each.listing.path)
        parts.append(ibis.null("boolean") if keys is None else (keys.length() > 0).fill_null(False))
    if row.by is not None:
        parts.append(_somebody(row.by.people, seen))
    return reduce(lambda one, two: one & two, parts)


def _somebody(who: People, seen: Acts) -> Any:
    """Whether the expression means anybody; not known where the mirror cannot tell."""
    column = seen.people.get(people_key(who, is_after=seen.is_after))
    return ibis.null("boolean") if column is None else seen.table[column].length() > 0


def _rows(control: ReactionControl) -> tuple[Row, ...]:
    return control.effect.rows if control.effect is not None and not control.trial else ()


def _paths(control: ReactionControl) -> Iterator[tuple[str, ...]]:
    effect = control.effect
    if effect is not None and effect.target.how == "link":
        yield (effect.target.link,)
    if effect is not None and effect.each is not None and effect.each.listing is not None:
        yield effect.each.listing.path


def _any(answers: Sequence[Any]) -> Any:
    return reduce(lambda one, two: one | two, answers, ibis.literal(False))
