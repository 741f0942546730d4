"""How far controls are kept: what was counted since a moment among the records the viewer sees, and the share kept.

Every figure and share of every page and of REST comes from here, so that one word means one thing.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.queries.deciding import decided_rows
from keguan.controls.queries.evidence import Tally, running, tally
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.policies.engines import Control

JUDGED = (
    "deadline", "approval", "requirement", "prohibition", "workflow", "reaction", "decision", "measure", "conduct",
)  # fmt: skip
"""Engines that leave evidence of what they did."""
OUTCOMES = (
    "kept", "broken", "kept_late", "cancelled", "waived", "refused", "waiting", "warned", "recorded", "undetermined",
    "done", "decided", "overridden", "observed", "dismissed", "passed", "timed_out", "lapsed",
)  # fmt: skip
"""What controls come to; `broken` counts every breach, done late or not, `waiting` what was sent for consent."""
NEVER_KEPT = ("reaction", "decision")
"""Engines that act and are not kept: they have figures, but no share."""
FAILED = frozenset(("broken", "warned", "undetermined", "recorded"))
"""What counts against a control; a refusal or a request for consent is the control doing its work."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted for some controls since a moment: outcomes by unit, clocks that run, decided rows of tables."""

    since: dt.datetime
    tally: Tally = field(default_factory=dict)
    running: Mapping[str, int] = field(default_factory=dict)
    decided: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def of(self, key: str, outcome: str) -> int:
        """How often a control came to an outcome."""
        return sum(self.tally.get((key, outcome), {}).values())

    def judged(self, controls: Iterable[Control]) -> tuple[int, int]:
        """How often several controls were kept, and how often they were judged.

        What is not configured or on trial is left out, and so are reactions: they tell, they are not kept.
        """
        counts = [
            self._judged(control)
            for control in controls
            if control.is_configured and not control.trial and control.engine not in NEVER_KEPT
        ]
        return sum(kept for kept, _ in counts), sum(judged for _, judged in counts)

    def share(self, control: Control) -> float | None:
        """Kept ÷ judged of one control, on trial or not; nothing where nothing was judged."""
        kept, judged = self._judged(control) if control.engine not in NEVER_KEPT else (0, 0)
        return kept / judged if judged else None

    def share_of(self, controls: Iterable[Control]) -> float | None:
        """Kept ÷ judged over several controls; nothing where nothing was judged."""
        kept, judged = self.judged(controls)
        return kept / judged if judged else None

    def _judged(self, control: Control) -> tuple[int, int]:
        kept = self.of(control.key, "kept")
        return kept, kept + sum(self.of(control.key, outcome) for outcome in FAILED)


def quarter_start(now: dt.datetime) -> dt.datetime:
    """When the quarter began at the company."""
    local = now.astimezone(COMPANY_ZONE)
    return local.replace(month=(local.month - 1) // 3 * 3 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


def figures(controls: Iterable[Control], among: Q, since: dt.datetime | None = None) -> Figures:
    """What was counted since a moment (else the quarter's start) for these controls. Four statements at most."""
    judged = [control for control in controls if control.engine in JUDGED]
    start = since or quarter_start(clock.now())
    deadlines = [control.key for control in judged if control.engine == "deadline"]
    tables = [control for control in judged if isinstance(control, ApprovalControl) and len(control.table.rows) > 1]
    return Figures(
        start,
        tally([control.key for control in judged], start, among),
        running(deadlines, among) if deadlines else {},
        decided_rows(tables, start, among) if tables else {},
    )


def broken_in(found: Figures) -> set[UUID]:
    """The units in which something was broken."""
    return {unit for (_, outcome), units in found.tally.items() if outcome == "broken" for unit in units if unit}
