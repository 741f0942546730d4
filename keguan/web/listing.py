"""How somebody wants a list to stand: its columns and order, read from the address and written back into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.kernel.records.labels import Label
from keguan.kernel.records.orders import Order
from keguan.kernel.records.types import Fact, RecordType
from keguan.lists import table, views
from keguan.lists.speaking import choosable
from keguan.web import pages
from keguan.web.components import Option
from keguan.web.language import Words

LONGEST = 100
WIDEST = 80


@dataclass(frozen=True, slots=True)
class Listing:
    """What can be chosen of a list: `own` are columns that its template draws, `head` facts of its first column.

    `filters` are the names in the address that narrow it. Any fact of the record type can be a column besides.
    """

    type: RecordType
    head: tuple[str, ...]
    own: Mapping[str, Label]
    usual: tuple[str, ...]
    orders: Mapping[str, Order]
    filters: tuple[str, ...]

    def order(self, given: QueryDict) -> Order:
        """The order that was asked for; the first one otherwise."""
        return self.orders.get(str(given.get("sort", ""))) or next(iter(self.orders.values()))

    def columns(self, given: QueryDict) -> tuple[str, ...]:
        """The columns that were asked for, in the list's order; the usual ones otherwise."""
        asked = {name for value in given.getlist("cols") for name in str(value).split(",")}
        return tuple(name for name in self.names() if name in asked) or self.usual

    def names(self) -> tuple[str, ...]:
        """All columns that can be chosen: its own first, then facts in the order of their declaration."""
        facts = (fact.name for fact in choosable(self.type))
        return (*self.own, *(name for name in facts if name not in self.own and name not in self.head))

    def facts(self, names: Sequence[str]) -> list[Fact]:
        """Those of the columns that are plain facts, drawn by no template of the list."""
        return [self.type.by_name[name] for name in names if name not in self.own]

    def label(self, name: str) -> Label:
        """What a column is called."""
        return self.own[name] if name in self.own else self.type.by_name[name].label

    def kept(self, given: QueryDict) -> dict[str, str]:
        """What the address says besides the page: filters, order and columns, without what is usual anyway."""
        found = {name: str(given[name])[:LONGEST] for name in (*self.filters, "tab") if given.get(name)}
        return found | self.shape(given)

    def shape(self, given: QueryDict) -> dict[str, str]:
        """Order and columns alone, without what is usual anyway."""
        order, columns = self.order(given), self.columns(given)
        found = {"sort": order.name} if order != next(iter(self.orders.values())) else {}
        return found | ({"cols": ",".join(columns)} if columns != self.usual else {})

    def is_filtered(self, given: QueryDict) -> bool:
        """Whether anything narrows the list."""
        return any(given.get(name) for name in self.filters)


def canonical(listing: Listing, given: QueryDict) -> str:
    """What an address says of a list, always in the same words: two views are the same where these are."""
    return urlencode(sorted(listing.kept(given).items()))


def tools(listing: Listing, given: QueryDict, viewer: UUID, grants: Grants | None, export_url: str) -> pages.ListTools:
    """The menu of a list: saved views, order, columns, and what can be taken home."""
    chosen, kept = listing.columns(given), listing.kept(given)
    masked = scopes.masked(viewer, listing.type.name, grants)
    columns = tuple(
        pages.ColumnChoice(name, listing.label(name), name in chosen) for name in listing.names() if name not in masked
    )
    exports = {}
    if scopes.may_export(viewer, listing.type.name, grants):
        exports = {kind: f"{export_url}?{urlencode({**kept, 'format': kind})}" for kind in ("xlsx", "csv")}
    query = canonical(listing, given)
    return pages.ListTools(
        list=listing.type.name,
        query=query,
        views=tuple(
            pages.ViewChoice(
                str(one.id),
                one.name,
                f"?{one.query}",
                is_current=one.query == query,
                is_own=one.is_own,
                hint=_shared(one),
            )
            for one in views.saved(viewer, listing.type.name, grants)
        ),
        units=tuple(Option(str(key), name) for key, name in views.units(viewer, grants)),
        hidden=tuple((name, value) for name, value in kept.items() if name not in ("sort", "cols")),
        orders=tuple(Option(order.name, order.label) for order in listing.orders.values()),
        order=listing.order(given).name,
        columns=columns,
        xlsx_url=exports.get("xlsx", ""),
        csv_url=exports.get("csv", ""),
    )


def _shared(one: views.SavedView) -> Words:
    """With whom a view is shared, and by whom."""
    if not one.unit:
        return ""
    if one.is_own:
        return Label("共享给{unit}", "shared with {unit}").format(unit=one.unit)
    return Label("{by} 共享给{unit}", "shared with {unit} by {by}").format(by=one.by, unit=one.unit)


def more(
    listing: Listing, names: Sequence[str], viewer: UUID, found: "QuerySet[Any]", language: str, known: Grants | None
) -> dict[UUID, tuple[str, ...]]:
    """The chosen plain facts of each record on the page, as words. Nothing is read where none is chosen."""
    facts = listing.facts(names)
    if not facts:
        return {}
    made = table.table(viewer, listing.type, found, facts, language, known)
    return {key: tuple(cut(table.said(value)) for value in row) for key, row in zip(made.keys, made.rows, strict=True)}


def cut(text: str) -> str:
    """Text as far as a row has room for it; the whole stands on the record and in the sheet."""
    plain = " ".join(text.split())
    return plain if len(plain) <= WIDEST else f"{plain[:WIDEST]}…"
