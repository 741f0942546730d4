"""Delegations as one person reads them: who stands in for him, and whom he stands in for."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import Q

from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.org.delegation_notices import scope
from keguan.org.models import Delegation, Holding, Person, Role
from keguan.org.queries import today

MOST = 50


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """A delegation: `other` is who stands in, or (not `is_mine`) whom the viewer stands in for."""

    id: UUID
    is_mine: bool
    other: str
    scope: Label
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    reason: str
    state: Literal["ahead", "running", "over", "taken_back"]
    entered_by: str

    @property
    def is_open(self) -> bool:
        """Whether it runs or is still to begin."""
        return self.state in ("ahead", "running")


def delegations(viewer: UUID) -> list[DelegationRow]:
    """Those that the viewer gave or was given, open ones first, then the newest. Three statements."""
    found = list(
        Delegation.objects.filter(Q(delegator=viewer) | Q(delegate=viewer))
        .select_related("delegator", "delegate")
        .order_by("-starts_at", "-id")[:MOST]
    )
    roles = _roles({role for one in found for role in one.roles or ()})
    names = _names({one.opened_by for one in found if one.opened_by is not None and one.opened_by != one.delegator_id})
    rows = [_row(viewer, one, roles, names) for one in found]
    return sorted(rows, key=lambda row: not row.is_open)


def delegable_roles(viewer: UUID) -> list[tuple[UUID, Label]]:
    """The roles of the viewer's posts of today: what he may delegate one by one. One statement."""
    day = today()
    held = Holding.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day), person=viewer, starts_on__lte=day)
    found = Role.objects.filter(id__in=held.values("post__role")).order_by("code")
    return [(role.id, Label(role.zh, role.en or role.zh)) for role in found]


def _roles(keys: Collection[UUID]) -> dict[UUID, Label]:
    return {role.id: Label(role.zh, role.en or role.zh) for role in Role.objects.filter(id__in=keys)} if keys else {}


def _names(keys: Collection[UUID]) -> dict[UUID, str]:
    return dict(Person.objects.filter(id__in=keys).values_list("id", "name")) if keys else {}


def _row(viewer: UUID, one: Delegation, roles: dict[UUID, Label], names: dict[UUID, str]) -> DelegationRow:
    is_mine = one.delegator_id == viewer
    mine = [roles[key] for key in one.roles or () if key in roles]
    now = clock.now()
    state: Literal["ahead", "running", "over", "taken_back"] = "running" if one.starts_at <= now else "ahead"
    if one.ends_at is not None and one.ends_at <= max(now, one.starts_at):
        state = "taken_back" if one.ends_at == one.starts_at else "over"
    return DelegationRow(
        id=one.id,
        is_mine=is_mine,
        other=one.delegate.name if is_mine else one.delegator.name,
        scope=scope([role.zh for role in mine], [role.en for role in mine], one.verbs),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        reason=one.reason or "",
        state=state,
        entered_by=names.get(one.opened_by, "") if one.opened_by else "",
    )
