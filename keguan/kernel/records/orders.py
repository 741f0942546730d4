"""In which order a list stands, and where its next page begins: a value and an id, so that no row is met twice."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from keguan.kernel.records.labels import Label

Place = tuple[Any, UUID]


@dataclass(frozen=True, slots=True)
class Order:
    """An order by one field and the id. `read` makes a value of the field from the text of a place."""

    name: str
    label: Label
    field: str
    is_down: bool = False
    read: Callable[[str], Any] = str

    def by(self) -> tuple[str, str]:
        """The order as a query takes it."""
        sign = "-" if self.is_down else ""
        return (f"{sign}{self.field}", f"{sign}id")

    def after(self, place: Place) -> Q:
        """What stands after the place."""
        beyond = TupleLessThan if self.is_down else TupleGreaterThan
        return Q(beyond(Tuple(F(self.field), F("id")), place))

    def place(self, token: str) -> Place | None:
        """The place that a text from an address means; nothing where it means none."""
        value, _, key = token.rpartition("~")
        try:
            return (self.read(value), UUID(key)) if key else None
        except ValueError:
            return None


def token(place: Place) -> str:
    """A place as an address carries it."""
    value, key = place
    return f"{value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value}~{key}"
