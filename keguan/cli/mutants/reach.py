"""Which scenarios a control can make a difference to: the others need not be run against its mutants."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from keguan.controls.models import Evidence, Obligation
from keguan.kernel.commands.rows import Rows, canonical
from keguan.policies.engines import Control
from keguan.policies.packs.pack import Pack
from keguan.policies.scenarios import Scenario

EVERYWHERE = frozenset({"access", "measure", "setting", "register", "decision"})
"""Engines whose controls are read by acts that they do not name."""

BY_TIME = frozenset({"every", "at", "while", "before", "each"})
"""Keys by which a control acts without an act."""

VERBS = "select distinct verb from kernel_event where recorded_at >= %s"


@dataclass(frozen=True)
class Footprint:
    """What happened in a scenario: verbs, and controls that left a trace."""

    verbs: frozenset[str]
    controls: frozenset[str]

    @classmethod
    def of(cls, scenario: Scenario, since: dt.datetime) -> "Footprint":
        """Taken while what the scenario did still stands."""
        verbs = {step.do for step in scenario.steps if step.do}
        verbs.update(row["verb"] for row in Rows().select(VERBS, [since]))
        controls = {*Evidence.objects.values_list("control", flat=True)}
        controls.update(Obligation.objects.values_list("control", flat=True))
        return cls(frozenset(verbs), frozenset(controls))


class Reach:
    """For each control of a pack the scenarios it may touch, those first that cite one of its rules."""

    def __init__(
        self, pack: Pack, controls: Iterable[Control], footprints: Sequence[tuple[Scenario, Footprint]]
    ) -> None:
        self._footprints = footprints
        self._compiled = {control.key: control for control in controls}
        self._written = {
            f"{policy.code}#{written.raw['id']}": written for policy in pack.policies for written in policy.controls
        }
        self._texts: Mapping[str, str] = {key: canonical(dict(one.raw)) for key, one in self._written.items()}
        self._kept: dict[str, list[Scenario]] = {}

    def of(self, control: str) -> list[Scenario]:
        """The scenarios to run against mutants of a control."""
        if control not in self._kept:
            self._kept[control] = self._find(control)
        return self._kept[control]

    def _find(self, control: str) -> list[Scenario]:
        concerned = self._with_readers(control)
        touched = [
            scenario
            for scenario, footprint in self._footprints
            if any(self._touches(key, footprint) for key in concerned)
        ]
        rules = set(self._written[control].raw.get("rules", ()))
        return sorted(touched, key=lambda scenario: not rules & scenario.rules)

    def _touches(self, key: str, footprint: Footprint) -> bool:
        control, written = self._compiled.get(key), self._written[key]
        if control is None or not control.verbs or written.engine in EVERYWHERE or BY_TIME & set(written.raw):
            return True
        return bool(control.verbs & footprint.verbs) or key in footprint.controls

    def _with_readers(self, control: str) -> set[str]:
        """The control and those that name it: `breach:close`, `covered_by: settle`, and who names these."""
        found, waiting = {control}, [control]
        while waiting:
            name = re.escape(waiting.pop().partition("#")[2])
            pattern = re.compile(rf'[":#]{name}"')
            for key, text in self._texts.items():
                if key not in found and pattern.search(text):
                    found.add(key)
                    waiting.append(key)
        return found
