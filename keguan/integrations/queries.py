"""How a person is told, as his own page shows it: receivers with their addresses masked, reception, what failed."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max, Q

from keguan.integrations import addresses, quiet, routing
from keguan.integrations.delivering import TRIES
from keguan.integrations.models import Receiver, Reception
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows

UNSENT = Q(deliveries__sent_at=None, deliveries__failed_at__isnull=False)


@dataclass(frozen=True, slots=True)
class ReceiverRow:
    """A receiver: its kind, what may be shown of its address, when something last arrived and last failed."""

    id: UUID
    kind: str
    title: str
    masked: str
    sent_at: dt.datetime | None
    failed_at: dt.datetime | None
    is_given_up: bool


def receivers(viewer: UUID) -> list[ReceiverRow]:
    """The viewer's own, oldest first. One statement."""
    found = Receiver.objects.filter(person=viewer, removed_at=None).annotate(
        sent=Max("deliveries__sent_at"),
        failed=Max("deliveries__failed_at", filter=UNSENT),
        tries=Max("deliveries__attempts", filter=UNSENT),
    )
    return [
        ReceiverRow(
            one.id,
            one.kind,
            one.title or "",
            addresses.masked(one.kind, one.address or ""),
            one.sent,
            one.failed,
            (one.tries or 0) >= TRIES,
        )
        for one in found.order_by("opened_at", "id")
    ]


def reception(viewer: UUID) -> Reception | None:
    """What the viewer chose; nothing where he never did. One statement."""
    return Reception.objects.filter(person=viewer).first()


def company() -> tuple[quiet.Hours | None, dt.time | None]:
    """The company's quiet hours and the time of its digest."""
    return routing.company(Rows(), clock.now())
