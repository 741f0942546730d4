"""What quick find knows beside customers, cases and clauses: records of registers, and the pages that are one's own."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from keguan.controls import readings, scopes
from keguan.controls.live.grants import Grants
from keguan.kernel.records.labels import Label
from keguan.kernel.records.scripts import simplified
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import naming
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web.language import Words
from keguan.web.listed import TITLE
from keguan.web.pages import Found, FoundGroup
from keguan.web.records import places
from keguan.web.records.related import registers
from keguan.web.records.stages import stage_state

EACH = 5
PAGES = 8
REGISTERS = Label("台账", "Registers")
PLACES: tuple[tuple[str, Label, str], ...] = (
    ("today", Label("今日", "Today"), ""),
    ("approvals", Label("审批", "Approvals"), ""),
    ("case_list", Label("工单", "Cases"), ""),
    ("case_take", Label("受理来电", "Take a case"), "case.open"),
    ("customer_list", Label("客户", "Customers"), ""),
    ("customer_add", Label("新建客户", "Add a customer"), "customer.add"),
    ("import_places", Label("导入", "Import"), "import.upload"),
    ("call_list", Label("来电", "Calls"), "seat.take"),
    ("notices", Label("通知", "Notices"), ""),
    ("reception", Label("怎样通知我", "How I am told"), "reception.set"),
    ("delegation_list", Label("我不在时", "While I am away"), ""),
    ("override_list", Label("破例", "Overrides"), ""),
    ("statistics", Label("统计", "Statistics"), ""),
    ("policy_list", Label("制度", "Policies"), ""),
)
TEAM = Label("我的团队", "My team")
Place = tuple[Label, str, Words]


def registered(who: UUID, grants: Grants, rules: Rulebook, query: str) -> FoundGroup:
    """Records of registers whose code or title holds the text, the newest first. One statement."""
    by_name = {one.type.name: one.type for one in registers(rules) if grants.sees_some(one.type.name)}
    parts = [_part(who, kind, grants, query) for kind in by_name.values()]
    if not parts:
        return FoundGroup(REGISTERS, ())
    first, *others = parts
    listed: Any = first.union(*others, all=True).order_by("-id")[:EACH] if others else first
    rows = list(listed)
    for name in dict.fromkeys(row["kind"] for row in rows):
        keys = [row["id"] for row in rows if row["kind"] == name]
        readings.tell_list(who, "page", by_name[name], keys, TITLE, {"list": "find", "text": query}, rules=rules)
    items = []
    for row in rows:
        kind, key = by_name[row["kind"]], naming.key_of(row["code"], row["id"])
        words = Label.typed(" ".join(part for part in (row["code"], row["said"]) if part))
        state = stage_state(kind, row["stage"]) if row["stage"] else None
        items.append(Found(words, addresses.page_url(kind.name, key), kind.label, state))
    return FoundGroup(REGISTERS, tuple(items))


def _part(who: UUID, kind: RecordType, grants: Grants, query: str) -> Any:
    is_open = "title" in kind.by_name and "title" not in scopes.masked(who, kind.name, grants)
    holds = Q(code__icontains=query)
    if is_open:
        holds |= Q(title__icontains=query)
    return (
        scopes.records(who, kind, grants)
        .filter(holds)
        .annotate(kind=Value(kind.name, TextField()), said=Cast("title" if is_open else Value(""), TextField()))
        .order_by("-id")
        .values("kind", "id", "code", "stage", "said")[:EACH]
    )


def pages_found(grants: Grants, rules: Rulebook, query: str) -> FoundGroup:
    """The pages that are the viewer's whose name holds the text: places, lists of registers, administration."""
    asked = simplified(query.casefold())
    found = [
        Found(label, url, detail)
        for label, url, detail in _pages(grants, rules)
        if any(asked in words.zh or asked in words.en.casefold() for words in (label, _label(detail)))
    ]
    # whoever types the whole name means that page
    found.sort(key=lambda one: asked not in (_label(one.text).zh, _label(one.text).en.casefold()))
    return FoundGroup(Label("页面", "Pages"), tuple(found[:PAGES]))


def _pages(grants: Grants, rules: Rulebook) -> Iterator[Place]:
    for name, label, verb in PLACES:
        if (not verb or grants.uses(verb)) and (name != "policy_list" or grants.sees_some("pack")):
            yield label, reverse(f"web:{name}"), vocabulary.verbs[verb].label if verb else ""
    if grants.profile.heads:
        yield TEAM, reverse("web:team"), ""
    if places.sees_registers(grants, rules):
        yield REGISTERS, places.places_url(), ""
    if places.is_administrator(grants):
        yield Label("管理", "Administration"), places.administration_url(), ""
    yield from _listed(places.register_places(grants, rules))
    yield from _listed(places.administration(grants))


def _listed(some: pages.Places) -> Iterator[Place]:
    """The lists that a page of places leads to, each with what it is for."""
    for group in some.groups:
        for row in group.rows:
            if isinstance(row.title, Label):
                yield row.title, row.url, row.detail


def _label(words: Words) -> Label:
    return words if isinstance(words, Label) else Label.typed(words)
