"""Who holds which role where, on a day: read through `rows`, for lists, with a fixed number of statements.

A post is held on a day from `starts_on` up to but without `ends_on`, by somebody who has not left, in a unit that is
open. Days are those of the company's zone. Nothing here writes.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.kernel.records.kinds import COMPANY_ZONE

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows

Pair = tuple[str, UUID | None]
People = tuple[UUID, ...]

HELD = """
    from org_holding h
    join org_person p on p.id = h.person
    join org_post s on s.id = h.post
    join org_role r on r.id = s.role
    join org_unit u on u.id = s.unit
    where h.starts_on <= %(day)s and (h.ends_on is null or h.ends_on > %(day)s)
      and (p.left_on is null or p.left_on > %(day)s)
      and (u.closed_on is null or u.closed_on > %(day)s)
"""
IN_ORDER = " order by h.starts_on, h.id"
OF_PEOPLE = "select h.person, r.code as role, s.unit, s.is_head" + HELD + "and h.person = any(%(people)s)" + IN_ORDER
OF_ROLES = "select h.person, r.code as role, s.unit" + HELD + "and r.code = any(%(roles)s)" + IN_ORDER
HEADS = "select h.person, s.unit, u.parent" + HELD + "and s.is_head" + IN_ORDER
NAMES = "select id, name from org_person where id = any(%(people)s)"
ABOVE = """
    with recursive above as (
        select u.id as start, u.id, u.parent, 0 as steps from org_unit u where u.id = any(%(units)s)
        union
        select a.start, u.id, u.parent, a.steps + 1 from above a join org_unit u on u.id = a.parent
    )
    select start, id from above order by start, steps
"""
BELOW = """
    with recursive below as (
        select u.id as start, u.id from org_unit u where u.id = any(%(units)s)
        union
        select b.start, u.id from below b join org_unit u on u.parent = b.id
    )
    select start, id from below
"""


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as policies see him: roles, units of his posts, these with all below, units headed, roles by unit.

    `unit` is that of the post which he took up first: where figures count what he does.
    """

    person: UUID
    name: str
    roles: frozenset[str] = frozenset()
    units: frozenset[UUID] = frozenset()
    units_below: frozenset[UUID] = frozenset()
    heads: frozenset[UUID] = frozenset()
    role_units: frozenset[tuple[str, UUID]] = frozenset()
    unit: UUID | None = None


def profiles(rows: "Rows", people: Collection[UUID], at: dt.datetime) -> dict[UUID, Profile]:
    """The profile of each person at `at`; people who do not exist are left out. Three statements."""
    wanted = list(set(people))
    names = rows.select(NAMES, {"people": wanted})
    held = _by(rows.select(OF_PEOPLE, {"people": wanted, "day": _day(at)}), "person")
    below = _paths(rows, BELOW, {post["unit"] for posts in held.values() for post in posts})
    return {row["id"]: _profile(row["id"], row["name"], held.get(row["id"], ()), below) for row in names}


def holders(rows: "Rows", pairs: Collection[Pair], at: dt.datetime) -> dict[Pair, People]:
    """Who holds each role: in the unit or the nearest above that has a holder; without a unit, anywhere.

    Every pair asked for is in the answer; the holders stand in the order of taking up the post. Two statements.
    """
    held = rows.select(OF_ROLES, {"roles": list({role for role, _ in pairs}), "day": _day(at)})
    above = _paths(rows, ABOVE, {unit for _, unit in pairs if unit is not None})
    anywhere = _by(held, "role")
    at_unit: dict[Pair, list[Any]] = defaultdict(list)
    for post in held:
        at_unit[post["role"], post["unit"]].append(post)
    answer: dict[Pair, People] = {}
    for role, unit in pairs:
        if unit is None:
            answer[role, unit] = _people(anywhere.get(role, ()))
        else:
            nearest = (at_unit[role, place] for place in above.get(unit, ()) if (role, place) in at_unit)
            answer[role, unit] = _people(next(nearest, ()))
    return answer


def heads(rows: "Rows", units: Collection[UUID], at: dt.datetime) -> dict[UUID, People]:
    """Who heads each unit; while nobody does, whoever heads the nearest unit above. Two statements."""
    in_charge = _by(rows.select(HEADS, {"day": _day(at)}), "unit")
    above = _paths(rows, ABOVE, units)
    return {unit: _nearest(above.get(unit, ()), in_charge) for unit in units}


def superiors(rows: "Rows", people: Collection[UUID], at: dt.datetime) -> dict[UUID, People]:
    """Each person's superior: the head of his unit; of a head, the head of the nearest unit above that has another.

    Several posts may mean several superiors. Where the tree gives nobody, the heads of the company (of units without
    parent); who heads the company has none. Three statements.
    """
    wanted = list(set(people))
    posts = _by(rows.select(OF_PEOPLE, {"people": wanted, "day": _day(at)}), "person")
    every_head = rows.select(HEADS, {"day": _day(at)})
    above = _paths(rows, ABOVE, {post["unit"] for held in posts.values() for post in held})
    in_charge = _by(every_head, "unit")
    at_the_top = _people(post for post in every_head if post["parent"] is None)
    answer = {}
    for person in wanted:
        found: dict[UUID, None] = {}
        for post in posts.get(person, ()):
            path = above[post["unit"]]
            found.update(dict.fromkeys(_nearest(path[1:] if post["is_head"] else path, in_charge, but=person)))
        answer[person] = tuple(found) or (() if person in at_the_top else at_the_top)
    return answer


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(COMPANY_ZONE).date()


def _paths(rows: "Rows", query: str, units: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """By unit, the units of its path upwards (nearest first) or of its tree downwards, itself among them."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows.select(query, {"units": list(set(units))}):
        found[row["start"]].append(row["id"])
    return found


def _by(rows: Iterable[dict[str, Any]], column: str) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _people(posts: Iterable[Mapping[str, Any]]) -> People:
    return tuple(dict.fromkeys(post["person"] for post in posts))


def _nearest(path: Iterable[UUID], in_charge: Mapping[UUID, list[dict[str, Any]]], but: UUID | None = None) -> People:
    """The people in charge of the first unit on the path in which somebody other than `but` is."""
    for unit in path:
        found = tuple(person for person in _people(in_charge.get(unit, ())) if person != but)
        if found:
            return found
    return ()


def _profile(person: UUID, name: str, posts: Iterable[Mapping[str, Any]], below: Mapping[UUID, list[UUID]]) -> Profile:
    held = list(posts)
    units = frozenset(post["unit"] for post in held)
    return Profile(
        person=person,
        name=name,
        roles=frozenset(post["role"] for post in held),
        units=units,
        units_below=frozenset(place for unit in units for place in below[unit]),
        heads=frozenset(post["unit"] for post in held if post["is_head"]),
        role_units=frozenset((post["role"], post["unit"]) for post in held),
        unit=held[0]["unit"] if held else None,
    )
