"""From the mirror's JSON text to typed columns, by the kind of the fact. Imported where ibis is loaded already."""

from typing import Any

import ibis

from keguan.kernel.records.kinds import Kind, Listing

LONGEST = 38


@ibis.udf.scalar.builtin(name="json_extract_string")  # type: ignore[untyped-decorator]
def text_at(text: str, path: str) -> str:  # type: ignore[empty-body]
    """The value at a path of a JSON text, as text."""


@ibis.udf.scalar.builtin(name="from_json")  # type: ignore[untyped-decorator]
def members(text: str, shape: str) -> list[str]:  # type: ignore[empty-body]
    """The members of a JSON list, as texts."""


@ibis.udf.scalar.builtin(name="epoch_us")  # type: ignore[untyped-decorator]
def epoch_us(moment: "ibis.expr.datatypes.Timestamp(timezone='UTC')") -> int:  # type: ignore[empty-body, valid-type]
    """A moment as microseconds since 1970."""


@ibis.udf.scalar.builtin(name="make_timestamp")  # type: ignore[untyped-decorator]
def from_us(microseconds: int) -> "ibis.expr.datatypes.Timestamp()":  # type: ignore[valid-type]
    """The moment so many microseconds after 1970, in UTC."""


def typed(text: Any, kind: Kind) -> Any:  # noqa: PLR0911 – one answer for each kind
    """The value that a JSON text holds, typed as `conditions.Columns.get` promises; NULL where it is emptied."""
    found = text.nullif("null")
    match kind.name:
        case "integer":
            return found.cast("int64")
        case "number":
            return _bare(found).cast(f"decimal({LONGEST}, {getattr(kind, 'places', 4)})")
        case "money":
            # {"amount": "12.00", "currency": "CNY"}: what the database writes, key by key
            return found.split('"')[3].cast(f"decimal({LONGEST}, {getattr(kind, 'places', 2)})")
        case "date":
            return _bare(found).cast("date")
        case "moment":
            return _bare(found).cast("timestamp('UTC')")
        case "boolean":
            return found == "true"
        case "list":
            return _members(found, kind)
        case "fields":
            return found
        case _:
            plain = _bare(found)
            return ibis.cases((found.contains("\\"), text_at(found, "$")), else_=plain)


def currency(text: Any) -> Any:
    """The currency beside the amount of a money fact."""
    return text.nullif("null").split('"')[7]


def _bare(text: Any) -> Any:
    """A JSON string without its quotes; other scalars as they are."""
    return ibis.cases((text.startswith('"'), text.substr(1, text.length() - 2)), else_=text)


def _members(text: Any, kind: Kind) -> Any:
    found = members(text, '["VARCHAR"]')
    inner = kind.of if isinstance(kind, Listing) else Kind()
    if inner.name == "integer":
        return found.cast("array<int64>")
    return found
