"""What a person's grants let him see and do: one object that answers "may I", "which ones" and "who may". No writes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.engines.access import EVERYONE, SCOPES, AccessControl
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import RecordType
from keguan.org.directory import Lent, Profile
from keguan.policies.engines import Rulebook

WIDTHS = tuple(SCOPES)
"""Scopes from the narrowest to the widest."""
DIRECTORY = frozenset(("company", "unit", "person", "role", "post"))
"""Record types that everybody who works here may point to: the company's own directory."""


@dataclass(frozen=True)
class Grants:
    """The grants of one person under one rulebook: his own (`mine`), and what others have delegated to him (`lent`).

    `controls` are those that let him see and export: his own, and those of everybody who delegated every verb to him.
    What is delegated for some verbs only lets him use these, and see what he has to decide or do.
    """

    profile: Profile
    mine: tuple[AccessControl, ...]
    lent: tuple[tuple[Lent, tuple[AccessControl, ...]], ...] = ()

    @property
    def controls(self) -> tuple[AccessControl, ...]:
        """The grants that show records."""
        return tuple(grant for grant, _ in self.showing())

    def showing(self) -> Iterator[tuple[AccessControl, Profile]]:
        """Each grant that shows records, with the profile of whose posts it comes from."""
        yield from ((grant, self.profile) for grant in self.mine)
        for lent, controls in self.lent:
            if lent.verbs is None:
                yield from ((grant, lent.profile) for grant in controls)

    def may(self, verb: str, record_type: RecordType, values: Mapping[str, Any] | None) -> bool:
        """Whether a grant lets the person use the verb on a record with these facts (nothing where it creates one)."""
        return self._may(self.mine, self.profile, verb, record_type, values) or bool(
            self.acts_for(verb, record_type, values)
        )

    def acts_for(self, verb: str, record_type: RecordType, values: Mapping[str, Any] | None) -> UUID | None:
        """In whose place he may use the verb; nothing where he may in his own right, or not at all."""
        if self._may(self.mine, self.profile, verb, record_type, values):
            return None
        for lent, controls in self.lent:
            if lent.covers(verb) and self._may(controls, lent.profile, verb, record_type, values):
                return lent.profile.person
        return None

    def uses(self, verb: str) -> bool:
        """Whether any grant, his own or delegated, lets the person use the verb on anything."""
        return any(verb in grant.verbs for grant in self.mine) or any(
            lent.covers(verb) and any(verb in grant.verbs for grant in controls) for lent, controls in self.lent
        )

    def sees(self, record_type: RecordType, values: Mapping[str, Any]) -> bool:
        """Whether a grant lets the person see a record with these facts."""
        return any(
            record_type.name in grant.see
            and (within(grant, record_type, values, profile) or is_shown(record_type, values, profile.person))
            for grant, profile in self.showing()
        )

    def sees_all(self, record_type: str) -> bool:
        """Whether a grant shows every record of the type."""
        return any(record_type in grant.see and grant.scope == "all" for grant, _ in self.showing())

    def sees_some(self, record_type: str) -> bool:
        """Whether any grant shows records of the type."""
        return any(record_type in grant.see for grant, _ in self.showing())

    @staticmethod
    def _may(
        controls: Sequence[AccessControl], profile: Profile, verb: str, record_type: RecordType,
        values: Mapping[str, Any] | None,
    ) -> bool:  # fmt: skip
        return any(
            verb in grant.verbs and (values is None or within(grant, record_type, values, profile))
            for grant in controls
        )

    def masked(self, record_type: str) -> frozenset[str]:
        """Facts of the type that are masked: those that every grant of the widest scope masks.

        A grant that shows a fact of a few records must not show it of all those that a wider one masks.
        """
        showing = [grant for grant in self.controls if record_type in grant.see]
        widest = max((WIDTHS.index(grant.scope) for grant in showing), default=0)
        showing = [grant for grant in showing if WIDTHS.index(grant.scope) == widest]
        masks = [frozenset(fact for kind, fact in grant.mask if kind == record_type) for grant in showing]
        return frozenset.intersection(*masks) if masks else frozenset()


def grants_of(book: Rulebook, profile: Profile) -> Grants:
    """The grants that concern the person's roles."""
    mine = profile.roles | {EVERYONE}
    lent = []
    for one in profile.lent:
        # a whole person is lent with what is his own, so far as a role of his gives it
        roles = one.profile.roles
        lent.append((one, tuple(grant for grant in all_grants(book) if grant.roles & roles)))
    return Grants(profile, tuple(grant for grant in all_grants(book) if grant.roles & mine), tuple(lent))


def all_grants(book: Rulebook) -> Sequence[AccessControl]:
    """All grants of a rulebook."""
    found = book.cache.get("grants")
    if found is None:
        found = book.cache["grants"] = tuple(c for c in book.controls if isinstance(c, AccessControl))
    return found


def granting(book: Rulebook, verb: str) -> list[AccessControl]:
    """The grants that let anybody use the verb, in the order of the policies."""
    return [grant for grant in all_grants(book) if verb in grant.verbs]


def roles_label(book: Rulebook, grants: Sequence[AccessControl]) -> Label:
    """The roles of several grants in words."""
    roles = dict.fromkeys(role for grant in grants for role in sorted(grant.roles))
    return join([book.roles[role] for role in roles if role in book.roles])


def within(grant: AccessControl, record_type: RecordType, values: Mapping[str, Any], profile: Profile) -> bool:
    """Whether a record lies in the grant's scope for the person. Wider scopes hold the narrower ones."""
    if grant.scope == "all":
        return True
    if is_own(record_type, values, profile.person):
        return True
    unit = values.get(record_type.unit) if record_type.unit else None
    if unit is None or grant.scope == "own":
        return False
    return unit in (profile.units if grant.scope == "team" else profile.units_below)


def is_shown(record_type: RecordType, values: Mapping[str, Any], person: UUID) -> bool:
    """Whether the record shows itself to the person although it is not his to act on."""
    shown_to = (values.get(part) for part in record_type.shown_to)
    return any(person in those if isinstance(those, list) else person == those for those in shown_to)


def is_own(record_type: RecordType, values: Mapping[str, Any], person: UUID) -> bool:
    """Whether the person owns or opened the record."""
    parts = (record_type.owner, record_type.opener)
    return any(part is not None and values.get(part) == person for part in parts)
