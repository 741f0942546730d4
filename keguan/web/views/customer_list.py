"""The list of customers: contact and phone in each row, and what is the customers' own in a list of records."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from keguan.customers import queries
from keguan.customers.commands import add
from keguan.customers.facts import CUSTOMER, KINDS
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import Value
from keguan.web import addresses, pages
from keguan.web.components import Empty, Filter, Link, Option, Tab
from keguan.web.listed import narrowed, told_customers
from keguan.web.listing import Listing, more
from keguan.web.records.lists import PAGE, Asked, Part, RecordList

if TYPE_CHECKING:
    from django.db.models import QuerySet


class CustomerList(RecordList):
    """The customers that somebody sees."""

    bulk = ("customer.assign",)
    placeholder = Label("名称、拼音、电话尾号、编号", "Name, pinyin or initials, phone tail, number")
    called = Label("客户", "Customers")
    shows = MappingProxyType({"contact": ("contacts.name",), "phone": ("phones.digits", "phones.extension")})

    def make_listing(self, usual: tuple[str, ...]) -> Listing:  # noqa: ARG002 – always the same
        """Columns, orders and filters of customers."""
        own = {
            "contact": Label("联系人", "Contact"),
            "phone": Label("电话", "Phone"),
            "owner": CUSTOMER.by_name["owner"].label,
        }
        return Listing(
            CUSTOMER,
            head=("code", "name", "kind"),
            own=own,
            usual=tuple(own),
            orders=queries.ORDERS,
            filters=("q", "kind", "import"),
        )

    def found(self, asked: Asked) -> "QuerySet[Any]":
        """All of the viewer's customers that pass the filters."""
        return queries.found(
            asked.who, filters_of(asked.given, asked.who), self.listing.order(asked.given), asked.grants
        )

    def count(self, asked: Asked, most: int) -> int:
        """How many pass the filters, as far as it is counted."""
        return queries.count(asked.who, filters_of(asked.given, asked.who), most, asked.grants)

    def narrowed(self, asked: Asked) -> Mapping[str, Any]:
        """What the list is narrowed to."""
        return narrowed(filters_of(asked.given, asked.who))

    def part(self, asked: Asked, columns: Sequence[str]) -> Part:
        """One page of customers, with their main contacts."""
        filters, order = filters_of(asked.given, asked.who), self.listing.order(asked.given)
        after = order.place(str(asked.given.get("after", "")))
        found = queries.customers(asked.who, filters, after, PAGE, order, asked.grants)
        facts = self.listing.facts(columns)
        told_customers(asked.who, found.rows, filters, [fact.name for fact in facts], asked.rules)
        keys = tuple(each.id for each in found.rows)
        on_page = queries.visible_to(asked.who, asked.grants).filter(id__in=keys)
        chosen = more(self.listing, columns, asked.who, on_page, asked.language, asked.grants)
        plain = [fact.name for fact in facts]
        rows = tuple(
            _row(each, columns, dict(zip(plain, chosen.get(each.id, ()), strict=False))) for each in found.rows
        )
        return Part(rows, keys, found.after)

    def own(self, asked: Asked, keys: Sequence[UUID], names: Sequence[str]) -> Mapping[str, Mapping[UUID, Value]]:
        """Main contact and phone of each."""
        if not {"contact", "phone"} & set(names):
            return {}
        found = queries.rows(asked.who, keys)
        return {
            "contact": {key: row.contact for key, row in found.items()},
            "phone": {key: row.phone.text(asked.language) for key, row in found.items()},
        }

    def tabs(self, asked: Asked) -> tuple[Tab, ...]:
        """All, or mine."""
        apart = {name: value for name, value in self.listing.kept(asked.given).items() if name != "tab"}
        is_mine = asked.given.get("tab") == "mine"
        return (
            Tab(Label("全部", "All"), f"?{urlencode(apart)}", is_current=not is_mine),
            Tab(Label("我负责的", "Mine"), f"?{urlencode({**apart, 'tab': 'mine'})}", is_current=is_mine),
        )

    def filters(self, asked: Asked) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
        """The kind of customer."""
        given = asked.given
        carried = {name: str(given[name]) for name in ("tab", "import") if given.get(name)} | self.listing.shape(given)
        hidden = [Filter(name, "", value=value, kind="hidden") for name, value in carried.items()]
        options = tuple(Option(code, label) for code, label in KINDS.items())
        return (*hidden, Filter("kind", CUSTOMER.by_name["kind"].label, options, str(given.get("kind", "")))), ()

    def doings(self, asked: Asked) -> tuple[pages.Doing, ...]:
        """Importing a sheet, adding one."""
        found = (
            (
                "import.upload",
                pages.Doing(Label("导入", "Import"), reverse("web:import_start", args=["customer"]), icon="import"),
            ),
            (add.name, pages.Doing(Label("新建客户", "Add a customer"), reverse("web:customer_add"), is_main=True)),
        )
        return tuple(doing for verb, doing in found if asked.grants is not None and asked.grants.uses(verb))

    def nothing(self, asked: Asked) -> Empty:
        """Where customers come from."""
        return Empty(
            Label("还没有客户", "No customers yet"),
            Label(
                "从表格导入现有客户，或者新建第一个。",
                "Import your customers from a spreadsheet, or add the first one.",
            ),
            tuple(Link(doing.label, doing.url) for doing in self.doings(asked)),
        )

    def unmatched(self, asked: Asked, path: str) -> Empty:
        """How to search."""
        return Empty(
            Label("没有符合条件的客户", "No customer matches"),
            Label(
                "可以只输名称中的一两个字、拼音（可只输首字母）或电话尾号。",
                "One or two characters of the name, its pinyin or initials, or the phone's last digits will do.",
            ),
            (*self.beyond(asked), Link(Label("清除筛选", "Clear the filters"), path)),
        )


def filters_of(given: QueryDict, who: UUID) -> queries.Filters:
    """What the list with these parameters is narrowed to."""
    return queries.Filters(
        text=str(given.get("q", ""))[:100],
        kind=str(given["kind"]) if given.get("kind") in KINDS else None,
        owner=who if given.get("tab") == "mine" else None,
        imported_from=_uuid(str(given.get("import", ""))),
    )


def _row(found: queries.CustomerRow, columns: Sequence[str], chosen: Mapping[str, str]) -> pages.ListRow:
    own = {
        "contact": pages.Cell(found.contact),
        "phone": pages.Cell(found.phone, is_whole=True),
        "owner": pages.Cell(found.owner_name),
    }
    return pages.ListRow(
        found.code,
        found.name,
        addresses.page_url("customer", found.code) if found.code else "",
        found.code,
        notes=tuple(note for note in (found.kind, found.city) if note),
        cells=tuple(own.get(name) or pages.Cell(chosen.get(name, "")) for name in columns),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


CUSTOMERS = CustomerList(CUSTOMER)
