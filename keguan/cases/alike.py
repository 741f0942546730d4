"""Cases that may be about the same matter: of one customer or caller, or of much the same subject, in the last days.

Only hints: whether two cases are one is for people to say. Nobody is told of a case that he may not see, nor by a fact
that is masked for him.
"""

import datetime as dt
import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet, Value

from keguan.cases.facts import CASE
from keguan.cases.models import PHONE_TAIL, Case, phone_tail
from keguan.cases.queries import visible_to
from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.customers.names import grams
from keguan.kernel import clock
from keguan.kernel.records.labels import Label

DAYS = 14
MOST = 5
LOOKED_AT = 200
"""So many of the newest cases that share a pair of characters are compared."""
LIKENESS = 0.5
SAME_CUSTOMER = Label("同一客户", "same customer")
SAME_PHONE = Label("同一电话", "same phone")
SAME_SUBJECT = Label("事由相近", "much the same subject")


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that may be about the same matter, and why."""

    id: UUID
    code: str
    title: str
    why: tuple[Label, ...]
    stage_label: Label
    opened_at: dt.datetime
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known of a matter: its customer, the caller's phone, its subject; and the case that it is already."""

    customer: UUID | None = None
    phone: str = ""
    title: str = ""
    case: UUID | None = None
    at: dt.datetime | None = None


def alike(viewer: UUID, matter: Matter, known: Grants | None = None) -> tuple[Alike, ...]:
    """The newest cases of the days before (and, of a case, after) that may be about the matter. Two statements."""
    known = known or scopes.grants(viewer)
    masked = scopes.masked(viewer, "case", known)
    near = _near(viewer, matter, known)
    found: dict[UUID, tuple[Case, list[Label]]] = {}
    tail = _tail(matter.phone) if "contact_phone" not in masked else ""
    sure = Q(customer=matter.customer) if matter.customer and "customer" not in masked else Q()
    sure |= Q(tail=tail) if tail else Q()
    if sure:
        for its in near.annotate(tail=phone_tail()).filter(sure)[:LOOKED_AT]:
            why = found.setdefault(its.id, (its, []))[1]
            why += [SAME_CUSTOMER] if its.customer_id and its.customer_id == matter.customer else []
            why += [SAME_PHONE] if tail and its.tail == tail else []
    mine = set(grams(matter.title)) if matter.title.strip() and "title" not in masked else set()
    pairs = [gram for gram in mine if len(gram) > 1]
    if pairs:
        for one in near.filter(grams__overlap=Value(pairs, output_field=Case._meta.get_field("grams")))[:LOOKED_AT]:  # noqa: SLF001 – Django's documented name
            theirs = {gram for gram in one.grams or () if len(gram) > 1}
            if len(theirs & set(pairs)) / len(theirs | set(pairs)) >= LIKENESS:
                found.setdefault(one.id, (one, []))[1].append(SAME_SUBJECT)
    best = sorted(found.values(), key=lambda pair: (len(pair[1]), pair[0].opened_at, pair[0].id), reverse=True)
    return tuple(_row(one, why, masked) for one, why in best[:MOST])


def _near(viewer: UUID, matter: Matter, known: Grants | None) -> "QuerySet[Case]":
    at = matter.at or clock.now()
    days = dt.timedelta(days=DAYS)
    near = Q(opened_at__gte=at - days, opened_at__lte=at + days, voided_at=None)
    columns = ("id", "code", "title", "stage", "opened_at", "closed_at", "customer", "contact_phone", "grams")
    found = visible_to(viewer, known).filter(near).only(*columns).order_by("-opened_at", "-id")
    return found.exclude(id=matter.case) if matter.case else found


def _tail(phone: str) -> str:
    digits = re.sub(r"\D", "", phone, flags=re.ASCII)
    return digits[-PHONE_TAIL:] if len(digits) >= PHONE_TAIL - 1 else ""


def _row(one: Case, why: list[Label], masked: frozenset[str]) -> Alike:
    title = "" if "title" in masked else one.title or ""
    stage = CASE.stage_label(one.stage)
    return Alike(one.id, one.code or "", title, tuple(why), stage, one.opened_at, one.closed_at is not None)
