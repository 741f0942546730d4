"""What a message that was handed to a job is about, for whoever looks after the installation: never its words."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from keguan.integrations.models import Delivery


@dataclass(frozen=True, slots=True)
class Handed:
    """One delivery: to whom and how, which control told of which record (or the digest of a day), what went wrong."""

    person: UUID
    person_name: str
    kind: str
    control: str | None
    object_type: str | None
    object_id: UUID | None
    day: dt.date | None
    is_notice: bool
    error: str


def handed(keys: Collection[UUID]) -> Mapping[UUID, Handed]:
    """These deliveries. One statement."""
    found = Delivery.objects.filter(id__in=keys).select_related("receiver__person", "notice")
    return {one.id: _handed(one) for one in found}


def _handed(one: Delivery) -> Handed:
    to, told = one.receiver, one.notice
    return Handed(
        to.person_id, to.person.name, to.kind, told.control if told else None, told.object_type if told else None,
        told.object_id if told else None, one.day, told is not None, one.error,
    )  # fmt: skip
