"""What pages and forms read about the company.

Names, units and posts are known to everybody who works here; phones and e-mail addresses are in none of these answers.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from keguan.kernel import clock
from keguan.kernel.glance import once
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label, join
from keguan.org.models import Company, Holding, Notice, Person, Role, Unit

FEW = 20


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as it stands beside its holder's name."""

    unit: UUID
    unit_name: str
    title: Label
    is_head: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody who works here, with the posts held on the day asked for."""

    id: UUID
    name: str
    code: str
    username: str
    posts: tuple[PostRow, ...]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit at its place in the tree; `path` holds the names from the top, its own last."""

    id: UUID
    name: str
    code: str
    parent: UUID | None
    depth: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice to the viewer."""

    id: UUID
    text: Label
    control: str | None
    object_type: str | None
    object_id: UUID | None
    created_at: dt.datetime
    read_at: dt.datetime | None


def today() -> dt.date:
    """The day it is at the company."""
    return clock.now().astimezone(COMPANY_ZONE).date()


def company() -> Company | None:
    """The company, once it is founded."""
    return Company.objects.first()


def people(on: dt.date | None = None) -> list[PersonRow]:
    """Everybody who works here on a day (today), by name. Two statements."""
    return _with_posts(working(on or today()).order_by("name", "id"), on or today())


def without_sign_in() -> set[UUID]:
    """Those who work here and cannot sign in. One statement."""
    return set(working(today()).filter(username=None).values_list("id", flat=True))


def mentioned(text: str) -> list[UUID]:
    """Those who work here and whom a text names after an @ (“@程小满”); of two names the longer. One statement."""
    if "@" not in text:
        return []
    names: dict[str, UUID] = dict(working(today()).order_by("-id").values_list("name", "id"))
    found: list[UUID] = []
    for part in text.split("@")[1:]:
        called = max((name for name in names if name and part.startswith(name)), key=len, default=None)
        if called is not None:
            found.append(names[called])
    return list(dict.fromkeys(found))


def people_by_id(ids: Collection[UUID]) -> dict[UUID, PersonRow]:
    """The people of these ids with their posts of today, those who left included.

    Two statements; in one look none for whom was asked for before.
    """
    known: dict[UUID, PersonRow | None] = once("people", dict)
    if asked := set(ids) - known.keys():
        known |= dict.fromkeys(asked)
        known |= {row.id: row for row in _with_posts(Person.objects.filter(id__in=asked), today())}
    return {key: row for key in ids if (row := known.get(key)) is not None}


def person_options(role: str | None = None, near: UUID | None = None) -> list[tuple[UUID, str, Label]]:
    """(id, name, units and posts) of everybody who works here, for a form; of the holders of one role, if given.

    Whoever is `near` comes first, then those of the same units, then the others unit by unit. Two statements.
    """
    day = today()
    here = working(day)
    if role is not None:
        here = here.filter(id__in=_held(day).filter(post__role__code=role).values("person"))
    rows = _with_posts(here.order_by("name", "id"), day)
    own = {post.unit for row in rows if row.id == near for post in row.posts}

    def place(row: PersonRow) -> tuple[bool, bool, str]:
        units = [post.unit for post in row.posts]
        return row.id != near, own.isdisjoint(units), row.posts[0].unit_name if units else ""

    return [(row.id, row.name, _hint(row.posts)) for row in (sorted(rows, key=place) if near else rows)]


def units(on: dt.date | None = None) -> list[UnitRow]:
    """The open units as a tree read from the top, siblings by code and name. One statement."""
    day = on or today()
    rows = Unit.objects.filter(Q(closed_on=None) | Q(closed_on__gt=day)).order_by(
        F("code").asc(nulls_last=True), "name"
    )
    below: dict[UUID | None, list[Unit]] = defaultdict(list)
    known = {unit.id for unit in rows}
    for unit in rows:
        below[unit.parent_id if unit.parent_id in known else None].append(unit)
    answer: list[UnitRow] = []

    def walk(parent: UUID | None, path: tuple[str, ...]) -> None:
        for unit in below[parent]:
            own = (*path, unit.name)
            answer.append(UnitRow(unit.id, unit.name, unit.code or "", unit.parent_id, len(path), own))
            walk(unit.id, own)

    walk(None, ())
    return answer


def unit_options() -> list[tuple[UUID, str]]:
    """(id, names from the second level down) of the open units, for a form. One statement."""
    return [(row.id, " › ".join(row.path[1:] or row.path)) for row in units()]


def unit_names(ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of these units. One statement."""
    return dict(Unit.objects.filter(id__in=list(ids)).values_list("id", "name"))


def roles() -> dict[str, tuple[UUID, Label]]:
    """Declared roles: code → (id, names). One statement."""
    return {role.code: (role.id, _role_label(role)) for role in Role.objects.order_by("code")}


def notices(viewer: UUID, before: tuple[dt.datetime, UUID] | None = None, limit: int = FEW) -> list[NoticeRow]:
    """The viewer's own notices, newest first; `before` is (sent at, id) of the last one seen. One statement."""
    found = Notice.objects.filter(person=viewer)
    if before is not None:
        found = found.filter(TupleLessThan(Tuple(F("created_at"), F("id")), before))
    return [
        NoticeRow(n.id, Label(n.zh, n.en, n.hant or ""), n.control, n.object_type, n.object_id, n.created_at, n.read_at)
        for n in found.order_by("-created_at", "-id")[:limit]
    ]


def unread_notices(viewer: UUID, most: int = 99) -> int:
    """How many of the viewer's notices are unread; counting stops at one more than `most`. One statement."""
    return Notice.objects.filter(person=viewer, read_at=None)[: most + 1].count()


def unread_ids(viewer: UUID, most: int = 10_000) -> list[UUID]:
    """The viewer's unread notices, oldest first: what marking all of them as read means. One statement."""
    found = Notice.objects.filter(person=viewer, read_at=None).order_by("created_at", "id")
    return list(found.values_list("id", flat=True)[:most])


def unread_about(viewer: UUID, controls: Collection[str], records: Collection[UUID]) -> list[UUID]:
    """The viewer's unread notices that these controls sent about these records. One statement."""
    found = Notice.objects.filter(person=viewer, read_at=None, control__in=controls, object_id__in=records)
    return list(found.order_by("created_at", "id").values_list("id", flat=True))


def working(day: dt.date) -> "QuerySet[Person]":
    """Those who work here on a day."""
    return Person.objects.filter(Q(left_on=None) | Q(left_on__gt=day))


def _held(day: dt.date) -> "QuerySet[Holding]":
    is_open = Q(post__unit__closed_on=None) | Q(post__unit__closed_on__gt=day)
    return Holding.objects.filter(is_open, Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)


def _with_posts(found: "QuerySet[Person]", day: dt.date) -> list[PersonRow]:
    listed = list(found)
    posts: dict[UUID, list[PostRow]] = defaultdict(list)
    held = _held(day).filter(person__in=[person.id for person in listed])
    for holding in held.select_related("post__unit", "post__role").order_by("starts_on", "id"):
        post = holding.post
        title = Label.typed(post.title) if post.title else _role_label(post.role)
        posts[holding.person_id].append(PostRow(post.unit_id, post.unit.name, title, post.is_head))
    return [PersonRow(p.id, p.name, p.code or "", p.username or "", tuple(posts[p.id])) for p in listed]


def _role_label(role: Role) -> Label:
    return Label(role.zh, role.en or role.zh)


def _hint(posts: Iterable[PostRow]) -> Label:
    words = Label("{unit} {title}", "{title}, {unit}")
    return join([words.format(unit=post.unit_name, title=post.title) for post in posts])
