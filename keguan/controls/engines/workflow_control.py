"""A compiled workflow: its stages, how a new round starts, and its ruling on a verb that enters a stage."""

from dataclasses import dataclass
from typing import Any

from keguan.controls.conditions import Condition
from keguan.controls.engines.guard import KEPT, Ruling, RulingGuard, journal
from keguan.controls.scene import Scene
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType


@dataclass(frozen=True)
class Station:
    """A compiled stage."""

    name: str
    label: Label
    verbs: tuple[Verb, ...]
    skip: Condition | None
    back: frozenset[str]


@dataclass(frozen=True)
class Round:
    """How a new round starts: its verbs, the stage it starts from, the earliest stage before, facts it empties."""

    verbs: tuple[Verb, ...]
    start: str
    after: str
    empties: frozenset[str] = frozenset()

    def starts_by(self, verb: Verb) -> bool:
        """Whether the verb starts it; by its name, as a register's verbs are made anew when its words change."""
        return any(one.name == verb.name for one in self.verbs)


@dataclass(frozen=True, kw_only=True)
class WorkflowControl(RulingGuard):
    """A compiled workflow; it is asked for the verbs that enter its stages."""

    type: RecordType
    stations: tuple[Station, ...]
    round: Round | None = None

    @property
    def beginnings(self) -> frozenset[str]:
        """The verbs that begin a round: those that create the record, and those of a new round."""
        first = [verb.name for verb in self.stations[0].verbs] if self.stations else []
        return frozenset([*first, *(verb.name for verb in (self.round.verbs if self.round else ()))])

    def position(self, stage: str | None) -> int | None:
        """The place of a stage in the order; nothing for one outside."""
        return next((i for i, station in enumerate(self.stations) if station.name == stage), None)

    def target(self, verb: str) -> int:
        """The place of the stage that the verb enters; -1 for one that enters none, such as that of a new round."""
        return next((i for i, s in enumerate(self.stations) if any(one.name == verb for one in s.verbs)), -1)

    def rule(self, scene: Scene) -> Ruling | None:
        """Whether the verb may enter its stage from where the record stands, naming what must come first."""
        if scene.verb is None or scene.verb.name not in self.verbs:
            return None
        if self.round and self.round.starts_by(scene.verb):
            return self._restart(scene).under("refuse", self.trial)
        return self._ruling(scene.verb, scene).under("refuse", self.trial)

    def reads(self, scene: Scene) -> dict[str, Any]:
        """The stage, and what decided about skipping."""
        found = {f"{self.type.name}.{self.type.stage}": scene.fact(self.type.stage or "")}
        for station in self.stations:
            if station.skip:
                found |= journal(station.skip, scene)
        return found

    def _ruling(self, verb: Verb, scene: Scene) -> Ruling:  # noqa: PLR0911 – one answer for each place it may stand
        target = self.target(verb.name)
        if verb.creates:
            return KEPT
        stage = scene.fact(self.type.stage or "")
        here = self.position(stage)
        if here is None:
            words = self.type.stage_label(stage or "")
            return self._refused(
                Label(f"现在的环节“{words.zh}”不在流程里", f"the stage “{words.en}” is not part of the workflow"), None
            )
        if self.stations[target].name in self.stations[here].back:
            return KEPT
        if target <= here:
            return self._behind(here)
        for station in self.stations[here + 1 : target]:
            skipped = station.skip.test(scene) if station.skip else False
            if skipped is None and station.skip:
                return self.unknown(scene, station.skip)
            if not skipped:
                act = station.verbs[0].label
                return self._refused(
                    Label(
                        f"要先办理“{act.zh}”（{station.label.zh}），才能“{verb.label.zh}”",
                        f"“{act.en}” must come before “{verb.label.en}”",
                    ),
                    None,
                )
        return KEPT

    def _restart(self, scene: Scene) -> Ruling:
        """Whether a new round may start from where the record stands."""
        if self.round is None:
            return KEPT
        stage = scene.fact(self.type.stage or "")
        here, least = self.position(stage), self.position(self.round.after) or 0
        if here is not None and here >= least:
            return KEPT
        now, from_ = self.type.stage_label(stage or ""), self.stations[least].label
        return self._refused(
            Label(f"现在是“{now.zh}”，到“{from_.zh}”以后才能另起一轮",
                  f"the stage is “{now.en}”; a new round starts from “{from_.en}” on"),
            None,
        )  # fmt: skip

    def _behind(self, here: int) -> Ruling:
        now = self.stations[here].label
        if here == len(self.stations) - 1:
            return self._refused(
                Label(f"流程已到最后一步“{now.zh}”，不能再办理", f"the workflow has ended (“{now.en}”)"), None
            )
        next_act = self.stations[here + 1].verbs[0].label
        return self._refused(
            Label(f"这一步已经过了，现在是“{now.zh}”", f"this step is over; the stage is “{now.en}”"),
            Label(f"下一步是“{next_act.zh}”", f"the next step is “{next_act.en}”"),
        )

    def _refused(self, message: Label, cure: Label | None) -> Ruling:
        return Ruling("refused", (Reason(message, cure, self.citation),))
