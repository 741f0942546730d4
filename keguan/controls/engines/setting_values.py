"""Comparing the values of settings, and which clause gives one: the nearest unit, within the floor above."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.controls.conditions.faults import TermFault
from keguan.controls.scene import Scene
from keguan.controls.terms import Form, parse_term
from keguan.kernel.records.kinds import Kind, Money, Text
from keguan.kernel.records.vocabulary import Setting as Product

if TYPE_CHECKING:
    from keguan.controls.engines.setting import SettingControl

LOWER = ("may only shorten", "may only raise", "free")
DAY = 86400
UNIT_SECONDS = {
    "minute": 60, "hour": 3600, "day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY,
    "working_minute": 60, "working_hour": 3600, "working_day": DAY,
}  # fmt: skip
Units = Callable[[], Mapping[UUID, tuple[str, UUID | None]]]
"""Every unit: its name, and the one it belongs to."""


def seconds(value: Any) -> tuple[int, bool] | None:
    """How long a term is, roughly, and whether it counts working time; nothing for what is no span."""
    try:
        term = parse_term(str(value))
    except TermFault:
        return None
    if term.form is Form.SAME_DAY:
        return DAY, False
    if term.form is not Form.SPAN or term.unit not in UNIT_SECONDS:
        return None
    return term.count * UNIT_SECONDS[term.unit], term.unit.startswith("working")


def rank(kind: Kind, value: Any, order: Sequence[str]) -> Any:
    """What values are compared by; nothing where they have no order."""
    if value in order:
        return order.index(value)
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, int | Decimal | dt.date | dt.time) and not isinstance(value, bool):
        return value
    if isinstance(kind, Text) and (found := seconds(value)):
        return found[0]
    return None


def may(how: str, kind: Kind, value: Any, above: Any, order: Sequence[str]) -> bool:
    """Whether a lower unit may have this value under the value above it."""
    low, high = rank(kind, value, order), rank(kind, above, order)
    if how == "free" or value == above or above is None:
        return True
    if low is None or high is None or type(low) is not type(high):
        return False
    return bool(low <= high if how == "may only shorten" else low >= high)


def in_force(
    controls: Sequence["SettingControl"], product: Product, scene: Scene, units: Units | None
) -> tuple[Any, "SettingControl | None"]:
    """The value for a record and the clause that gives it: the nearest unit's, if every clause above allows it."""
    value, by = product.default, None
    above: list[tuple[Any, SettingControl]] = []
    for control in along(controls, scene, units):
        decides, found = control.value_for(scene)
        if decides and all(may(one.lower_units, product.kind, found, was, one.order) for was, one in above):
            value, by = found, control
            above.append((found, control))
    return value, by


def along(controls: Sequence["SettingControl"], scene: Scene, units: Units | None) -> list["SettingControl"]:
    """The clauses that concern the record's unit: the company's first, the nearest unit's last."""
    found = [control for control in controls if control.unit is None]
    if len(found) == len(controls) or units is None:
        return found
    known = units()
    chain: list[str] = []
    here = unit_of(scene)
    while here in known and len(chain) < len(known):
        name, here = known[here]
        chain.append(name)
    for name in reversed(chain):
        found += [control for control in controls if control.unit == name]
    return found


def unit_of(scene: Scene) -> Any:
    """The unit where the record counts, or is to count by what is given; else that of the person who acts."""
    own = scene.after(scene.type.unit) if scene.type.unit else None
    return own or (scene.profile.unit if scene.profile else None)
