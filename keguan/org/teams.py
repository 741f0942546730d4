"""A head's team: the units below him with who works there, who is away, and which posts nobody holds. Reads only."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from keguan.kernel.records.labels import Label
from keguan.org.models import Delegation, Holding, Post, Unit
from keguan.org.queries import PersonRow, people_by_id, today


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody for whom another stands in now: until when (nothing: until he ends it), and why.

    `is_whole`: for everything, not for some roles or verbs only.
    """

    person: UUID
    name: str
    delegate: str
    until: dt.datetime | None
    reason: str
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post of an open unit that nobody holds today, with who held it last and until when."""

    unit: str
    title: Label
    since: dt.date | None
    last: str


def units_below(heads: Iterable[UUID]) -> frozenset[UUID]:
    """These units with all below them. One statement."""
    below = set(heads)
    if not below:
        return frozenset()
    parents: dict[UUID, UUID | None] = dict(Unit.objects.values_list("id", "parent_id"))
    grown = True
    while grown:
        more = {unit for unit, parent in parents.items() if parent in below} - below
        grown = bool(more)
        below |= more
    return frozenset(below)


def members(units: Collection[UUID]) -> list[PersonRow]:
    """Everybody who holds a post in these units today, by name. A fixed number of statements."""
    day = today()
    held = Holding.objects.filter(_now(day), starts_on__lte=day, post__unit__in=list(units), person__left_on=None)
    found = people_by_id(set(held.values_list("person", flat=True)))
    return sorted(found.values(), key=lambda row: (row.name, str(row.id)))


def away(people: Collection[UUID], now: dt.datetime) -> list[Away]:
    """Those of these people for whom others stand in now. One statement."""
    running = Q(ends_at=None) | Q(ends_at__gt=now)
    found = Delegation.objects.filter(running, delegator__in=list(people), starts_at__lte=now)
    return [
        Away(
            one.delegator_id, one.delegator.name, one.delegate.name, one.ends_at, one.reason or "",
            one.roles is None and one.verbs is None,
        )
        for one in found.select_related("delegator", "delegate").order_by("starts_at", "id")
    ]  # fmt: skip


def vacancies(units: Collection[UUID]) -> list[Vacancy]:
    """The posts of these units that nobody holds today. Two statements."""
    day = today()
    held = Holding.objects.filter(_now(day), post=OuterRef("pk"), starts_on__lte=day, person__left_on=None)
    is_open = Q(unit__closed_on=None) | Q(unit__closed_on__gt=day)
    posts = list(
        Post.objects.filter(is_open, ~Exists(held), unit__in=list(units))
        .select_related("unit", "role")
        .order_by("unit__name", "role__code", "id")
    )
    last: dict[UUID, Holding] = {}
    before = Holding.objects.filter(post__in=posts).select_related("person").order_by("starts_on", "id")
    for holding in before:
        last[holding.post_id] = holding
    return [_vacancy(post, last.get(post.id)) for post in posts]


def _vacancy(post: Post, last: Holding | None) -> Vacancy:
    title = Label.typed(post.title) if post.title else Label(post.role.zh, post.role.en or post.role.zh)
    ended = min((day for day in (last.ends_on, last.person.left_on) if day), default=None) if last else None
    return Vacancy(post.unit.name, title, ended, last.person.name if last else "")


def _now(day: dt.date) -> Q:
    return (Q(ends_on=None) | Q(ends_on__gt=day)) & (Q(ends_on=None) | Q(ends_on__gt=F("starts_on")))
