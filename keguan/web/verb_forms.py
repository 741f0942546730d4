"""Forms made from a verb's arguments: the inputs, and the arguments read back from what was posted.

The form of a verb is the same on every page; what a person typed always stands in it again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from keguan.kernel.commands.verbs import Argument
from keguan.kernel.records.kinds import (
    COMPANY_ZONE,
    Boolean,
    Choice,
    Date,
    Fields,
    Integer,
    Kind,
    Listing,
    Moment,
    MoneyKind,
    Number,
    Reference,
    Text,
    empty,
)
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.org import queries as org
from keguan.web.components import Citation, Field, Option, Reason

OFFERED = ("person", "unit", "role")
YES, NO = Label("是", "Yes"), Label("否", "No")
KINDS: tuple[tuple[type[Kind], str], ...] = (
    (Integer, "integer"),
    (Number, "number"),
    (MoneyKind, "money"),
    (Date, "date"),
    (Moment, "moment"),
    (Boolean, "boolean"),
    (Choice, "choice"),
    (Reference, "reference"),
)


Chosen = Mapping[str, Option]
"""By argument, the record that stands in a searching input."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form needs beside the arguments: typed values, values of the record, reasons and clauses by argument.

    `viewer` is offered himself and his colleagues before the others.
    """

    values: Mapping[str, Any]
    reasons: Sequence[Reason] = ()
    clauses: Mapping[str, Citation] | None = None
    required: frozenset[str] = frozenset()
    chosen: Chosen | None = None
    viewer: UUID | None = None


def kind_name(kind: Kind) -> str:
    """What an input of this kind is called in `Field.kind`."""
    if isinstance(kind, Listing):
        return kind_name(kind.of)
    if isinstance(kind, Text):
        return "lines" if kind.lines else "text"
    return next((name for known, name in KINDS if isinstance(kind, known)), "text")


def options_of(kind: Kind, viewer: UUID | None = None) -> tuple[Option, ...]:
    """The values that an input of this kind offers: choices, people, units."""
    if isinstance(kind, Listing):
        return options_of(kind.of, viewer)
    if isinstance(kind, Choice):
        return tuple(Option(code, label) for code, label in kind.options.items())
    if isinstance(kind, Reference) and kind.to == "person":
        return people(viewer)
    if isinstance(kind, Reference) and kind.to == "unit":
        return tuple(Option(str(key), name) for key, name in org.unit_options())
    if isinstance(kind, Reference) and kind.to == "role":
        return tuple(Option(str(key), label) for key, label in org.roles().values())
    return ()


def search_url(kind: Kind) -> str:
    """Where an input of this kind searches for records; nothing where it offers all there are."""
    if not isinstance(kind, Reference) or kind.to in ("", *OFFERED):
        return ""
    return reverse("web:customer_options") if kind.to == "customer" else reverse("web:record_options", args=[kind.to])


def people(viewer: UUID | None = None) -> tuple[Option, ...]:
    """Everybody who works here, with posts; those whom the viewer works with first."""
    words = Label("{name} · {hint}", "{name} · {hint}")
    rows = org.person_options(near=viewer)
    return tuple(
        Option(str(key), words.format(name=name, hint=hint) if hint.zh else name, hint) for key, name, hint in rows
    )


def is_chosen(kind: Listing) -> bool:
    """Whether the values of a list are chosen from options; others are typed, with separators between them."""
    return isinstance(kind.of, Choice | Reference)


def typed(kind: Kind, value: Any) -> str | tuple[str, ...]:
    """A value as its input holds it; what a person typed stays as it is."""
    if isinstance(kind, Listing):
        given = value if isinstance(value, list | tuple) else [value] if value else []
        texts = tuple(str(each) for each in given)
        return texts if is_chosen(kind) else "、".join(texts)
    if value is None:
        return ""
    if isinstance(kind, MoneyKind):
        amount = value["amount"] if isinstance(value, Mapping) else getattr(value, "amount", value)
        return str(amount)
    if isinstance(kind, Boolean) and isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(kind, Moment) and hasattr(value, "astimezone"):
        return str(value.astimezone(COMPANY_ZONE).strftime("%Y-%m-%dT%H:%M"))
    return kind.show(value) if isinstance(kind, Number) and isinstance(value, Decimal) else str(value)


def field(argument: Argument | Fact, asked: Asked, prefix: str = "") -> Field:
    """The input of one argument or declared field."""
    name = prefix + argument.name
    value = asked.values.get(argument.name)
    kind = argument.kind
    search, held = search_url(kind), (asked.chosen or {}).get(argument.name)
    currency = value.get("currency") if isinstance(value, Mapping) else getattr(value, "currency", None)
    return Field(
        name,
        argument.label,
        kind_name(kind),
        typed(kind, value),
        is_required=bool(argument.required) or argument.name in asked.required,
        hint=argument.help or "",
        citation=(asked.clauses or {}).get(argument.name),
        errors=tuple(reason for reason in asked.reasons if reason.field == argument.name),
        options=((held,) if held else ()) if search else options_of(kind, asked.viewer),
        currency=currency or (kind.currency if isinstance(kind, MoneyKind) else "CNY"),
        search_url=search,
        longest=kind.longest if isinstance(kind, Text) else 0,
        is_multiple=isinstance(kind, Listing) and is_chosen(kind),
    )


def fields(arguments: Iterable[Argument | Fact], asked: Asked, prefix: str = "") -> tuple[Field, ...]:
    """The inputs of several arguments; packs' own fields and stored files have inputs elsewhere."""
    return tuple(field(argument, asked, prefix) for argument in arguments if not isinstance(argument.kind, Fields))


def read(arguments: Iterable[Argument | Fact], posted: QueryDict, prefix: str = "") -> dict[str, Any]:
    """Arguments as posted, untyped: only those whose inputs were in the form. Nothing is lost, nothing is judged."""
    found: dict[str, Any] = {}
    for argument in arguments:
        name = prefix + argument.name
        if isinstance(argument.kind, Listing) and is_chosen(argument.kind):
            if name in posted:
                found[argument.name] = [value for value in posted.getlist(name) if value]
        elif isinstance(argument.kind, MoneyKind):
            amount = posted.get(name)
            if amount is not None:
                currency = posted.get(f"{name}_currency") or argument.kind.currency
                found[argument.name] = {"amount": amount, "currency": currency} if amount.strip() else None
        elif name in posted:
            found[argument.name] = posted[name]
    return found


def given(args: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments without those left empty: for verbs that create, and for values the record has not."""
    return {name: value for name, value in args.items() if not empty(value)}
