"""Workflow: the stages of a record type in order, the verb that enters each, what may be skipped, the ways back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.engines.forms import Part, Several, described
from keguan.controls.engines.guard import KEPT, Guard, Needs, Ruling, journal, needs_of
from keguan.controls.engines.reading import Reader
from keguan.controls.scene import Scene
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

STAGE = Label("环节", "stage")


class StageForm(Part):
    """One stage. / 一个环节。"""

    stage: str = described("环节", "the stage")
    by: Several = described("进入此环节的动作", "the verbs that enter it")
    skip: Any = described("可以跳过此环节的条件", "when the stage may be skipped (condition)", None)
    back: Several = described("从此环节可以退回的环节", "stages to which one may go back from here", ())


class WorkflowForm(ControlForm):
    """流程：记录依次经过的环节。 / The stages of a record in order."""

    of: str = described("记录类型", "the record type")
    stages: tuple[StageForm, ...] = described("环节，按先后", "the stages in order")


@dataclass(frozen=True)
class Station:
    """A compiled stage."""

    name: str
    label: Label
    verbs: tuple[Verb, ...]
    skip: Condition | None
    back: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class WorkflowControl(Guard):
    """A compiled workflow; it is asked for the verbs that enter its stages."""

    type: RecordType
    stations: tuple[Station, ...]

    def position(self, stage: str | None) -> int | None:
        """The place of a stage in the order; nothing for one outside."""
        return next((i for i, station in enumerate(self.stations) if station.name == stage), None)

    def target(self, verb: str) -> int:
        """The place of the stage that the verb enters."""
        return next(i for i, s in enumerate(self.stations) if any(one.name == verb for one in s.verbs))

    def rule(self, scene: Scene) -> Ruling | None:
        """Whether the verb may enter its stage from where the record stands, naming what must come first."""
        return self._ruling(scene.verb, scene).under("refuse", self.trial) if scene.verb else None

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
                    Label(f"请先办理“{act.zh}”", f"do “{act.en}” first"),
                )
        return KEPT

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


class Workflow:
    """The engine `workflow`."""

    name = "workflow"
    label = Label("流程", "Workflow")
    form: type[ControlForm] = WorkflowForm

    def compile(self, form: WorkflowForm, place: Place, book: BookDraft) -> WorkflowControl:
        """The workflow with stages, verbs and their order checked."""
        read = Reader(book, place)
        record_type = book.record_type(form.of, place, "of")
        stations = tuple(self._stations(form, record_type, read)) if record_type else ()
        needs = Needs()
        for station in stations:
            if station.skip and record_type:
                needs |= needs_of(station.skip, record_type.name)
        return WorkflowControl(
            **Control.common(self.name, form, place),
            says=_sentence(record_type, stations),
            verbs=frozenset(verb.name for station in stations for verb in station.verbs),
            missing=tuple(dict.fromkeys(read.missing)),
            gate=ALWAYS,
            needs=needs,
            type=record_type or RecordType(form.of, Label(form.of, form.of), "", ()),
            stations=stations,
        )

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Two workflows for one record type."""
        seen: dict[str, WorkflowControl] = {}
        for control in controls:
            if isinstance(control, WorkflowControl):
                first = seen.setdefault(control.type.name, control)
                if first is not control:
                    words = control.type.label
                    yield control.place.fault(
                        Label(
                            f"“{words.zh}”已有流程（{first.clause} {first.key}）",
                            f"{words.en} already has a workflow ({first.clause} {first.key})",
                        ),
                        Label("两个流程合成一个", "make the two one"),
                        "of",
                    )

    def _stations(self, form: WorkflowForm, record_type: RecordType, read: Reader) -> Iterator[Station]:
        order = [part.stage for part in form.stages]
        known = [stage.name for stage in record_type.stages]
        entered: dict[str, str] = {}
        for i, part in enumerate(form.stages):
            path = ("stages", i)
            if part.stage not in known:
                read.book.report(read.place.unknown(STAGE, part.stage, known, *path, "stage"))
            if part.stage in order[:i]:
                read.fault(
                    f"环节“{part.stage}”写了两次",
                    f"the stage {part.stage} stands twice",
                    "删去一处",
                    "leave one out",
                    *path,
                    "stage",
                )
            for name in part.back:
                if name not in order[: i + 1]:
                    read.fault(
                        f"不能从“{part.stage}”退回“{name}”：它不在前面",
                        f"{name} does not come before {part.stage}",
                        "退回只能到前面的环节",
                        "go back to an earlier stage",
                        *path,
                        "back",
                    )
            verbs = tuple(
                verb for j, name in enumerate(part.by) if (verb := read.book.verb(name, read.place, *path, "by", j))
            )
            for verb in verbs:
                self._check(verb, part.stage, i, record_type, entered, read)
                entered[verb.name] = part.stage
            names = read.names(record_type)
            yield Station(
                part.stage,
                record_type.stage_label(part.stage),
                verbs,
                None if part.skip is None else read.condition(part.skip, names, *path, "skip"),
                frozenset(part.back),
            )

    def _check(
        self, verb: Verb, stage: str, i: int, record_type: RecordType, entered: dict[str, str], read: Reader
    ) -> None:
        path = ("stages", i, "by")
        if verb.on != record_type.name:
            read.fault(
                f"{verb.name} 办理的不是“{record_type.label.zh}”",
                f"{verb.name} does not act on {record_type.name}",
                f"换成 {record_type.name}.* 的动作",
                f"use a verb of {record_type.name}",
                *path,
            )
        elif verb.enters != stage:
            others = [one.name for one in read.book.vocabulary.verbs_on(record_type.name) if one.enters == stage]
            where = f"“{verb.enters}”" if verb.enters else "任何环节以外"
            where_en = f"the stage {verb.enters}" if verb.enters else "no stage"
            read.fault(
                f"{verb.name} 进入的是{where}，不是“{stage}”",
                f"{verb.name} enters {where_en}, not {stage}",
                f"可用：{'、'.join(others) or '无'}",
                f"verbs that enter it: {', '.join(others) or 'none'}",
                *path,
            )
        if verb.name in entered:
            read.fault(
                f"{verb.name} 已用于环节“{entered[verb.name]}”",
                f"{verb.name} already enters {entered[verb.name]}",
                "一个动作只进入一个环节",
                "a verb enters one stage only",
                *path,
            )
        if verb.creates is not (i == 0):
            zh = "新建记录的动作只能进入第一个环节" if verb.creates else "第一个环节要由新建记录的动作进入"
            read.fault(
                f"{zh}：{verb.name}",
                f"a creating verb enters the first stage: {verb.name}",
                "调整环节的次序",
                "change the order of the stages",
                *path,
            )


def _sentence(record_type: RecordType | None, stations: Sequence[Station]) -> Label:
    words = record_type.label if record_type else Label("记录", "record")
    steps = [
        Label(
            s.label.zh + ("（可跳过）" if s.skip else ""), s.label.en.lower() + (" (may be skipped)" if s.skip else "")
        )
        for s in stations
    ]
    line = join(steps, " → ", " → ")
    return Label(f"{words.zh}依次经过：{line.zh}", f"a {words.en.lower()} passes through: {line.en}")
