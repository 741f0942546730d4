"""The directory as one would work it out by hand at one moment, from posts, units, people and delegations: no spans."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.spans import ANYWHERE, HEAD, SELF, SUPERIOR, TOP, Key

Seat = tuple[UUID, UUID]  # who is asked, whose seat it is


@dataclass(frozen=True)
class Snapshot:
    """The tables as they stood when this was taken."""

    units: dict[UUID, dict[str, Any]]
    people: dict[UUID, dict[str, Any]]
    posts: list[dict[str, Any]]
    delegations: list[dict[str, Any]]

    def answer(self, key: Key, at: dt.datetime, verb: str | None = None) -> set[Seat]:
        """Who is to be asked, and whose seat it is."""
        role, subject = key
        if role == SELF:
            return self.stand_ins(subject, None, at, verb) if self.works(subject, at) else set()
        if role == SUPERIOR:
            return self.above(subject, at, verb)
        if role == TOP:
            seats = [p for p in self.held(at) if p["is_head"] and self.units[p["unit"]]["parent"] is None]
        elif role == HEAD:
            seats = self.nearest(self.path(subject), [p for p in self.held(at) if p["is_head"]])
        elif subject == ANYWHERE:
            seats = [p for p in self.held(at) if p["role"] == role]
        else:
            seats = self.nearest(self.path(subject), [p for p in self.held(at) if p["role"] == role])
        return self.seated(seats, at, verb)

    def above(self, person: UUID, at: dt.datetime, verb: str | None) -> set[Seat]:
        found: set[Seat] = set()
        for post in self.held(at):
            if post["person"] == person:
                path = self.path(post["unit"])
                others = [p for p in self.held(at) if p["is_head"] and p["person"] != person]
                seats = self.nearest(path[1:] if post["is_head"] else path, others)
                found |= self.seated(seats, at, verb, but=person)
        return found

    def seated(
        self, seats: list[dict[str, Any]], at: dt.datetime, verb: str | None, but: UUID | None = None
    ) -> set[Seat]:
        # of several seats of one person that answer at once, the one taken up first
        first: dict[UUID, dict[str, Any]] = {}
        for seat in sorted(seats, key=lambda p: (p["starts_on"], p["id"])):
            first.setdefault(seat["person"], seat)
        return {pair for s in first.values() for pair in self.stand_ins(s["person"], s["role"], at, verb, but)}

    def stand_ins(
        self, person: UUID, role: str | None, at: dt.datetime, verb: str | None, but: UUID | None = None
    ) -> set[Seat]:
        for_this = {
            d["delegate"]
            for d in self.delegations
            if d["delegator"] == person
            and d["delegate"] != but
            and d["starts_at"] <= at
            and (d["ends_at"] is None or at < d["ends_at"])
            and self.works(d["delegate"], at)
            and (not d["roles"] or role in d["roles"])
            and (not d["verbs"] or verb in d["verbs"])
        }
        return {(delegate, person) for delegate in for_this} or {(person, person)}

    def nearest(self, path: list[UUID], seats: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for unit in path:
            here = [seat for seat in seats if seat["unit"] == unit]
            if here:
                return here
        return []

    def held(self, at: dt.datetime) -> list[dict[str, Any]]:
        day = at.astimezone(COMPANY_ZONE).date()
        return [
            post
            for post in self.posts
            if post["starts_on"] <= day
            and (post["ends_on"] is None or day < post["ends_on"])
            and self.works(post["person"], at)
            and ((closed := self.units[post["unit"]]["closed_on"]) is None or day < closed)
        ]

    def works(self, person: UUID, at: dt.datetime) -> bool:
        left = self.people[person]["left_on"]
        return left is None or at.astimezone(COMPANY_ZONE).date() < left

    def path(self, unit: UUID | None) -> list[UUID]:
        found: list[UUID] = []
        while unit is not None and unit not in found:
            found.append(unit)
            unit = self.units[unit]["parent"]
        return found


def snapshot() -> Snapshot:
    """The tables as they stand."""
    rows = Rows()
    posts = rows.select(
        "select h.id, h.person, h.starts_on, h.ends_on, s.unit, s.is_head, r.code as role from org_holding h"
        " join org_post s on s.id = h.post join org_role r on r.id = s.role"
    )
    delegations = rows.select(
        "select d.*, array(select code from org_role r where r.id = any(d.roles)) as roles from org_delegation d"
    )
    return Snapshot(
        {row["id"]: row for row in rows.select("select * from org_unit")},
        {row["id"]: row for row in rows.select("select * from org_person")},
        posts,
        delegations,
    )
