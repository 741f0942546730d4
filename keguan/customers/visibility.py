"""Which customers a viewer sees: one condition, shared by list, page, search, duplicates and imports."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.live.grants import Grants
from keguan.kernel.records.types import RecordType

CONCERNED = """
    select object from controls_obligation
    where object_type = %(viewer_type)s and people @> array[%(viewer)s] and state in ('running', 'broken')
    union
    select a.object from controls_approval a
    where a.object_type = %(viewer_type)s and a.state = 'waiting' and (a.requester = %(viewer)s or exists (
        select 1 from controls_approvalstep s where s.parent = a.id and s.people @> array[%(viewer)s]))
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a viewer's grants reach over one record type: everything, or his own and those of some units."""

    person: UUID
    type: RecordType
    is_all: bool
    is_some: bool
    units: frozenset[UUID]

    def condition(self, alias: str) -> tuple[str, dict[str, Any]]:
        """SQL that holds for the rows of `alias` (a table with the type's columns) that the viewer sees."""
        if self.is_all:
            return "true", {}
        parts = [f"{alias}.id in ({CONCERNED})"]
        if self.is_some:
            columns = dict.fromkeys(part for part in (self.type.owner, self.type.opener) if part)
            parts += [f"{alias}.{column} = %(viewer)s" for column in columns]
            if self.type.unit:
                parts.append(f"{alias}.{self.type.unit} = any(%(viewer_units)s)")
        return f"({' or '.join(parts)})", {
            "viewer": self.person,
            "viewer_type": self.type.name,
            "viewer_units": list(self.units),
        }


def reach(viewer: Grants, record_type: RecordType) -> Reach:
    """How far the viewer's grants reach over the record type."""
    units: set[UUID] = set()
    for grant in viewer.controls:
        if record_type.name in grant.see and grant.scope == "team":
            units |= viewer.profile.units
        elif record_type.name in grant.see and grant.scope == "department":
            units |= viewer.profile.units_below
    return Reach(
        viewer.profile.person,
        record_type,
        viewer.sees_all(record_type.name),
        viewer.sees_some(record_type.name),
        frozenset(units),
    )
