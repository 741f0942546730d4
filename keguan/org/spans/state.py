"""Reading what spans are computed from, for as much of the company as a change concerns."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.spans import ANYWHERE, HEAD, SELF, SUPERIOR, TOP, Key
from keguan.org.spans.intervals import ALWAYS_FROM, ALWAYS_TO, Stretch
from keguan.org.spans.seats import Company, Seat, Standing

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows

UNITS = "select id, parent from org_unit"
POSTS = """
    select distinct s.unit, r.code as role, s.is_head
    from org_post s join org_role r on r.id = s.role left join org_holding h on h.post = s.id
    where h.person = any(%(people)s) or s.id = any(%(posts)s)
"""
SEATS = """
    select h.id, h.person, r.code as role, s.unit, s.is_head, h.starts_on, h.ends_on, p.left_on, u.closed_on
    from org_holding h
    join org_post s on s.id = h.post
    join org_role r on r.id = s.role
    join org_unit u on u.id = s.unit
    join org_person p on p.id = h.person
"""
SOME = """
    where r.code = any(%(roles)s) or s.is_head or h.person = any(%(people)s)
       or h.person in (
           select g.person from org_holding g join org_post t on t.id = g.post where t.unit = any(%(units)s))
"""
STANDINGS = """
    select d.delegator, d.delegate, d.verbs, d.starts_at, d.ends_at,
           case when d.roles is not null then
               array(select r.code from org_role r where r.id = any(d.roles)) end as roles
    from org_delegation d where d.delegator = any(%(people)s)
"""
WORKING = "select id, left_on from org_person where id = any(%(people)s)"


@dataclass
class Change:
    """What a command changed, as far as the directory is concerned: people, posts, and whole branches of the tree.

    `branches`: units whose place in the tree or whose being open changed: every role is looked up anew there.
    """

    people: set[UUID] = field(default_factory=set)
    posts: set[UUID] = field(default_factory=set)
    branches: set[UUID] = field(default_factory=set)


def concerned(rows: "Rows", change: Change) -> tuple[Company, set[Key]]:
    """The part of the company that the change concerns, and the questions that are to be answered anew.

    Five statements.
    """
    parents = {row["id"]: row["parent"] for row in rows.select(UNITS)}
    found = rows.select(POSTS, {"people": list(change.people), "posts": list(change.posts)})
    roles = {post["role"] for post in found}
    has_heads = bool(change.branches) or any(post["is_head"] for post in found)
    places = {post["unit"] for post in found} | change.branches
    below = _below(parents, places)
    params = {"roles": list(roles), "people": list(change.people), "units": list(below) if has_heads else []}
    seats = [_seat(row) for row in rows.select(SEATS + ("" if change.branches else SOME), params)]
    if change.branches:
        roles |= {seat.role for seat in seats}
    people = {seat.person for seat in seats} | change.people
    standings = [_standing(row) for row in rows.select(STANDINGS, {"people": list(people)})]
    known = people | {standing.delegate for standing in standings}
    working = {row["id"]: (ALWAYS_FROM, _day(row["left_on"], ALWAYS_TO))
               for row in rows.select(WORKING, {"people": list(known)})}  # fmt: skip
    keys: set[Key] = {(SELF, person) for person in change.people}
    keys |= {(SUPERIOR, person) for person in change.people}
    keys |= {(role, unit) for role in roles for unit in below} | {(role, ANYWHERE) for role in roles}
    if has_heads:
        keys |= {(HEAD, unit) for unit in below} | {(TOP, ANYWHERE)}
        keys |= {(SUPERIOR, seat.person) for seat in seats if seat.unit in below}
    return Company(parents, seats, working, standings), keys


def everything(rows: "Rows") -> Change:
    """A change that concerns all there is."""
    return Change(
        people={row["id"] for row in rows.select("select id from org_person")},
        branches={row["id"] for row in rows.select("select id from org_unit")},
    )


def _below(parents: "dict[UUID, UUID | None]", tops: Collection[UUID]) -> set[UUID]:
    children: dict[UUID, list[UUID]] = {}
    for unit, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(unit)
    found, open_ones = set(tops), list(tops)
    while open_ones:
        for unit in children.get(open_ones.pop(), ()):
            if unit not in found:
                found.add(unit)
                open_ones.append(unit)
    return found


def _seat(row: "dict[str, Any]") -> Seat:
    start = _day(row["starts_on"], ALWAYS_FROM)
    end = min(_day(row[name], ALWAYS_TO) for name in ("ends_on", "left_on", "closed_on"))
    valid: Stretch = (start, max(start, end))
    return Seat(row["id"], row["person"], row["role"], row["unit"], row["is_head"], row["starts_on"], valid)


def _standing(row: "dict[str, Any]") -> Standing:
    return Standing(
        row["delegator"],
        row["delegate"],
        frozenset(row["roles"]) if row["roles"] else None,
        frozenset(row["verbs"]) if row["verbs"] else None,
        (row["starts_at"], row["ends_at"] or ALWAYS_TO),
    )


def _day(day: dt.date | None, otherwise: dt.datetime) -> dt.datetime:
    return otherwise if day is None else dt.datetime.combine(day, dt.time(), COMPANY_ZONE).astimezone(dt.UTC)
