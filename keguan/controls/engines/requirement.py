"""Requirement: a verb needs fields, files, earlier acts, or that a statement is true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.engines.forms import Several, Words, described
from keguan.controls.engines.guard import EFFECTS, Effect, Guard, Needs, Ruling, journal, needs_of
from keguan.controls.engines.reading import Act, Reader, acts_label
from keguan.controls.scene import Scene
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import empty
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import Fact, RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

FILES = ("files", "attachments")


class RequirementForm(ControlForm):
    """要求：办理某个动作之前必须具备什么。 / What an act needs."""

    of: Several = described("受要求的动作", "the verbs that need it")
    when: Any = described("何时适用（条件）", "when it applies (condition)", None)
    unless: Any = described("何时不适用（条件）", "when it does not apply (condition)", None)
    fields: Several = described("办理后不得为空的字段", "facts that must not be empty afterwards", ())
    files: int | None = described("至少要有的附件数", "how many files there must be at least", None)
    done: Any = described("须先办过的动作", "acts that must have been done before", None)
    that: Any = described("必须为真的条件；列表要全部为真", "conditions that must hold; all of a list", None)
    effect: Effect = described("不满足时：refuse 拒绝、warn 提醒、record 只记录", "what happens otherwise", "refuse")
    says: Words | None = described("不满足时给人看的话", "what people read when it is not met", None)


@dataclass(frozen=True, kw_only=True)
class RequirementControl(Guard):
    """A compiled requirement."""

    fields: tuple[Fact, ...]
    files: int
    files_list: str
    done: tuple[Act, ...]
    that: Condition
    effect: Effect
    message: Label | None

    def rule(self, scene: Scene) -> Ruling | None:
        """Everything that is lacking, at once."""
        applies = self.gate.test(scene)
        if applies is False:
            return None
        ruling = self.unknown(scene, self.gate) if applies is None else self._ruling(scene)
        return ruling.under(self.effect, self.trial)

    def reads(self, scene: Scene) -> dict[str, Any]:
        """The facts of the gate and of the statement."""
        return journal(self.gate, scene) | journal(self.that, scene)

    def _ruling(self, scene: Scene) -> Ruling:
        reasons: list[Reason] = []
        announced: list[Reason] = []
        for fact in self.fields:
            if empty(scene.after(fact.name)):
                late = scene.is_preview and fact.name in scene.arguments
                (announced if late else reasons).append(self._lacks(fact))
        if self.files and len(scene.lists.get(self.files_list, ())) < self.files:
            reasons.append(self._reason(
                Label(f"至少要有 {self.files} 个附件", f"at least {self.files} file(s) are needed"),
                Label("请先上传附件", "upload them first"),
            ))  # fmt: skip
        reasons += [
            self._reason(Label(f"要先办理“{act.verb.label.zh}”", f"“{act.verb.label.en}” must be done first"), None)
            for act in self.done
            if not scene.done((act.verb.name,))
        ]
        holds = self.that.test(scene)
        if holds is None:
            unknown = self.unknown(scene, self.that)
            if unknown.reasons or not reasons:
                return Ruling(unknown.outcome, (*reasons, *unknown.reasons), (*announced, *unknown.warnings))
        elif not holds:
            words = self.that.label()
            reasons.append(self._reason(
                self.message or Label(f"须满足：{words.zh}", f"this must hold: {words.en}"), None
            ))  # fmt: skip
        if not reasons:
            return Ruling("kept", (), tuple(announced))
        return Ruling("refused", tuple(reasons), tuple(announced))

    def _lacks(self, fact: Fact) -> Reason:
        return Reason(
            self.message or Label(f"要填“{fact.label.zh}”", f"“{fact.label.en}” must be filled in"),
            Label(f"请补填“{fact.label.zh}”后再提交", f"fill in “{fact.label.en}” and submit again"),
            self.citation,
            fact.name,
            "missing",
        )

    def _reason(self, message: Label, cure: Label | None) -> Reason:
        return Reason(self.message or message, cure, self.citation)


class Requirement:
    """The engine `requirement`."""

    name = "requirement"
    label = Label("要求", "Requirement")
    form: type[ControlForm] = RequirementForm

    def compile(self, form: RequirementForm, place: Place, book: BookDraft) -> RequirementControl:
        """The requirement with names, fields and conditions checked."""
        read = Reader(book, place)
        verbs = [verb for i, name in enumerate(form.of) for verb in book.verbs(name, place, "of", i)]
        record_type = read.one_type(verbs, "of")
        gate, that, fields = ALWAYS, ALWAYS, []
        done = read.acts(form.done, "done")
        needs = Needs(acts=frozenset(act.verb.name for act in done))
        files_list = ""
        if record_type:
            names = read.names(record_type, *verbs)
            gate = read.gate(form.when, form.unless, names)
            that = read.condition(form.that, names, "that", lists="all")
            fields = [found for i, name in enumerate(form.fields)
                      if (found := _field(name, record_type, verbs, book, place, i))]  # fmt: skip
            files_list = _files(form, record_type, read)
            needs |= needs_of(gate, record_type.name) | needs_of(that, record_type.name)
            if files_list:
                needs |= Needs(lists=frozenset({files_list}))
        for act in done:
            if not act.when.is_always:
                read.not_yet("done … when", "done")
        if not (form.fields or form.files or form.done or form.that):
            read.fault("没有写明要求什么", "it does not say what is required", "写 fields、files、done 或 that",
                       "give fields, files, done or that")  # fmt: skip
        return RequirementControl(
            **Control.common(self.name, form, place),
            says=_sentence(form, verbs, gate, that, fields, done),
            verbs=frozenset(verb.name for verb in verbs),
            missing=tuple(dict.fromkeys(read.missing)),
            gate=gate,
            needs=needs,
            covers=gate.controls() | that.controls(),
            fields=tuple(fields),
            files=form.files or 0,
            files_list=files_list,
            done=done,
            that=that,
            effect=form.effect,
            message=form.says.label if form.says else None,
        )

    def checks(self, _controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Nothing shows only over all controls."""
        return ()


def _field(
    name: str, record_type: RecordType, verbs: Sequence[Verb], book: BookDraft, place: Place, i: int
) -> Fact | None:
    for verb in verbs:
        if argument := verb.argument(name):
            return Fact(argument.name, argument.kind, argument.label, argument.personal)
    return book.fact(record_type.name, name.removeprefix(f"{record_type.name}."), place, "fields", i)


def _files(form: RequirementForm, record_type: RecordType, read: Reader) -> str:
    if not form.files:
        return ""
    for line in record_type.lines:
        if line.name in FILES:
            return line.name
    read.fault(f"“{record_type.label.zh}”没有附件", f"{record_type.label.en} has no files",
               "删去 files", "leave out files", "files")  # fmt: skip
    return ""


def _sentence(
    form: RequirementForm, verbs: Sequence[Verb], gate: Condition, that: Condition, fields: Sequence[Fact],
    done: Sequence[Act],
) -> Label:  # fmt: skip
    acts = join([verb.label for verb in verbs])
    zh, en = [], []
    if fields:
        words = join([fact.label for fact in fields])
        zh.append(f"填写{words.zh}")
        en.append(f"{words.en} must be filled in")
    if form.files:
        zh.append(f"附上至少 {form.files} 个文件")
        en.append(f"at least {form.files} file(s) must be attached")
    if done:
        words = acts_label(done)
        zh.append(f"先办过{words.zh}")
        en.append(f"{words.en} must have been done")
    if not that.is_always:
        words = that.label()
        zh.append(f"满足“{words.zh}”")
        en.append(f"it must hold that {words.en}")
    first_zh = "" if gate.is_always else f"{gate.label().zh}时，"
    first_en = "" if gate.is_always else f"when {gate.label().en}, "
    tail = EFFECTS[form.effect]
    last_zh = "" if form.effect == "refuse" else f"，否则{tail.zh}"
    last_en = "" if form.effect == "refuse" else f"; otherwise it is {tail.en}"
    return Label(f"{first_zh}“{acts.zh}”前须{'，并'.join(zh)}{last_zh}",
                 f"{first_en}before “{acts.en}” {' and '.join(en)}{last_en}")  # fmt: skip
