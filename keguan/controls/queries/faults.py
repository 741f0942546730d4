"""The company's fault list: clocks that nobody owes and requests that nobody can decide, for those who can mend it.

Administrators (who may fill posts) see all of it; who heads a unit sees what belongs to it or to units below it.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.controls.models import OPEN_STATES, Approval, ApprovalStep, Obligation
from keguan.controls.queries.approvals import ApprovalRow, with_steps
from keguan.controls.queries.obligations import FEW, Owed, rows
from keguan.controls.unowned import FILLS
from keguan.org.models import Holding
from keguan.org.teams import units_below


@dataclass(frozen=True, slots=True)
class Faults:
    """What has nobody: obligations, and requests whose step nobody can decide; with how many there are of each."""

    owed: tuple[Owed, ...] = ()
    waiting: tuple[ApprovalRow, ...] = ()
    owed_total: int = 0
    waiting_total: int = 0

    @property
    def total(self) -> int:
        """How many there are in all."""
        return self.owed_total + self.waiting_total


def faults(viewer: UUID, grants: Grants | None = None, limit: int = FEW) -> Faults | None:
    """The fault list as the viewer may see it; nothing for those whom it does not concern. A fixed number of reads."""
    found = grants or scopes.grants(viewer)
    if found is None:
        return None
    units = None if found.uses(FILLS) else units_below(found.profile.heads)
    if units is not None and not units:
        return None
    owed = Obligation.objects.filter(people=[], state__in=OPEN_STATES, is_trial=False)
    nobody = ApprovalStep.objects.filter(parent=OuterRef("pk"), pos=OuterRef("step"), decided_at=None, people=[])
    waiting = Approval.objects.filter(Exists(nobody), state="waiting")
    if units is not None:
        owed = owed.filter(unit__in=units)
        asking = Holding.objects.filter(Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), post__unit__in=units)
        waiting = waiting.filter(requester__in=asking.values("person"))
    return Faults(
        tuple(rows(viewer, owed.order_by("due_at", "id")[:limit])),
        tuple(with_steps(waiting, None, limit)),
        owed.count(),
        waiting.count(),
    )
