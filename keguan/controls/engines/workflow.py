"""Workflow: the stages of a record type in order, the verbs that enter each, what may be skipped, ways back, rounds.

A round is one passage through the stages. The version that was in force when it began judges it to its end.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import Field

from keguan.controls.conditions import ALWAYS
from keguan.controls.engines.forms import Part, Several, described
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.prohibition import ProhibitionControl
from keguan.controls.engines.reading import Reader
from keguan.controls.engines.workflow_control import Round, Station, WorkflowControl
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


class RoundForm(Part):
    """新一轮：从哪个动作起，回到哪个环节。 / A new round."""

    by: Several = described("开始新一轮的动作", "the verbs that start a new round")
    start: str = Field(alias="from", description="回到的环节 / the stage from which it starts")
    after: str | None = described("最早到哪个环节之后才可", "the earliest stage from which it may start", None)
    keeps: Any = described("form 保留全部内容；或列出保留的字段", "form keeps everything; or a list of facts", "form")


class WorkflowForm(ControlForm):
    """流程：记录依次经过的环节。 / The stages of a record in order."""

    of: str = described("记录类型", "the record type")
    stages: tuple[StageForm, ...] = described("环节，按先后", "the stages in order")
    round: RoundForm | None = described("如何开始新的一轮", "how a new round starts", None)


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
        again = self._round(form.round, record_type, stations, read) if form.round and record_type else None
        needs = Needs()
        for station in stations:
            if station.skip and record_type:
                needs |= needs_of(station.skip, record_type.name)
        return WorkflowControl(
            **Control.common(self.name, form, place),
            says=_sentence(record_type, stations, again),
            verbs=frozenset(verb.name for station in stations for verb in station.verbs)
            | frozenset(verb.name for verb in (again.verbs if again else ())),
            missing=tuple(dict.fromkeys(read.missing)),
            gate=ALWAYS,
            needs=needs,
            type=record_type or RecordType(form.of, Label(form.of, form.of), "", ()),
            stations=stations,
            round=again,
        )

    def _round(
        self, form: RoundForm, record_type: RecordType, stations: Sequence[Station], read: Reader
    ) -> Round | None:
        order = [station.name for station in stations]
        for key, stage in (("from", form.start), ("after", form.after)):
            if stage is not None and stage not in order:
                read.book.report(read.place.unknown(STAGE, stage, order, "round", key))
                return None
        verbs = tuple(
            verb for i, name in enumerate(form.by) if (verb := read.book.verb(name, read.place, "round", "by", i))
        )
        entering = {verb.name for station in stations for verb in station.verbs}
        for verb in verbs:
            if verb.on != record_type.name or verb.creates or verb.name in entering:
                read.fault(
                    f"{verb.name} 不能开始新的一轮", f"{verb.name} cannot start a new round",
                    f"写一个办理 {record_type.name}、又不进入上面环节的动作",
                    f"use a verb of {record_type.name} that enters none of the stages above", "round", "by",
                )  # fmt: skip
            elif verb.enters not in (None, form.start):
                read.fault(
                    f"{verb.name} 进入的是“{verb.enters}”，不是“{form.start}”",
                    f"{verb.name} enters {verb.enters}, not {form.start}", f"from 写 {verb.enters}",
                    f"write from: {verb.enters}", "round", "from",
                )  # fmt: skip
        after = form.after or order[min(order.index(form.start) + 1, len(order) - 1)]
        return Round(verbs, form.start, after, self._emptied(form, record_type, stations, read))

    def _emptied(
        self, form: RoundForm, record_type: RecordType, stations: Sequence[Station], read: Reader
    ) -> frozenset[str]:
        """The facts that the acts of the stages after the start had filled in, except those that are kept."""
        if form.keeps == "form":
            return frozenset()
        kept = [form.keeps] if isinstance(form.keeps, str) else list(form.keeps)
        for i, name in enumerate(kept):
            read.book.fact(record_type.name, str(name), read.place, "round", "keeps", i)
        order = [station.name for station in stations]
        later = stations[order.index(form.start) + 1 :]
        filled = {argument.name for station in later for verb in station.verbs for argument in verb.arguments}
        parts = {record_type.owner, record_type.unit, record_type.stage, record_type.declared, record_type.code}
        return frozenset(name for name in filled if name in record_type.by_name) - frozenset(kept) - parts

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Two workflows for one record type; stages that no record can reach."""
        yield from _unreached(controls)
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


def _unreached(controls: Sequence[Control]) -> Iterator[Fault]:
    """Stages whose every verb is forbidden outright: nothing ever enters them."""
    forbidden = {
        verb
        for control in controls
        if isinstance(control, ProhibitionControl) and control.gate.is_always and not control.trial
        and control.effect == "refuse" and control.starts is None and control.until is None
        for verb in control.verbs
    }  # fmt: skip
    for control in controls:
        if isinstance(control, WorkflowControl):
            for i, station in enumerate(control.stations):
                if station.verbs and all(verb.name in forbidden for verb in station.verbs):
                    yield control.place.fault(
                        Label(f"“{station.label.zh}”永远到不了：它的动作都被禁止",
                              f"the stage {station.label.en} is never reached: its acts are forbidden"),
                        Label("删去这个环节，或放开一个动作", "leave the stage out, or allow one of the acts"),
                        "stages", i, "by",
                    )  # fmt: skip


def _sentence(record_type: RecordType | None, stations: Sequence[Station], again: Round | None) -> Label:
    words = record_type.label if record_type else Label("记录", "record")
    steps = [
        Label(
            s.label.zh + ("（可跳过）" if s.skip else ""), s.label.en.lower() + (" (may be skipped)" if s.skip else "")
        )
        for s in stations
    ]
    line = join(steps, " → ", " → ")
    if again is not None:
        acts = join([verb.label for verb in again.verbs], "或", " or ")
        line = Label(f"{line.zh}；“{acts.zh}”另起一轮", f"{line.en}; “{acts.en}” starts a new round")
    return Label(f"{words.zh}依次经过：{line.zh}", f"every {words.en.lower()} passes through: {line.en}")
