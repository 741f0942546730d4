"""From posts held, the tree of units and delegations to spans. Pure: no clock, no database."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from keguan.org.spans import ANYWHERE, HEAD, SELF, SUPERIOR, TOP, Key
from keguan.org.spans.intervals import ALWAYS, Stretch, common, pieces, without


@dataclass(frozen=True, slots=True)
class Seat:
    """A post held by somebody, from–to: clipped to the time in which he works here and the unit is open."""

    holding: UUID
    person: UUID
    role: str
    unit: UUID
    is_head: bool
    since: dt.date
    valid: Stretch


@dataclass(frozen=True, slots=True)
class Standing:
    """A delegation: the delegate stands in for the delegator, in these roles and for these verbs (None: all)."""

    delegator: UUID
    delegate: UUID
    roles: frozenset[str] | None
    verbs: frozenset[str] | None
    valid: Stretch


@dataclass(frozen=True, slots=True)
class Span:
    """One row of the table, as far as it can be computed."""

    role: str
    subject: UUID
    person: UUID
    holder: UUID
    how: str
    verbs: tuple[str, ...] | None
    unit: UUID | None
    since: dt.date | None
    holding: UUID | None
    valid: Stretch


@dataclass
class Company:
    """What spans are computed from: the tree, who holds what, who works here until when, who stands in for whom."""

    parents: Mapping[UUID, UUID | None]
    seats: Sequence[Seat] = ()
    working: Mapping[UUID, Stretch] = field(default_factory=dict)
    standings: Sequence[Standing] = ()
    _by_role: dict[str, dict[UUID, list[Seat]]] = field(default_factory=dict)
    _heads: dict[UUID, list[Seat]] = field(default_factory=dict)
    _of: dict[UUID, list[Seat]] = field(default_factory=dict)
    _away: dict[UUID, list[Standing]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for seat in sorted(self.seats, key=lambda one: (one.since, one.holding)):
            self._by_role.setdefault(seat.role, {}).setdefault(seat.unit, []).append(seat)
            self._of.setdefault(seat.person, []).append(seat)
            if seat.is_head:
                self._heads.setdefault(seat.unit, []).append(seat)
        for standing in self.standings:
            self._away.setdefault(standing.delegator, []).append(standing)

    def path(self, unit: UUID | None) -> list[UUID]:
        """The unit and those above it, nearest first; a circle is gone through once."""
        found: dict[UUID, None] = {}
        while unit is not None and unit not in found and unit in self.parents:
            found[unit] = None
            unit = self.parents[unit]
        return list(found)

    def spans(self, key: Key) -> list[Span]:
        """The rows that answer one question."""
        role, subject = key
        if role == SELF:
            stretch = self.working.get(subject)
            found = [] if stretch is None else self._self(subject, stretch)
        elif role == HEAD:
            found = self._nearest(key, self.path(subject), self._heads)
        elif role == TOP:
            tops = [s for unit, seats in self._heads.items() if self.parents.get(unit) is None for s in seats]
            tops.sort(key=lambda one: (one.since, one.holding))
            found = [span for seat in tops for span in self._sit(key, seat, seat.valid, "held")]
        elif role == SUPERIOR:
            found = self._superiors(key)
        elif subject == ANYWHERE:
            seats = [seat for some in self._by_role.get(role, {}).values() for seat in some]
            seats.sort(key=lambda one: (one.since, one.holding))
            found = [span for seat in seats for span in self._sit(key, seat, seat.valid, "held")]
        else:
            found = self._nearest(key, self.path(subject), self._by_role.get(role, {}))
        return _joined(_first(found))

    def _nearest(
        self, key: Key, path: Sequence[UUID], seats: Mapping[UUID, Sequence[Seat]],
        free: Sequence[Stretch] = (ALWAYS,), but: UUID | None = None,
    ) -> list[Span]:  # fmt: skip
        """Along the path, whoever sits in the first unit in which anybody (other than `but`) does."""
        found: list[Span] = []
        for depth, unit in enumerate(path):
            here = [seat for seat in seats.get(unit, ()) if seat.person != but]
            how = "held" if depth == 0 or key[0] == SUPERIOR else "above"
            for seat in here:
                for stretch in common(free, seat.valid):
                    found += self._sit(key, seat, stretch, how, but)
            for seat in here:
                free = without(free, seat.valid)
            if not free:
                break
        return found

    def _superiors(self, key: Key) -> list[Span]:
        """For each post of the person the head above it; of a head, the nearest head above who is another."""
        person = key[1]
        found: list[Span] = []
        for seat in self._of.get(person, ()):
            path = self.path(seat.unit)
            found += self._nearest(key, path[1:] if seat.is_head else path, self._heads, (seat.valid,), person)
        return found

    def _self(self, person: UUID, stretch: Stretch) -> list[Span]:
        alone = Span(SELF, person, person, person, "held", None, None, None, None, stretch)
        return list(self._delegated(alone, [one for one in self._away.get(person, ()) if one.roles is None]))

    def _sit(self, key: Key, seat: Seat, stretch: Stretch, how: str, but: UUID | None = None) -> Iterator[Span]:
        alone = Span(*key, seat.person, seat.person, how, None, seat.unit, seat.since, seat.holding, stretch)
        standing = [
            one
            for one in self._away.get(seat.person, ())
            if (one.roles is None or seat.role in one.roles) and one.delegate != but
        ]
        yield from self._delegated(alone, standing)

    def _delegated(self, alone: Span, standings: Sequence[Standing]) -> Iterator[Span]:
        """The holder's own stretch, and those of who stands in for him; a delegate who left does not count."""
        if alone.valid[0] >= alone.valid[1]:
            return
        here = [(one, self._in_force(one)) for one in standings]
        for piece in pieces(alone.valid, [edge for _, valid in here for edge in valid]):
            delegates: dict[UUID, frozenset[str] | None] = {}
            for one, (start, end) in here:
                if start <= piece[0] and piece[1] <= end:
                    before = delegates.get(one.delegate, frozenset())
                    delegates[one.delegate] = None if before is None or one.verbs is None else before | one.verbs
            if not delegates:
                yield replace(alone, valid=piece)
                continue
            verbs = [one for one in delegates.values() if one is not None]
            if len(verbs) < len(delegates):
                yield replace(alone, how="away", valid=piece)
            else:
                yield replace(alone, verbs=tuple(sorted(frozenset().union(*verbs))), valid=piece)
            for delegate, some in delegates.items():
                limit = None if some is None else tuple(sorted(some))
                yield replace(alone, person=delegate, how="delegate", verbs=limit, valid=piece)

    def _in_force(self, standing: Standing) -> Stretch:
        works = self.working.get(standing.delegate)
        if works is None:
            return (standing.valid[0], standing.valid[0])
        return max(standing.valid[0], works[0]), max(standing.valid[0], min(standing.valid[1], works[1]))


def _first(spans: Iterable[Span]) -> Iterator[Span]:
    """Of several seats of one person that answer the same question at once, the one taken up first."""
    taken: dict[tuple[UUID, UUID], list[Stretch]] = {}
    for span in spans:
        free: list[Stretch] = [span.valid]
        mine = taken.setdefault((span.person, span.holder), [])
        for stretch in mine:
            free = without(free, stretch)
        mine += free
        for stretch in free:
            yield replace(span, valid=stretch)


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Stretches that touch and say the same, as one."""
    stretches: dict[Span, list[Stretch]] = {}
    for span in spans:
        stretches.setdefault(replace(span, valid=ALWAYS), []).append(span.valid)
    found: list[Span] = []
    for same, several in stretches.items():
        start, end = None, None
        for low, high in sorted(several):
            if end is not None and start is not None and low != end:
                found.append(replace(same, valid=(start, end)))
                start = None
            start, end = low if start is None else start, high
        if start is not None and end is not None:
            found.append(replace(same, valid=(start, end)))
    return found
