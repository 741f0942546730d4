"""In which order a list stands, and where its next page begins: a value and an id, so that no row is met twice."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, OrderBy, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from keguan.kernel.records.labels import Label

Place = tuple[Any, UUID]


@dataclass(frozen=True, slots=True)
class Order:
    """An order by one field and the id. `read` makes a value of the field from the text of a place.

    Where the field `may_be_empty`, records without a value come last, whichever way.
    """

    name: str
    label: Label
    field: str
    is_down: bool = False
    read: Callable[[str], Any] = str
    may_be_empty: bool = False

    def by(self) -> tuple[str | OrderBy, str]:
        """The order as a query takes it."""
        sign = "-" if self.is_down else ""
        if not self.may_be_empty:
            return (f"{sign}{self.field}", f"{sign}id")
        field = F(self.field)
        return (field.desc(nulls_last=True) if self.is_down else field.asc(nulls_last=True), f"{sign}id")

    def after(self, place: Place) -> Q:
        """What stands after the place."""
        value, key = place
        if value is None:
            beyond = Q(id__lt=key) if self.is_down else Q(id__gt=key)
            return Q(**{f"{self.field}__isnull": True}) & beyond
        than = TupleLessThan if self.is_down else TupleGreaterThan
        found = Q(than(Tuple(F(self.field), F("id")), place))
        return found | Q(**{f"{self.field}__isnull": True}) if self.may_be_empty else found

    def place(self, token: str) -> Place | None:
        """The place that a text from an address means; nothing where it means none."""
        value, _, key = token.rpartition("~")
        try:
            if self.may_be_empty and value == "":
                return (None, UUID(key))
            return (self.read(value), UUID(key)) if key else None
        except (ValueError, ArithmeticError):
            return None


def token(place: Place) -> str:
    """A place as an address carries it."""
    value, key = place
    if value is None:
        return f"~{key}"
    return f"{value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value}~{key}"
