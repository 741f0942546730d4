"""The batch reading of grants: whether any of them let the actor use the verb on the record as it stood."""

from collections.abc import Iterable
from typing import Any

import ibis

from keguan.controls.batch.acts import Acts
from keguan.controls.batch.outcomes import KEPT
from keguan.controls.engines.access import EVERYONE, AccessControl
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted

DIRECTORY_PARTS = ("owner", "opener", "unit")


def wanted(_control: AccessControl, record_type: RecordType) -> Wanted:
    """What scopes read: owner, opener and unit of the record."""
    parts = (getattr(record_type, part) for part in DIRECTORY_PARTS)
    return Wanted(facts=frozenset(part for part in parts if part))


def outcome(control: AccessControl, acts: Acts) -> Any:
    """Kept where this grant lets the actor act; nothing where it does not speak of him or of the record."""
    return ibis.cases((acts.table.actor.notnull() & granted(control, acts), KEPT))


def denied(controls: Iterable[AccessControl], acts: Acts, creating: Iterable[str]) -> Any:
    """Whether no grant let the actor act; never of the machinery, never of acts on approvals."""
    allowed: Any = ibis.literal(False)
    for control in controls:
        names = sorted(control.verbs)
        is_creating = acts.table.verb.isin(sorted(set(creating) & control.verbs))
        allowed |= acts.table.verb.isin(names) & (granted(control, acts) | (_holds(control, acts) & is_creating))
    return acts.table.actor.notnull() & ~allowed


def granted(control: AccessControl, acts: Acts) -> Any:
    """Whether the actor holds a role of the grant and the record lies in its scope."""
    return _holds(control, acts) & _within(control, acts)


def _holds(control: AccessControl, acts: Acts) -> Any:
    if EVERYONE in control.roles:
        return ibis.literal(True)
    found: Any = ibis.literal(False)
    for role in sorted(control.roles):
        found |= acts.table.actor_role.contains(role).fill_null(False)
    return found


def _within(control: AccessControl, acts: Acts) -> Any:
    if control.scope == "all":
        return ibis.literal(True)
    record_type, table = acts.type, acts.table
    found: Any = (table.n == 1) & (table.turn == 0)
    for part in (record_type.owner, record_type.opener):
        column = acts.fact(part) if part else None
        if column is not None:
            found |= (column == table.actor).fill_null(False)
    unit = acts.fact(record_type.unit) if record_type.unit else None
    if unit is not None and control.scope in ("team", "department"):
        units = table.actor_unit if control.scope == "team" else table.actor_below
        found |= units.contains(unit).fill_null(False)
    return found
