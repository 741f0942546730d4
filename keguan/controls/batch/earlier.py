"""The batch reading of earlier acts that a requirement asks for: by whom, under what condition, since when."""

import datetime as dt
from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.batch.asked import people_key
from keguan.controls.conditions.batch_days import midnight
from keguan.controls.conditions.columns import LineColumns
from keguan.controls.conditions.names import Name
from keguan.controls.engines.earlier import Earlier
from keguan.controls.names import HAPPENED_ON
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted


def wanted(one: Earlier, record_type: RecordType) -> Wanted:
    """What it reads of the act, and the acts that it looks at."""
    names = tuple(verb.name for verb in one.verbs)
    if one.is_plain:
        return Wanted(done=frozenset((names,)))
    found = wants.of_condition(one.when, record_type)
    if isinstance(one.since, Name):
        found |= wants.of_paths([one.since.path], record_type)
    if one.by is not None:
        found |= wants.of_people(one.by.people, record_type)
    since = frozenset((one.since,)) if isinstance(one.since, str) else frozenset[str]()
    return found | Wanted(deeds=frozenset(names) | since)


def was_done(one: Earlier, acts: Acts) -> tuple[Any, bool]:
    """Whether such an act was done, and whether the mirror can tell: an answer that is open then truly is."""
    names = [verb.name for verb in one.verbs]
    if one.is_plain:
        found = acts.done(tuple(names))
        return (ibis.null("boolean"), False) if found is None else (found, True)
    past = acts.past_acts()
    if past is None or not _knows(one, acts):
        return ibis.null("boolean"), False
    counted = past.filter(lambda act: act.verb.isin(names))
    is_open = ibis.literal(False)
    match one.since:
        case str(verb):
            last = past.filter(lambda act: act.verb == verb).map(lambda act: act.n).maxs()
            counted = counted.filter(lambda act: (act.n >= last).fill_null(True))
        case None:
            pass
        case since:
            edge = ibis.literal(since, type="date") if isinstance(since, dt.date) else acts.get(since.path)
            edge = midnight(edge) if edge.type().is_date() else edge
            is_open = edge.isnull()
            counted = counted.filter(lambda act: (act.at >= edge).fill_null(False))
    if one.by is not None:
        people = acts.table[acts.people[people_key(one.by.people, is_after=acts.is_after)]]
        counted = counted.filter(lambda act: people.contains(act.by).fill_null(False))
    answers = counted.map(lambda act: one.when.ibis(_ActColumns(acts, act)))
    sure = answers.filter(lambda answer: answer.fill_null(False)).length() > 0
    possible = answers.filter(lambda answer: answer.fill_null(True)).length() > 0
    return ibis.cases((is_open, ibis.null("boolean")), (sure, True), (~possible, False)), True


def _knows(one: Earlier, acts: Acts) -> bool:
    """Whether the mirror holds what is read beside the acts themselves."""
    arguments = {argument.name for verb in one.verbs for argument in verb.arguments}
    facts = {name.path for name in one.when.names() if name.path[0] not in arguments}
    facts |= {one.since.path} if isinstance(one.since, Name) else set()
    by = one.by is None or people_key(one.by.people, is_after=acts.is_after) in acts.people
    return by and all(acts.get(path) is not None for path in facts)


class _ActColumns(LineColumns):
    """An earlier act inside what asks about it: what was given then, else the record as it stands now."""

    def __init__(self, outer: Acts, act: Any) -> None:
        super().__init__(outer, (), act)
        self._act = act

    def get(self, path: tuple[str, ...]) -> Any:
        """The value that was given then, the day of that act, else the column outside."""
        return self._read(path, "")

    def currency(self, path: tuple[str, ...]) -> Any:
        """The currency beside what was given then."""
        return self._read(path, "_currency")

    def _read(self, path: tuple[str, ...], suffix: str) -> Any:
        outer = self._outer.currency(path) if suffix else self._outer.get(path)
        if len(path) != 1:
            return outer
        if path[0] == HAPPENED_ON:
            return self._act["happened_on"]
        name = f"a_{path[0]}{suffix}"
        if name not in self._fields:
            return outer
        given = self._act[name]
        return given if outer is None else ibis.cases((self._act[f"g_{path[0]}"], given), else_=outer)

    def today(self) -> Any:
        """The day of that act."""
        return self._act["happened_on"]
