"""Looking spans up: every question of a list in one statement, today's or as they were known at some moment."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.org.spans import Key

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows

LOOK_UP = """
    select s.role, s.subject, s.person, s.holder, s.how, s.verbs
    from unnest(%(roles)s::text[], %(subjects)s::uuid[]) k (role, subject)
    join org_holder_span s on s.role = k.role and s.subject = k.subject and s.valid @> %(at)s::timestamptz
"""
NOW = " and s.known_to is null"
THEN = " and s.known_from <= %(known)s and (s.known_to is null or s.known_to > %(known)s)"
IN_ORDER = " order by s.since nulls first, s.holding, s.how desc, s.person"
# what the mirror exports: both ends of the time that a row speaks of, and of the time in which it was taken for true
EXPORT = """
    select role, subject::text as subject, person::text as person, holder::text as holder, how,
           array_to_string(verbs, ' ') as verbs, unit::text as unit,
           lower(valid) as valid_from, upper(valid) as valid_to, known_from, known_to, since,
           holding::text as holding
    from org_holder_span order by id
"""


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody who answers a question: `person` is to be asked, `holder` is whose seat it is."""

    person: UUID
    holder: UUID
    how: str = "held"
    verbs: tuple[str, ...] | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is his own seat."""
        return self.person == self.holder


Sittings = tuple[Sitting, ...]


def look_up(
    rows: "Rows", keys: Collection[Key], at: dt.datetime, known: dt.datetime | None = None
) -> dict[Key, Sittings]:
    """Everybody in the answers to these questions at `at`, away or not; one statement, none for no questions.

    As the directory stands today, or (`known`) as it stood then. Every question asked is in the answer.
    """
    found: dict[Key, list[Sitting]] = {key: [] for key in keys}
    if not found:
        return {}
    params: dict[str, Any] = {"roles": [role for role, _ in found], "subjects": [key for _, key in found], "at": at}
    query = LOOK_UP + (NOW if known is None else THEN) + IN_ORDER
    for row in rows.select(query, params if known is None else {**params, "known": known}):
        verbs = None if row["verbs"] is None else tuple(row["verbs"])
        found[row["role"], row["subject"]].append(Sitting(row["person"], row["holder"], row["how"], verbs))
    return {key: tuple(several) for key, several in found.items()}


def asked(several: Iterable[Sitting], verb: str | None = None) -> Sittings:
    """Those who are to be asked: whoever stands in for a holder who is away (for this verb), else the holder."""
    return tuple(one for one in several if _counts(one, verb))


def _counts(one: Sitting, verb: str | None) -> bool:
    if one.how == "away":
        return False
    if one.is_own:
        return one.verbs is None or verb not in one.verbs
    return one.verbs is None or verb in one.verbs


def distinct(several: Iterable[Sitting]) -> Sittings:
    """Each person once, in order; in his own right where he has it."""
    found: dict[UUID, Sitting] = {}
    for one in several:
        before = found.get(one.person)
        if before is None or (one.is_own and not before.is_own):
            found[one.person] = one
    return tuple(found.values())


def persons(several: Sequence[Sitting]) -> tuple[UUID, ...]:
    """The persons, each once."""
    return tuple(dict.fromkeys(one.person for one in several))
