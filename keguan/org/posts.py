"""Who holds which post: of people, of posts, of units and roles, as pages of the company show it. Reads only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from keguan.kernel.records.labels import Label, typed
from keguan.org.models import Holding, Post
from keguan.org.queries import today

if TYPE_CHECKING:
    from django.db.models import QuerySet

CALLED = Label("{unit} {title}", "{title}, {unit}")
OFFERED = Label("{post} · {held}", "{post} · {held}")
VACANT = Label("空缺", "vacant")


@dataclass(frozen=True, slots=True)
class Held:
    """A stretch in which somebody holds a post."""

    post: UUID
    person: UUID
    person_name: str
    unit: UUID
    unit_name: str
    title: Label
    is_head: bool
    starts_on: dt.date
    ends_on: dt.date | None

    def is_over(self, day: dt.date) -> bool:
        """Whether it has ended by the day."""
        return self.ends_on is not None and self.ends_on <= day


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post of a unit with those who hold it today; nobody: it is vacant."""

    id: UUID
    title: Label
    is_head: bool
    holders: tuple[str, ...]


def held_by(person: UUID) -> list[Held]:
    """The posts that somebody holds, held or will hold, the latest first. One statement."""
    return [_held(one) for one in _holdings().filter(person=person).order_by("-starts_on", "-id")]


def posts_of(unit: UUID) -> list[PostRow]:
    """The posts of a unit, its head's first. Two statements."""
    posts = list(Post.objects.filter(unit=unit).select_related("role").order_by("-is_head", "role__code", "id"))
    names = holders([post.id for post in posts])
    return [PostRow(post.id, _title(post), post.is_head, tuple(names.get(post.id, ()))) for post in posts]


def offered(among: "QuerySet[Any]") -> list[tuple[UUID, Label]]:
    """The posts of open units among those given, unit by unit, each with who holds it today. Two statements."""
    is_open = Q(unit__closed_on=None) | Q(unit__closed_on__gt=today())
    found = Post.objects.filter(is_open, id__in=among).select_related("role", "unit")
    rows = list(found.order_by("unit__name", "-is_head", "role__code", "id"))
    names = holders([post.id for post in rows])
    return [(post.id, _offer(post, names.get(post.id, ()))) for post in rows]


def holders(posts: Collection[UUID]) -> dict[UUID, list[str]]:
    """By post, the names of those who hold it today. One statement."""
    return _names(posts, "post", Q(post__in=posts))


def heads(units: Collection[UUID]) -> dict[UUID, list[str]]:
    """By unit, the names of those who head it today. One statement."""
    return _names(units, "post__unit", Q(post__unit__in=units, post__is_head=True))


def role_holders(roles: Collection[UUID]) -> dict[UUID, list[str]]:
    """By role, the names of those who hold a post with it today. One statement."""
    return _names(roles, "post__role", Q(post__role__in=roles))


def posts_held(people: Collection[UUID]) -> dict[UUID, list[Label]]:
    """By person, the posts held today in words. One statement."""
    found: dict[UUID, list[Label]] = defaultdict(list)
    for one in (_held(row) for row in _today(_holdings()).filter(person__in=people).order_by("starts_on", "id")):
        found[one.person].append(CALLED.format(unit=one.unit_name, title=one.title))
    return dict(found)


def post_names(posts: Collection[UUID]) -> dict[UUID, Label]:
    """What posts are called: title and unit. One statement."""
    found = Post.objects.filter(id__in=posts).select_related("role", "unit")
    return {post.id: CALLED.format(unit=post.unit.name, title=_title(post)) for post in found}


def _names(keys: Collection[UUID], field: str, wanted: Q) -> dict[UUID, list[str]]:
    if not keys:
        return {}
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = _today(Holding.objects.filter(wanted)).order_by("starts_on", "id")
    for key, name in rows.values_list(field, "person__name"):
        if name not in found[key]:
            found[key].append(name)
    return dict(found)


def _today(found: "QuerySet[Holding]") -> "QuerySet[Holding]":
    day = today()
    works = Q(person__left_on=None) | Q(person__left_on__gt=day)
    is_open = Q(post__unit__closed_on=None) | Q(post__unit__closed_on__gt=day)
    return found.filter(works, is_open, Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)


def _holdings() -> "QuerySet[Holding]":
    return Holding.objects.select_related("post__unit", "post__role", "person")


def _held(one: Holding) -> Held:
    post = one.post
    return Held(
        post.id, one.person_id, one.person.name, post.unit_id, post.unit.name, _title(post), post.is_head,
        one.starts_on, one.ends_on,
    )  # fmt: skip


def _offer(post: Post, names: Collection[str]) -> Label:
    held = typed(names) if names else VACANT
    return OFFERED.format(post=CALLED.format(unit=post.unit.name, title=_title(post)), held=held)


def _title(post: Post) -> Label:
    role = post.role
    return Label(post.title, post.title) if post.title else Label(role.zh, role.en or role.zh)
