"""Who holds which role where, at a moment: read through `rows`, for lists, with a fixed number of statements.

Everything is looked up in the spans (`keguan.org.spans`), where delegation, vacancy and superiors are resolved. A post
is held on a day of the company's zone from `starts_on` up to but without `ends_on`, by somebody who has not left, in a
unit that is open. Nothing here writes.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.spans import ANYWHERE, HEAD, SELF, SUPERIOR, TOP, Key
from keguan.org.spans.reading import Sittings, asked, look_up, persons

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows

Pair = tuple[str, UUID | None]
People = tuple[UUID, ...]

# the posts themselves, without what is found from below: the unit asked about is that of the post
PROFILES = """
    select p.id, p.name, p.left_on,
           exists (select from org_holding h where h.person = p.id and h.starts_on <= %(today)s) as had_post,
           s.role, s.subject, s.holder, s.verbs
    from org_person p
    left join org_holder_span s on s.person = p.id and s.known_to is null and s.valid @> %(at)s::timestamptz
        and (s.unit = s.subject or s.role = '@self')
    where p.id = any(%(people)s) order by s.since nulls first, s.holding
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

    `unit` is that of the post which he took up first: where figures count what he does. `lent` is what others have
    delegated to him. `lost_posts`: he has held posts, and holds none now.
    """

    person: UUID
    name: str
    roles: frozenset[str] = frozenset()
    units: frozenset[UUID] = frozenset()
    units_below: frozenset[UUID] = frozenset()
    heads: frozenset[UUID] = frozenset()
    role_units: frozenset[tuple[str, UUID]] = frozenset()
    unit: UUID | None = None
    lent: tuple["Lent", ...] = ()
    has_left: bool = False
    lost_posts: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether he left, or every post of his has ended: he may do nothing here."""
        return self.has_left or self.lost_posts

    @property
    def acting_roles(self) -> frozenset[str]:
        """His roles, with those of everybody who has delegated everything to him."""
        return self.roles.union(*(one.profile.roles for one in self.lent if one.verbs is None))


@dataclass(frozen=True, slots=True)
class Lent:
    """What somebody has delegated to a person: himself as far as he did, for these verbs (None: for all)."""

    profile: Profile
    verbs: frozenset[str] | None = None
    is_whole: bool = False

    def covers(self, verb: str) -> bool:
        """Whether the delegation is for this verb."""
        return self.verbs is None or verb in self.verbs


def profiles(rows: "Rows", people: Collection[UUID], at: dt.datetime) -> dict[UUID, Profile]:
    """The profile of each person at `at`; people who do not exist are left out. Two statements at most."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    today = at.astimezone(COMPANY_ZONE).date()
    for row in rows.select(PROFILES, {"people": list(set(people)), "at": at, "today": today}):
        found[row["id"]].append(row)
    units = {row["subject"] for several in found.values() for row in several if row["role"] not in (None, SELF)}
    below = _below(rows, units) if units else {}
    return {person: _profile(several, below, today) for person, several in found.items()}


def holders(rows: "Rows", pairs: Collection[Pair], at: dt.datetime) -> dict[Pair, People]:
    """Who holds each role: in the unit or the nearest above that has a holder; without a unit, anywhere.

    Every pair asked for is in the answer; the holders stand in the order of taking up the post. One statement.
    """
    keys = {pair: (pair[0], pair[1] or ANYWHERE) for pair in pairs}
    found = look_up(rows, set(keys.values()), at)
    return {pair: persons(asked(found[key])) for pair, key in keys.items()}


def heads(rows: "Rows", units: Collection[UUID], at: dt.datetime) -> dict[UUID, People]:
    """Who heads each unit; while nobody does, whoever heads the nearest unit above. One statement."""
    found = look_up(rows, {(HEAD, unit) for unit in units}, at)
    return {unit: persons(asked(found[HEAD, unit])) for unit in units}


def superiors(rows: "Rows", people: Collection[UUID], at: dt.datetime) -> dict[UUID, People]:
    """Each person's superior: the head of his unit; of a head, the head of the nearest unit above that has another.

    Several posts may mean several superiors. Where the tree gives nobody, the heads of the company (of units without
    parent); who heads the company has none. One statement.
    """
    keys: set[Key] = {(SUPERIOR, person) for person in people}
    found = look_up(rows, keys | {(TOP, ANYWHERE)}, at) if keys else {}
    return {person: persons(asked(superior_of(person, found))) for person in people}


def superior_of(person: UUID, found: Mapping[Key, Sittings]) -> Sittings:
    """Who stands above a person, from the answers of the look-up: above his posts, else at the top of the company."""
    above = found[SUPERIOR, person]
    if above:
        return above
    top = found[TOP, ANYWHERE]
    return () if any(person == one.holder for one in top) else tuple(one for one in top if one.person != person)


def _below(rows: "Rows", units: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """By unit, the units of its tree downwards, itself among them."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows.select(BELOW, {"units": list(units)}):
        found[row["start"]].append(row["id"])
    return found


def _profile(rows: list[dict[str, Any]], below: Mapping[UUID, list[UUID]], today: dt.date) -> Profile:
    first = rows[0]
    own = [row for row in rows if row["holder"] == first["id"] and row["role"] != SELF]
    lent: dict[tuple[UUID, frozenset[str] | None], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["holder"] not in (None, first["id"]):
            verbs = None if row["verbs"] is None else frozenset(row["verbs"])
            lent[row["holder"], verbs].append(row)
    left_on = first["left_on"]
    mine = _posts(first["id"], first["name"], own, below)
    return replace(
        mine,
        lent=tuple(
            Lent(
                _posts(holder, "", [row for row in some if row["role"] != SELF], below),
                verbs,
                any(row["role"] == SELF for row in some),
            )
            for (holder, verbs), some in lent.items()
        ),
        has_left=left_on is not None and left_on <= today,
        lost_posts=bool(first["had_post"] and not own and not lent),
    )


def _posts(person: UUID, name: str, rows: list[dict[str, Any]], below: Mapping[UUID, list[UUID]]) -> Profile:
    """The profile that posts make; headships stand in rows of their own."""
    posts = [row for row in rows if row["role"] != HEAD]
    units = frozenset(row["subject"] for row in posts)
    return Profile(
        person=person,
        name=name,
        roles=frozenset(row["role"] for row in posts),
        units=units,
        units_below=frozenset(place for unit in units for place in below[unit]),
        heads=frozenset(row["subject"] for row in rows if row["role"] == HEAD),
        role_units=frozenset((row["role"], row["subject"]) for row in posts),
        unit=posts[0]["subject"] if posts else None,
    )
