"""Which notices go out, to whom and when: quiet hours, what is urgent by policy, the digest. Sends nothing itself.

Runs apart from commands: a command writes the notice, and costs the same whoever is told outside. Running twice
changes nothing; what a crash left behind is found again.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.controls.live.made import Made
from keguan.controls.scene import Scene
from keguan.integrations import quiet
from keguan.integrations.facts import DIGEST, QUIET
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import current

MOST = 500
NEW = """
    select id, person, control from org_notice where routed_at is null order by created_at, id limit %s
    for update skip locked
"""
RECEIVERS = """
    select r.id, r.person, s.quiet_from, s.quiet_until, s.is_each_sent, s.is_digest_sent, s.digest_at
    from integrations_receiver r join org_person p on p.id = r.person
    left join integrations_reception s on s.person = r.person
    where r.removed_at is null and (p.left_on is null or p.left_on > %(day)s)
      and (%(all)s or r.person = any(%(people)s))
"""
DIGESTED = "select receiver from integrations_delivery where day = %s"


@dataclass(frozen=True)
class Wish:
    """How somebody wants to be told, with the company's own where he said nothing."""

    quiet: quiet.Hours | None
    is_each_sent: bool
    is_digest_sent: bool
    digest_at: dt.time | None


@dataclass(frozen=True)
class Receiving(Wish):
    """The same for one receiver of a person."""

    receiver: UUID
    person: UUID


def route() -> int:
    """Put new notices on their way to the receivers of those they are for; gives how many notices there were."""
    with transaction.atomic():
        rows, now = Rows(), clock.now()
        notices = rows.select(NEW, [MOST])
        if not notices:
            return 0
        book = current(now)
        by_person: dict[UUID, list[Receiving]] = {}
        for wish in wishes(rows, now, {row["person"] for row in notices}):
            by_person.setdefault(wish.person, []).append(wish)
        on_its_way = []
        for row in notices:
            passes = is_urgent(book, row["control"])
            for wish in by_person.get(row["person"], ()):
                if passes or wish.is_each_sent:
                    leaves_at = now if passes else quiet.leaves_at(now, wish.quiet)
                    on_its_way.append((uuid7(now), wish.receiver, row["id"], leaves_at))
        rows.insert("integrations_delivery", ("id", "receiver", "notice", "leaves_at"), on_its_way)
        rows.update("org_notice", "id", {"routed_at": "timestamptz"}, [(row["id"], now) for row in notices])
        return len(notices)


def route_digests() -> int:
    """Put today's digests on their way once their time has come; gives how many."""
    with transaction.atomic():
        rows, now = Rows(), clock.now()
        day = now.astimezone(COMPANY_ZONE).date()
        found = [
            wish
            for wish in wishes(rows, now, None)
            if wish.is_digest_sent and wish.digest_at is not None and quiet.moment_on(day, wish.digest_at) <= now
        ]
        if not found:
            return 0
        done = {row["receiver"] for row in rows.select(DIGESTED, [day])}
        due = [wish for wish in found if wish.receiver not in done]
        rows.insert("integrations_delivery", ("id", "receiver", "day", "leaves_at"), [
            (uuid7(now), wish.receiver, day, quiet.leaves_at(now, wish.quiet)) for wish in due
        ])  # fmt: skip
        return len(due)


def is_urgent(book: Rulebook, control: str | None) -> bool:
    """Whether what a control tells people reaches them in their quiet hours too."""
    found = book.by_key.get(control or "")
    return found is not None and found.form.urgent


def wishes(rows: Rows, now: dt.datetime, people: Collection[UUID] | None) -> list[Receiving]:
    """How the receivers of these people (nothing: of everybody) are to be served."""
    day = now.astimezone(COMPANY_ZONE).date()
    found = rows.select(RECEIVERS, {"day": day, "all": people is None, "people": list(people or ())})
    if not found:
        return []
    hours, digest_at = company(rows, now)
    return [Receiving(**vars(wish(row, hours, digest_at)), receiver=row["id"], person=row["person"]) for row in found]


def company(rows: Rows, now: dt.datetime) -> tuple[quiet.Hours | None, dt.time | None]:
    """The company's quiet hours and the time of its digest, as its policies say."""
    book = current(now)
    scene = Scene(vocabulary.types["notice"], UUID(int=0), now, parameters=book.parameters, declared=book.declared)
    made = Made(rows, book)
    return quiet.hours(made.setting(QUIET.name, scene)), quiet.time_of(made.setting(DIGEST.name, scene))


def wish(chosen: Mapping[str, Any], hours: quiet.Hours | None, digest_at: dt.time | None) -> Wish:
    """What holds of what somebody chose (facts of a reception) and of the company's own."""
    own = f"{chosen['quiet_from']}-{chosen['quiet_until']}" if chosen["quiet_from"] else None
    return Wish(
        quiet.hours(own) if own else hours,
        chosen["is_each_sent"] is not False,
        bool(chosen["is_digest_sent"]),
        quiet.time_of(chosen["digest_at"]) or digest_at,
    )
