"""Which records a viewer sees, as one condition that lists, pages, searches and exports of all domains share.

The same grants answer the commands (`live/access.py`), so that a list never shows what a command would hide.
"""

from uuid import UUID

from django.db.models import Q

from keguan.controls.live.grants import DIRECTORY, Grants, grants_of
from keguan.controls.models import OPEN_STATES, Approval, ApprovalStep, Obligation
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.directory import profiles
from keguan.policies.rulebooks import current

NOTHING = Q(pk__in=[])


def grants(viewer: UUID) -> Grants | None:
    """What the viewer may see and do now; nothing for somebody who is not there. Four statements at most."""
    now = clock.now()
    profile = profiles(Rows(), [viewer], now).get(viewer)
    return grants_of(current(now), profile) if profile is not None else None


def visible_to(viewer: UUID, record_type: str, known: Grants | None = None) -> Q:
    """The condition on the model of the record type that holds for what the viewer may see.

    `known` saves reading the viewer's grants again. Models name their fields as the facts are named.
    """
    found = known or grants(viewer)
    if found is None:
        return NOTHING
    if record_type == "approval":
        return of_approvals(viewer)
    if record_type == "obligation":
        return Q(people__contains=[viewer])
    if record_type in DIRECTORY or found.sees_all(record_type):
        return Q()
    return _granted(found, vocabulary.types[record_type]) | Q(pk__in=concerned(viewer, record_type))


def masked(viewer: UUID, record_type: str, known: Grants | None = None) -> frozenset[str]:
    """Facts of the type that are masked for the viewer; facts of lines as `phones.digits`."""
    found = known or grants(viewer)
    if found is None or (record_type in DIRECTORY and not found.sees_some(record_type)):
        return frozenset(fact.name for fact in vocabulary.types[record_type].facts if fact.personal)
    return found.masked(record_type)


def may_export(viewer: UUID, record_type: str, known: Grants | None = None) -> bool:
    """Whether a grant lets the viewer export records of the type."""
    found = known or grants(viewer)
    return found is not None and any(record_type in grant.export for grant in found.controls)


def concerned(viewer: UUID, record_type: str) -> "object":
    """Ids of records on which the viewer owes something, or on which something waits for or was asked by him."""
    owed = Obligation.objects.filter(object_type=record_type, people__contains=[viewer], state__in=OPEN_STATES)
    waiting = Approval.objects.filter(Q(object_type=record_type, state="waiting") & of_approvals(viewer))
    return owed.values("object").union(waiting.values("object"))


def of_approvals(viewer: UUID) -> Q:
    """Approvals that the viewer asked for or may decide at one of their steps."""
    return Q(requester=viewer) | Q(pk__in=ApprovalStep.objects.filter(people__contains=[viewer]).values("parent"))


def _granted(found: Grants, record_type: RecordType) -> Q:
    units: set[UUID] = set()
    person = found.profile.person
    if not found.sees_some(record_type.name):
        return NOTHING
    for grant in found.controls:
        if record_type.name in grant.see and grant.scope == "team":
            units |= found.profile.units
        elif record_type.name in grant.see and grant.scope == "department":
            units |= found.profile.units_below
    condition = NOTHING
    for part in dict.fromkeys(part for part in (record_type.owner, record_type.opener) if part):
        condition |= Q(**{part: person})
    if units and record_type.unit:
        condition |= Q(**{f"{record_type.unit}__in": units})
    return condition
