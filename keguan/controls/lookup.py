"""How lists of records are filtered by a policy's condition: facts as columns of the type's model. Runs no query.

Own facts are the model's fields, declared ones lie in its jsonb field; facts of linked records are reached through
the foreign key, or by id where there is none. What the person who asks is (`actor`) is the same for every row.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    ForeignKey,
    JSONField,
    OuterRef,
    Subquery,
    TextField,
    UUIDField,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from keguan.controls.conditions.filters import constant
from keguan.controls.conditions.lookup import Column
from keguan.controls.conditions.names import OUTSIDE
from keguan.controls.conditions.scope import Scope
from keguan.controls.looked_up import Acts, Posts
from keguan.controls.names import ACTOR, HAPPENED_ON, PROFILE, person_of
from keguan.kernel.records.kinds import Boolean, Date, Integer, Kind, Listing, Moment, MoneyKind, Number, Reference
from keguan.kernel.records.types import Fact, RecordType
from keguan.org.directory import Profile

Wrap = Callable[[Any], Any]
FIELDS: tuple[tuple[type[Kind], Callable[[], Any]], ...] = (
    (Integer, BigIntegerField),
    (Number, lambda: DecimalField(max_digits=38, decimal_places=10)),
    (MoneyKind, lambda: DecimalField(max_digits=38, decimal_places=10)),
    (Date, DateField),
    (Moment, DateTimeField),
    (Boolean, BooleanField),
    (Reference, UUIDField),
)


@dataclass(frozen=True)
class RecordLookup:
    """`conditions.Lookup` over the records of a type.

    `facts` gives the facts of a record type with those that packs declare, `models` the model of a type's table
    (LookupError where it has none). `outer` is what stands outside a key (`conditions.names.Nested`), `at` the moment
    of which the posts of persons are asked.
    """

    type: RecordType
    facts: Callable[[str], Mapping[str, Fact]]
    types: Mapping[str, RecordType]
    models: Callable[[str], Any]
    day: dt.date
    parameters: Mapping[str, Any] = field(default_factory=dict)
    profile: Profile | None = None
    outer: Scope | None = None
    at: dt.datetime | None = None

    def column(self, path: tuple[str, ...]) -> Column | None:  # noqa: PLR0911 – one for each place of a value
        """How the fact at the path is read; None where it cannot be."""
        if path[0] == OUTSIDE:
            return None if self.outer is None else constant(self.outer.get(path[1:]))
        if path == (self.type.name, "id"):
            return Column(F("pk"))
        match path:
            case [name]:
                return constant(self.day) if name == HAPPENED_ON else self._own(name)
            case [head, *_, tail] if head == PROFILE:
                return self._of_person(person_of(path), tail)
            case [head, tail] if head == ACTOR:
                return self._of_actor(tail)
            case [head, tail]:
                return self._own(tail) if head == self.type.name else self._linked(head, tail)
        return None

    def parameter(self, name: str) -> Any:
        """The value of an adopted parameter."""
        found = self.parameters.get(name)
        return getattr(found, "value", found)

    def today(self) -> dt.date:
        """The day for which the list is asked."""
        return self.day

    def _of_actor(self, name: str) -> Column | None:
        if self.profile is None:
            return None
        match name:
            case "id":
                return constant(self.profile.person)
            case "role":
                return constant(sorted(self.profile.roles))
            case "unit":
                return constant(sorted(self.profile.units))
        return None

    def acts(self, verbs: tuple[str, ...], first: dt.datetime | None, last: dt.datetime | None) -> Column | None:
        """How many acts of the verbs were done on the record, from `first` on and before `last`."""
        return Column(Acts(F("pk"), verbs, first, last), is_plain_json=True)

    def _of_person(self, path: tuple[str, ...], what: str) -> Column | None:
        """The roles, or the units, of the person that a fact holds."""
        person = self.column(path)
        if self.at is None or person is None or person.stored != "value" or what not in ("role", "unit"):
            return None
        return Column(Posts(person.value, what, self.at), stored="array")

    def _own(self, name: str) -> Column | None:
        fact = self.facts(self.type.name).get(name)
        return None if fact is None else _read(self.type, fact, "", lambda expression: expression)

    def _linked(self, head: str, tail: str) -> Column | None:
        link = self.facts(self.type.name).get(head)
        if link is None or not isinstance(link.kind, Reference) or link.kind.to not in self.types:
            return None
        target = self.types[link.kind.to]
        fact = self.facts(target.name).get(tail)
        if fact is None:
            return None
        try:
            mine, theirs = self.models(self.type.table), self.models(target.table)
        except LookupError:
            return None
        if head in self.type.by_name and isinstance(mine._meta.get_field(head), ForeignKey):  # noqa: SLF001
            return _read(target, fact, f"{head}__", lambda expression: expression)
        if head in self.type.by_name:
            key: Any = OuterRef(head)
        else:
            key = Cast(KeyTextTransform(head, OuterRef(self.type.declared or "")), UUIDField())

        def by_id(expression: Any) -> Any:
            return Subquery(theirs._default_manager.filter(pk=key).values(found=expression)[:1])  # noqa: SLF001

        return _read(target, fact, "", by_id)


def _read(record_type: RecordType, fact: Fact, prefix: str, wrap: Wrap) -> Column:
    kind = fact.kind
    if fact.name not in record_type.by_name:
        return _declared(fact, f"{prefix}{record_type.declared}", wrap)
    value = wrap(F(f"{prefix}{fact.name}"))
    if isinstance(kind, MoneyKind):
        return Column(value, currency=wrap(F(f"{prefix}{fact.name}_currency")))
    if isinstance(kind, Listing):
        return Column(value, stored="array")
    return _column(kind, value)


def _declared(fact: Fact, place: str, wrap: Wrap) -> Column:
    kind = fact.kind
    if isinstance(kind, Listing):
        return Column(wrap(KeyTransform(fact.name, place)), stored="json")
    if isinstance(kind, MoneyKind):
        parts = KeyTransform(fact.name, place)
        currency = wrap(KeyTextTransform("currency", parts))
        return Column(wrap(Cast(KeyTextTransform("amount", parts), _field(kind))), currency=currency)
    text = KeyTextTransform(fact.name, place, output_field=TextField())
    return _column(kind, wrap(text if kind.sql == "text" else Cast(text, _field(kind))))


def _column(kind: Kind, value: Any) -> Column:
    return Column(
        value,
        is_moment=isinstance(kind, Moment),
        is_text=kind.sql == "text",
        is_plain_json=isinstance(kind, Integer | Boolean),
    )


def _field(kind: Kind) -> Any:
    return next((make() for one, make in FIELDS if isinstance(kind, one)), JSONField())
