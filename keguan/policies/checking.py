"""Everything that can be said against a pack before it is adopted, in one call: files, forms, controls, scenarios."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from keguan.policies.engines import Control
from keguan.policies.faults import Fault, Faulty
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import Pack, load_pack
from keguan.policies.scenarios import Scenario, read_scenarios

finders: "list[Callable[[Sequence[Control], Pack], Iterable[Fault]]]" = []
"""What else is looked for over a whole pack: registered by the controls when they are ready."""


@dataclass(frozen=True)
class Checked:
    """A pack without faults, with its compiled controls and its scenarios."""

    pack: Pack
    controls: tuple[Control, ...]
    scenarios: tuple[Scenario, ...]


def check_folder(folder: Path) -> Checked:
    """Check the pack in a folder; `Faulty` with every fault, by file and line."""
    pack, faults = load_pack(folder)
    if pack is None:
        raise Faulty(faults)
    return check(pack, faults)


def check(pack: Pack, faults: list[Fault] | None = None) -> Checked:
    """Check a pack that was read; `faults` are those found while reading."""
    controls, more = check_pack(pack)
    ids = {str(control.raw.get("id")) for policy in pack.policies for control in policy.controls}
    keys = {f"{policy.code}#{control.raw.get('id')}" for policy in pack.policies for control in policy.controls}
    scenarios, others = read_scenarios(pack.scenarios, pack.organisation, ids | keys)
    more += [fault for find in finders for fault in find(controls, pack)]
    if found := [*(faults or []), *more, *others]:
        raise Faulty(found)
    return Checked(pack, tuple(controls), tuple(scenarios))
