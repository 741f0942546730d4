"""What a back-test says: figures by control, and what comes out otherwise. Counts nothing itself."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from keguan.kernel.records.labels import Label
from keguan.policies.engines import Control

WORDS = {
    "applied": Label("适用", "applied"), "passed": Label("试行通过", "passed on trial"),
    "overridden": Label("例外放行", "overridden"), "waived": Label("豁免", "waived"),
    "kept": Label("做到", "kept"), "refused": Label("拒绝", "refused"), "warned": Label("提醒", "warned"),
    "recorded": Label("只记录", "recorded"), "waiting": Label("要审批", "asked"), "done": Label("执行", "done"),
    "undetermined": Label("无法判断", "undetermined"), "unrecorded": Label("未曾记录", "not recorded"),
    "opened": Label("起算", "opened"), "broken": Label("逾期", "broken"), "kept_late": Label("逾期后做到", "kept late"),
    "cancelled": Label("取消", "cancelled"), "observed": Label("观察", "observed"),
    "dismissed": Label("不成立", "dismissed"), "running": Label("进行中", "running"),
}  # fmt: skip


@dataclass
class Figures:
    """What one control did over the period: how often each outcome, by the draft and by what was in force then."""

    control: Control
    now: dict[str, int] = field(default_factory=dict)
    then: dict[str, int] = field(default_factory=dict)
    is_gone: bool = False
    differs: int = 0
    is_read: bool = True

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "control": self.control.key, "clause": self.control.clause, "engine": self.control.engine,
            "says": self.control.says.as_json(), "is_gone": self.is_gone, "is_read": self.is_read,
            "differs": self.differs, "now": self.now, "then": self.then,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One act or obligation of which the draft says something else: which record, when, what then, what now."""

    control: str
    clause: str
    code: str
    object: str
    verb: str
    happened_at: dt.datetime
    event: str
    then: str | None
    now: str | None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {name: getattr(self, name) for name in self.__slots__} | {"happened_at": self.happened_at.isoformat()}


@dataclass
class Backtest:
    """The result: figures by control in the order of the draft's clauses, and what differs, oldest first.

    `changes` lists at most ten thousand of each control; `differs` of its figures is the whole number.
    """

    since: dt.datetime | None
    until: dt.datetime | None
    now: dt.datetime
    acts: int = 0
    figures: list[Figures] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "as_of": self.now.isoformat(), "acts": self.acts, "controls": [one.as_json() for one in self.figures],
            "changes": [one.as_json() for one in self.changes],
        }  # fmt: skip
