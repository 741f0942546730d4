"""The access policy of a pack read a second time, simply, from its text alone: who may do and see what, under which
clause. It knows nothing of how the product reads policies, so that the two can disagree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from ruamel.yaml import YAML

EVERYBODY = "everyone"


@dataclass(frozen=True, slots=True)
class Grant:
    """One paragraph of the policy: these roles may do and see this, as far as the scope goes."""

    clause: str
    roles: frozenset[str]
    may: frozenset[str]
    see: frozenset[str]
    export: frozenset[str]
    scope: str
    mask: frozenset[str]

    def lets(self, verb: str) -> bool:
        """Whether it names the verb, or all of its noun."""
        return not {verb, f"{verb.rpartition('.')[0]}.*"}.isdisjoint(self.may)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the policy sees him: roles, the units of his posts, those with all below them."""

    key: UUID
    roles: frozenset[str]
    units: frozenset[UUID]
    units_below: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands for scopes: whose it is, whom it is shown to, of which unit it is."""

    people: frozenset[UUID] = frozenset()
    shown_to: frozenset[UUID] = frozenset()
    unit: UUID | None = None


def read(folder: Path) -> list[Grant]:
    """The grants of all policies in the folder."""
    found = []
    for file in sorted((folder / "policies").glob("*.yaml")):
        policy = YAML(typ="safe").load(file.read_text("utf-8"))
        for clause in policy["clauses"]:
            forms = [one["access"] for one in clause.get("controls", ()) if "access" in one]
            found += [_grant(str(clause["clause"]), form) for form in forms]
    return found


def _grant(clause: str, form: Mapping[str, Any]) -> Grant:
    who, may, see, export, mask = (
        frozenset(_several(form.get(name))) for name in ("who", "may", "see", "export", "mask")
    )
    return Grant(clause, who, may, see, export, form.get("scope", "own"), mask)


def _several(value: str | list[str] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def of(grants: Iterable[Grant], person: Person) -> list[Grant]:
    """The grants that speak of the person."""
    return [grant for grant in grants if grant.roles & (person.roles | {EVERYBODY})]


def reaches(grant: Grant, person: Person, place: Place) -> bool:
    """Whether a record lies within a grant's scope for the person; each scope holds the narrower ones."""
    if grant.scope == "all" or person.key in place.people:
        return True
    units = {"own": frozenset(), "team": person.units, "department": person.units_below}[grant.scope]
    return place.unit is not None and place.unit in units


def may(grants: Iterable[Grant], person: Person, verb: str, place: Place | None) -> bool:
    """Whether the person may use the verb on a record there; on none, where the verb creates one."""
    mine = [grant for grant in of(grants, person) if grant.lets(verb)]
    return any(place is None or reaches(grant, person, place) for grant in mine)


def sees(grants: Iterable[Grant], person: Person, record_type: str, place: Place) -> bool:
    """Whether the person may know that the record is there."""
    mine = [grant for grant in of(grants, person) if record_type in grant.see]
    return any(reaches(grant, person, place) or person.key in place.shown_to for grant in mine)


def masked(grants: Iterable[Grant], person: Person, record_type: str) -> frozenset[str]:
    """The facts of the type that are hidden from the person: what every grant of the widest scope hides."""
    mine = [grant for grant in of(grants, person) if record_type in grant.see]
    widest = next((one for one in ("all", "department", "team", "own") if any(g.scope == one for g in mine)), "")
    hidden = [{name.partition(".")[2] for name in grant.mask if name.partition(".")[0] == record_type}
              for grant in mine if grant.scope == widest]  # fmt: skip
    return frozenset(set.intersection(*hidden)) if hidden else frozenset()


def clauses(grants: Iterable[Grant], verb: str) -> frozenset[str]:
    """The clauses that let anybody use the verb."""
    return frozenset(grant.clause for grant in grants if grant.lets(verb))
