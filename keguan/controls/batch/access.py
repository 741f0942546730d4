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
    """Whether no grant let the actor act, or he might do nothing any more; never of the machinery."""
    allowed: Any = ibis.literal(False)
    for control in controls:
        names = sorted(control.verbs)
        is_creating = acts.table.verb.isin(sorted(set(creating) & control.verbs))
        may_create = (_holds(control, acts) | _lends(control, acts, is_within=False)) & is_creating
        allowed |= acts.table.verb.isin(names) & (granted(control, acts) | may_create)
    return acts.table.actor.notnull() & (acts.table.actor_gone | ~allowed)


def granted(control: AccessControl, acts: Acts) -> Any:
    """Whether the actor, or whom he stands in for, holds a role of the grant and the record is in its scope."""
    table = acts.table
    own = _holds(control, acts) & _within(control, acts, table.actor, table.actor_unit, table.actor_below)
    return own | _lends(control, acts)


def _holds(control: AccessControl, acts: Acts) -> Any:
    if EVERYONE in control.roles:
        return ibis.literal(True)
    return _any_of(control.roles, acts.table.actor_own)


def _lends(control: AccessControl, acts: Acts, *, is_within: bool = True) -> Any:
    """Whether the grant reaches the actor through somebody who delegated this verb to him."""

    def gives(one: Any) -> Any:
        covers = one["verbs"].isnull() | one["verbs"].contains(acts.table.verb)
        found = covers & _any_of(control.roles - {EVERYONE}, one["roles"])
        return found & _within(control, acts, one["person"], one["units"], one["below"]) if is_within else found

    return (acts.table.actor_lent.filter(gives).length() > 0).fill_null(False)


def _any_of(roles: Iterable[str], held: Any) -> Any:
    found: Any = ibis.literal(False)
    for role in sorted(roles):
        found |= held.contains(role).fill_null(False)
    return found


def _within(control: AccessControl, acts: Acts, person: Any, units: Any, below: Any) -> Any:
    """Whether the record lies in the grant's scope for somebody with these units."""
    if control.scope == "all":
        return ibis.literal(True)
    record_type, table = acts.type, acts.table
    found: Any = (table.n == 1) & (table.turn == 0)
    for part in (record_type.owner, record_type.opener):
        column = acts.fact(part) if part else None
        if column is not None:
            found |= (column == person).fill_null(False)
    unit = acts.fact(record_type.unit) if record_type.unit else None
    if unit is not None and control.scope in ("team", "department"):
        found |= (units if control.scope == "team" else below).contains(unit).fill_null(False)
    return found
