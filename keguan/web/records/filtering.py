"""The filters of a list, made from the declared facts of its record type: choices, people, units, days from and to."""

import datetime as dt
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Literal

from django.db.models import Q
from django.http import QueryDict

from keguan.kernel.records.kinds import (
    BadValue,
    Boolean,
    Choice,
    Date,
    Integer,
    Kind,
    Listing,
    Moment,
    MoneyKind,
    Number,
    Reference,
)
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.lists import narrowing
from keguan.lists.speaking import choosable
from keguan.org import queries as org
from keguan.web.components import Filter, Option
from keguan.web.verb_forms import NO, YES

ALWAYS = 3
"""So many filters stand there always; the others are folded away."""
SIZED = (Integer, Number, MoneyKind)
TIMED = (Date, Moment)
FROM, TO, LEAST, MOST = "__from", "__to", "__gte", "__lte"
SPANS = {
    FROM: Label("从", "from"),
    TO: Label("到", "to"),
    LEAST: Label("不小于", "at least"),
    MOST: Label("不大于", "at most"),
}


def names(record_type: RecordType) -> tuple[str, ...]:
    """The parameters of an address that narrow a list of the type."""
    return tuple(name for fact in choosable(record_type) for name in _names(record_type, fact))


def _names(record_type: RecordType, fact: Fact) -> Iterator[str]:
    if fact.name == record_type.stage or isinstance(_inner(fact.kind), Choice | Boolean | Reference):
        yield fact.name
    elif isinstance(fact.kind, TIMED):
        yield from (fact.name + FROM, fact.name + TO)
    elif isinstance(fact.kind, SIZED):
        yield from (fact.name + LEAST, fact.name + MOST)


def _inner(kind: Kind) -> Kind:
    return kind.of if isinstance(kind, Listing) else kind


def condition(record_type: RecordType, masked: Collection[str], given: QueryDict) -> Q:
    """What the address narrows the list to. What cannot be read, or asks about a masked fact, narrows nothing."""
    found = Q()
    for fact in choosable(record_type):
        if fact.name in masked:
            continue
        for name in _names(record_type, fact):
            raw = str(given.get(name, "")).strip()
            if raw:
                try:
                    found &= _one(record_type, fact, name.removeprefix(fact.name), raw)
                except BadValue:
                    continue
    return found


def _one(record_type: RecordType, fact: Fact, span: str, raw: str) -> Q:
    if span == FROM:
        return narrowing.one(record_type, fact, "gte", _day(raw).isoformat())
    if span == TO:
        day = _day(raw)
        if isinstance(fact.kind, Date):
            return narrowing.one(record_type, fact, "lte", day.isoformat())
        return narrowing.one(record_type, fact, "lt", (day + dt.timedelta(days=1)).isoformat())
    return narrowing.one(record_type, fact, span.removeprefix("__"), raw)


def _day(raw: str) -> dt.date:
    day: dt.date = Date().parse(raw)
    if day >= dt.date(9999, 1, 1):
        raise BadValue("日期太晚", "too late a day")
    return day


class Offers:
    """What filters offer to choose from; people, units and roles are read once for a whole list."""

    def of(self, kind: Kind) -> tuple[Option, ...] | None:
        """The options of a kind; nothing where there are too many to offer."""
        match kind:
            case Choice():
                return tuple(Option(code, label) for code, label in kind.options.items())
            case Boolean():
                return (Option("true", YES), Option("false", NO))
            case Reference(to="person"):
                return self._people
            case Reference(to="unit"):
                return self._units
            case Reference(to="role"):
                return self._roles
        return None

    @cached_property
    def _people(self) -> tuple[Option, ...]:
        return tuple(Option(str(key), name) for key, name, _ in org.person_options())

    @cached_property
    def _units(self) -> tuple[Option, ...]:
        return tuple(Option(str(key), name) for key, name in org.unit_options())

    @cached_property
    def _roles(self) -> tuple[Option, ...]:
        return tuple(Option(str(key), label) for key, label in org.roles().values())


def filters(
    record_type: RecordType, masked: Collection[str], given: QueryDict
) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """The filters of a list: those that always stand there, those folded away; links to other records are carried."""
    offers = Offers()
    shown: list[Filter] = []
    hidden: list[Filter] = []
    for fact in sorted(choosable(record_type), key=lambda fact: fact.name != record_type.stage):
        if fact.name in masked:
            continue
        for name in _names(record_type, fact):
            value = str(given.get(name, ""))[:100]
            span = name.removeprefix(fact.name)
            if span:
                shown.append(Filter(name, _said(fact, span), value=value, kind=_kind(fact.kind)))
                continue
            offered = (
                tuple(Option(stage.name, stage.label) for stage in record_type.stages)
                if fact.name == record_type.stage and record_type.stages
                else offers.of(_inner(fact.kind))
            )
            if offered is not None:
                shown.append(Filter(name, fact.label, offered, value))
            elif value:
                hidden.append(Filter(name, "", value=value, kind="hidden"))
    first = [one for one in shown if one.kind == "choice"][:ALWAYS]
    return (*hidden, *first), tuple(one for one in shown if one not in first)


def _kind(kind: Kind) -> Literal["date", "number"]:
    return "date" if isinstance(kind, TIMED) else "number"


def _said(fact: Fact, span: str) -> Label:
    return Label(f"{fact.label.zh}{SPANS[span].zh}", f"{fact.label.en}, {SPANS[span].en}")
