"""Units that a pack's clauses name, and that its own organisation does not have: a rule for them would never hold."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from keguan.controls.conditions import Condition
from keguan.controls.conditions.faults import nearest
from keguan.controls.conditions.standings import units_named
from keguan.controls.engines.setting import SettingControl
from keguan.kernel.records.labels import Label
from keguan.policies.engines import Control, Fault
from keguan.policies.packs.forms import UnitForm
from keguan.policies.packs.pack import Pack

SKIPPED = ("place", "form", "says", "message", "type", "needs")


def unknown_units(controls: Sequence[Control], pack: Pack) -> Iterable[Fault]:
    """Clauses that name a unit which the pack's organisation has not; nothing where it has no organisation."""
    if pack.organisation is None:
        return
    codes = {unit.unit: unit.zh for unit in _every(pack.organisation.units)}
    own = {policy.code for policy in pack.policies}
    for control in controls:
        if control.place.policy not in own:
            continue
        for name in sorted(named_by(control) - {*codes, *codes.values()}):
            yield _fault(control, name, [*codes.values(), *codes])
        unit = control.unit if isinstance(control, SettingControl) else None
        if unit is not None and unit not in codes.values():
            # a setting is written for the unit of that name
            yield _fault(control, unit, [codes[unit]] if unit in codes else list(codes.values()))


def named_by(control: Control) -> frozenset[str]:
    """The units that a control's conditions name, by code or name."""
    found: set[str] = set()
    for field in dataclasses.fields(control):
        if field.name not in SKIPPED:
            for condition in _conditions(getattr(control, field.name)):
                found.update(units_named(condition.tree))
    return frozenset(found)


def _fault(control: Control, name: str, known: Sequence[str]) -> Fault:
    near = known if len(known) == 1 else nearest(name, known)
    cure = Label(f"是不是 {near[0]}？", f"did you mean {near[0]}?") if near else Label(
        "在 organisation.yaml 里设立它，或换一个单位", "open it in organisation.yaml, or name another unit"
    )  # fmt: skip
    message = Label(f"组织里没有叫“{name}”的单位，{control.id} 永远对不上",
                    f"the organisation has no unit called {name}: {control.id} would never find it")  # fmt: skip
    return control.place.fault(message, cure)


def _every(units: Iterable[UnitForm]) -> Iterator[UnitForm]:
    for unit in units:
        yield unit
        yield from _every(unit.units)


def _conditions(part: Any) -> Iterator[Condition]:
    if isinstance(part, Condition):
        yield part
    elif dataclasses.is_dataclass(part) and not isinstance(part, type):
        if type(part).__module__.startswith("keguan.controls."):
            for field in dataclasses.fields(part):
                yield from _conditions(getattr(part, field.name))
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from _conditions(value)
    elif isinstance(part, tuple | list):
        for value in part:
            yield from _conditions(value)
