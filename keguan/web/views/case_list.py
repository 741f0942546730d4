"""The list of cases: tabs, the nearest deadline with its clause, and what is the cases' own in a list of records."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from keguan.cases import queries
from keguan.cases.facts import CASE, KINDS
from keguan.controls.queries import nearest
from keguan.kernel.records.kinds import COMPANY_ZONE, Choice, Kind
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import Value
from keguan.lists.table import local
from keguan.org import queries as org
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web.components import Empty, Filter, Link, Option, State, Tab
from keguan.web.listed import narrowed, told_cases
from keguan.web.listing import Listing, more
from keguan.web.records.lists import PAGE, Asked, Part, RecordList
from keguan.web.records.standing import due_cell

if TYPE_CHECKING:
    from django.db.models import QuerySet

TABS = {
    "open": Label("在办", "Open"),
    "mine": Label("我经办的", "Mine"),
    "late": Label("逾期", "Overdue"),
    "closed": Label("已结案", "Closed"),
    "all": Label("全部", "All"),
}
TAKE = Label("受理来电", "Take a case")
FACTS = ("cause", "originating_unit", "channel", "handling", "severity")
"""Facts by which the list can be narrowed besides those that always stand there."""
DAYS = {
    "opened_at__from": Label("登记自", "Opened from"),
    "opened_at__to": Label("登记至", "Opened until"),
    "closed_at__from": Label("结案自", "Closed from"),
    "closed_at__to": Label("结案至", "Closed until"),
}
REVIEWED = {"no": Label("未审视", "Not reviewed"), "yes": Label("已审视", "Reviewed")}
CARRIED = ("late", "valid", "concerns", "without")
"""What links to the list may say and no field of its form does."""
LONGEST = 100
OWN = {
    "customer": CASE.by_name["customer"].label,
    "stage": Label("状态", "State"),
    "due": Label("到期", "Due"),
    "owner": CASE.by_name["owner"].label,
}


class CaseList(RecordList):
    """The cases that somebody sees."""

    bulk = ("case.assign", "case.classify", "case.accept", "case.note", "case.close", "case.review")
    placeholder = Label("标题、编号、客户", "Title, code, customer")
    called = Label("工单", "Cases")

    def make_listing(self, usual: tuple[str, ...]) -> Listing:  # noqa: ARG002 – always the same
        """Columns, orders and filters of cases."""
        return Listing(
            CASE,
            head=("code", "title", "kind", "opened_at"),
            own=OWN,
            usual=("customer", "stage", "due", "owner"),
            orders=queries.ORDERS,
            filters=("q", "kind", "stage", "unit", "reviewed", *CARRIED, *FACTS, *DAYS),
        )

    def found(self, asked: Asked) -> "QuerySet[Any]":
        """All of the viewer's cases that pass the filters."""
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
        """One page of cases; their customers are named to who may see them."""
        filters, order = filters_of(asked.given, asked.who), self.listing.order(asked.given)
        after = order.place(str(asked.given.get("after", "")))
        found = queries.cases(asked.who, filters, after, PAGE, order, asked.grants)
        facts = self.listing.facts(columns)
        told_cases(asked.who, found.rows, filters, [fact.name for fact in facts], asked.rules)
        keys = tuple(each.id for each in found.rows)
        on_page = queries.visible_to(asked.who, asked.grants).filter(id__in=keys)
        chosen = more(self.listing, columns, asked.who, on_page, asked.language, asked.grants)
        plain = [fact.name for fact in facts]
        rows = tuple(
            case_row(each, asked.rules, columns, dict(zip(plain, chosen.get(each.id, ()), strict=False)))
            for each in found.rows
        )
        return Part(rows, keys, found.after)

    def own(self, asked: Asked, keys: Sequence[UUID], names: Sequence[str]) -> Mapping[str, Mapping[UUID, Value]]:  # noqa: ARG002 – the deadline is nobody's secret
        """The nearest deadline of each."""
        return {"due": {key: local(due.due_at) for key, due in nearest(keys).items()}} if "due" in names else {}

    def tabs(self, asked: Asked) -> tuple[Tab, ...]:
        """Open, mine, overdue, closed, all."""
        kept, current = self.listing.kept(asked.given), _tab(asked.given)
        return tuple(
            Tab(label, f"?{urlencode({**kept, 'tab': name})}", is_current=name == current)
            for name, label in TABS.items()
        )

    def filters(self, asked: Asked) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
        """Kind, stage and unit."""
        given = asked.given
        kinds = tuple(Option(code, label) for code, label in KINDS.items())
        stages = tuple(Option(stage.name, stage.label) for stage in CASE.stages)
        units = tuple(Option(str(key), name) for key, name in org.unit_options())
        asked_more = {name: str(given[name])[:LONGEST] for name in CARRIED if given.get(name)}
        carried = {"tab": _tab(given), **asked_more, **self.listing.shape(given)}
        more = tuple(
            Filter(name, CASE.by_name[name].label, _options(CASE.by_name[name].kind, units), str(given.get(name, "")))
            for name in FACTS
        )
        reviewed = Filter(
            "reviewed", Label("结案后", "Once closed"), tuple(Option(code, label) for code, label in REVIEWED.items()),
            str(given.get("reviewed", "")),
        )  # fmt: skip
        days = tuple(Filter(name, label, value=str(given.get(name, "")), kind="date") for name, label in DAYS.items())
        return (
            *(Filter(name, "", value=value, kind="hidden") for name, value in carried.items()),
            Filter("kind", CASE.by_name["kind"].label, kinds, given.get("kind", "")),
            Filter("stage", CASE.by_name["stage"].label, stages, given.get("stage", "")),
            Filter("unit", CASE.by_name["unit"].label, units, given.get("unit", "")),
        ), (*more, reviewed, *days)

    def doings(self, asked: Asked) -> tuple[pages.Doing, ...]:
        """Taking a case."""
        if asked.grants is None or not asked.grants.uses("case.open"):
            return ()
        return (pages.Doing(TAKE, reverse("web:case_take"), is_main=True, key="F2"),)

    def nothing(self, asked: Asked) -> Empty:
        """Where to begin."""
        links = tuple(Link(doing.label, doing.url) for doing in self.doings(asked))
        text = Label("接到第一个电话时，从“受理来电”开始。", "With the first call, start at “Take a case”.")
        return Empty(Label("还没有工单", "No cases yet"), text if links else "", links)


def case_row(
    found: queries.CaseRow, rules: Rulebook, columns: Sequence[str], chosen: Mapping[str, str] | None = None
) -> pages.ListRow:
    """A case as a list shows it, with its nearest deadline and the clause that set it, and chosen facts."""
    own = {
        "customer": pages.Cell(found.customer_name),
        "stage": pages.Cell(state=stage_state(found.stage)),
        "due": due_cell(found.due, rules),
        "owner": pages.Cell(found.owner_name),
    }
    kind = Label(f"{found.kind.zh} · 特别严重", f"{found.kind.en} · serious") if found.is_serious else found.kind
    return pages.ListRow(
        found.code,
        found.title,
        addresses.page_url("case", found.code),
        found.code,
        notes=(kind,),
        at=found.opened_at,
        cells=tuple(own.get(name) or pages.Cell((chosen or {}).get(name, "")) for name in columns),
    )


def case_heads(columns: Sequence[str]) -> tuple[pages.Head, ...]:
    """The heads of the cases' own columns, for lists of cases on other pages."""
    return tuple(pages.Head(name, OWN[name]) for name in columns)


def stage_state(stage: str) -> State:
    """The badge of a stage."""
    return State(CASE.stage_label(stage), "kept" if stage == "closed" else "")


def _tab(given: QueryDict) -> str:
    tab = given.get("tab", "open")
    return tab if tab in TABS else "open"


def filters_of(given: QueryDict, who: UUID) -> queries.Filters:
    """What the list with these parameters is narrowed to."""
    tab = _tab(given)
    return queries.Filters(
        text=given.get("q", "")[:100],
        kinds=(str(given["kind"]),) if given.get("kind") in KINDS else (),
        stages=(str(given["stage"]),) if given.get("stage") in {stage.name for stage in CASE.stages} else (),
        unit=_uuid(given.get("unit", "")),
        severity=_code(given, "severity"),
        cause=_code(given, "cause"),
        channel=_code(given, "channel"),
        handling=_code(given, "handling"),
        originating_unit=_uuid(given.get("originating_unit", "")),
        concerns=_uuid(given.get("concerns", "")),
        without=tuple(name for name in FACTS if name in str(given.get("without", "")).split(",")),
        is_valid=given.get("valid") == "true",
        is_reviewed={"yes": True, "no": False}.get(str(given.get("reviewed", ""))),
        opened_from=_midnight(given, "opened_at__from"),
        opened_before=_midnight(given, "opened_at__to", 1),
        closed_from=_midnight(given, "closed_at__from"),
        closed_before=_midnight(given, "closed_at__to", 1),
        owner=who if tab == "mine" else None,
        is_open={"open": True, "mine": True, "closed": False}.get(tab),
        is_overdue=tab == "late" or given.get("late") == "true",
    )


def _code(given: QueryDict, name: str) -> str | None:
    kind, value = CASE.by_name[name].kind, str(given.get(name, ""))
    return value if isinstance(kind, Choice) and value in kind.options else None


def _midnight(given: QueryDict, name: str, days: int = 0) -> dt.datetime | None:
    """When the day of this parameter begins at the company, or one so many days later."""
    try:
        day = dt.date.fromisoformat(str(given.get(name, "")))
        return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), COMPANY_ZONE)
    except (ValueError, OverflowError):
        return None


def _options(kind: Kind, units: tuple[Option, ...]) -> tuple[Option, ...]:
    return tuple(Option(code, label) for code, label in kind.options.items()) if isinstance(kind, Choice) else units


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


CASES = CaseList(CASE)
