"""Records of any type as lists that mix them show them: a name and an address, only for what the viewer may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from keguan.cases import queries as cases
from keguan.controls import readings, scopes
from keguan.controls.live.grants import Grants
from keguan.customers import queries as customers
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import naming
from keguan.web import addresses, listed


@dataclass(frozen=True, slots=True)
class Subject:
    """A record: its code, what it is about, whose it is, and its address."""

    type: str
    code: str
    title: str
    of: str
    url: str

    @property
    def name(self) -> Label:
        """Code and title in one; the type before a code that stands alone."""
        return naming.called(vocabulary.types[self.type].label, self.code, self.title)

    @property
    def short(self) -> Label:
        """Code and customer in one; the type before a code that stands alone."""
        if self.of or self.title:
            return Label.typed(" · ".join(part for part in (self.code, self.of) if part))
        return self.name


def subjects(
    viewer: UUID, mentioned: Iterable[tuple[str | None, UUID | None]], known: Grants | None, place: str
) -> dict[UUID, Subject]:
    """Those of these records (type, id) that the viewer may see. The same few statements for one and for many.

    `place` is the list that shows them, for the reading log.
    """
    ids: dict[str | None, set[UUID]] = defaultdict(set)
    for name, key in mentioned:
        if key is not None:
            ids[name].add(key)
    return {
        **_cases(viewer, ids["case"], known, place),
        **_customers(viewer, ids["customer"], place),
        **_own(ids["delegation"]),
        **_others(viewer, ids, known, place),
    }


def _cases(viewer: UUID, ids: set[UUID], known: Grants | None, place: str) -> dict[UUID, Subject]:
    found = list(cases.visible_to(viewer, known).filter(id__in=ids).only("id", "code", "title", "customer"))
    names = cases.customer_names(viewer, {case.customer_id for case in found}, known)
    listed.told(viewer, "case", [case.id for case in found], listed.TITLE, {"list": place})
    named = [case.customer_id for case in found if case.customer_id in names]
    listed.told(viewer, "customer", [key for key in named if key], listed.NAME, {"list": place})
    is_untold = "title" in scopes.masked(viewer, "case", known)
    return {
        case.id: Subject(
            "case",
            case.code or "",
            "" if is_untold else case.title or "",
            names.get(case.customer_id, ""),
            addresses.page_url("case", case.code) if case.code else "",
        )
        for case in found
    }


def _own(ids: set[UUID]) -> dict[UUID, Subject]:
    """Delegations of which somebody is told are his: they stand on one page."""
    return {key: Subject("delegation", "", "", "", reverse("web:delegation_list")) for key in ids}


def _others(viewer: UUID, ids: Mapping[str | None, set[UUID]], known: Grants | None, place: str) -> dict[UUID, Subject]:
    """Records of all other types that have pages, registers above all."""
    asked = {
        name: keys
        for name, keys in ids.items()
        if name is not None and name not in ("case", "customer", "delegation") and addresses.has_page(name)
    }
    found: dict[UUID, Subject] = {}
    for name, by_id in naming.named(viewer, asked, known).items():
        kind = vocabulary.types[name]
        named = [one for one in (kind.title, naming.spoken(kind, viewer, known)) if one]
        readings.tell_list(viewer, "page", kind, by_id, named, {"list": place})
        for key, one in by_id.items():
            title = one.text if one.text != one.code else ""
            found[key] = Subject(name, one.code, title, "", addresses.page_url(name, one.key))
    return found


def _customers(viewer: UUID, ids: set[UUID], place: str) -> dict[UUID, Subject]:
    if not ids:
        return {}
    rows = customers.rows(viewer, ids)
    listed.told(viewer, "customer", rows, listed.NAME, {"list": place})
    return {
        key: Subject(
            "customer", row.code, row.name, "", reverse("web:customer_page", args=[row.code]) if row.code else ""
        )
        for key, row in rows.items()
    }
