"""Requirement: a verb needs fields, files, signatures, earlier acts, or that a statement is true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.engines.also import read_also
from keguan.controls.engines.earlier import Earlier, read_earlier
from keguan.controls.engines.forms import Several, Words, described
from keguan.controls.engines.guard import EFFECTS, Asked, Effect, Needs, Ruling, RulingGuard, journal, needs_of
from keguan.controls.engines.reading import Reader
from keguan.controls.engines.signing import Signatures, read_signatures
from keguan.controls.people import Actor, PersonFact, Requester
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
    signatures: Any = described("须签字的人，各一；列表要每一个", "who must sign, one each; each of a list", None)
    in_order: bool = described("签字须按先后", "whether the signatures come in this order", False)
    done: Any = described(
        "须先办过的动作，可写 {verb, when, by, since}", "acts that must come before; {verb, when, by, since}", None
    )
    that: Any = described("必须为真的条件；列表要全部为真", "conditions that must hold; all of a list", None)
    effect: Effect = described("不满足时：refuse 拒绝、warn 提醒、record 只记录", "what happens otherwise", "refuse")
    also: Any = described("不满足时随即办理的动作", "a verb that follows when it is not met", None)
    says: Words | None = described("不满足时给人看的话", "what people read when it is not met", None)


@dataclass(frozen=True, kw_only=True)
class RequirementControl(RulingGuard):
    """A compiled requirement."""

    fields: tuple[Fact, ...]
    files: int
    files_list: str
    done: tuple[Earlier, ...]
    signatures: Signatures | None
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

    def questions(self, scene: Scene) -> Sequence[Asked]:
        """Who must have signed, then who must have done what was to be done before."""
        if self.gate.test(scene) is False:
            return ()
        signing = self.signatures.questions(scene) if self.signatures else []
        return [*signing, *(asked for one in self.done for asked in one.questions(scene))]

    def reads(self, scene: Scene) -> dict[str, Any]:
        """The facts of the gate and of the statement, who had signed, and whether the earlier acts were done."""
        found = journal(self.gate, scene) | journal(self.that, scene)
        if self.signatures is not None:
            signed = [[one.signer, one.is_valid] for one in scene.signatures or ()]
            found[f"signatures.{self.id}"] = {
                "signed": signed, "asked": [list(one) for one in self._signers(scene)]
            }  # fmt: skip
        if self.done:
            found[f"done.{self.id}"] = [one.was_done(scene, by) for one, by in self._doers(scene)]
        return found

    def _signers(self, scene: Scene) -> Sequence[Sequence[UUID]]:
        count = len(self.signatures.questions(scene)) if self.signatures else 0
        return scene.people.get(self.key, ())[:count]

    def _doers(self, scene: Scene) -> list[tuple[Earlier, Sequence[UUID] | None]]:
        answers = iter(scene.people.get(self.key, ())[len(self._signers(scene)) :])
        return [(one, next(answers, ()) if one.by else None) for one in self.done]

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
        for one, by in self._doers(scene):
            was_done = one.was_done(scene, by)
            if was_done is None:
                reasons.append(self.undecided())
            elif not was_done:
                words = one.label
                reasons.append(self._reason(Label(f"要先办理{words.zh}", f"{words.en} must be done first"), None))
        if self.signatures is not None:
            unsigned = self._unsigned(self.signatures, scene)
            (announced if scene.is_preview else reasons).extend(unsigned)
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

    def _unsigned(self, signatures: Signatures, scene: Scene) -> list[Reason]:
        """Who still has to sign; what was signed before facts changed is to be signed again."""
        if lists := signatures.unknown(scene):
            return [
                self._reason(
                    Label(f"“{words.zh}”还没有填，不知道由谁签字", f"“{words.en}” is empty: nobody to sign is known"),
                    Label("请先补填再办理", "fill it in first"),
                )
                for words in lists
            ]
        words = join(list(dict.fromkeys(signatures.missing(scene, self._signers(scene)))))
        if not words.zh:
            return []
        is_void = any(not one.is_valid for one in scene.signatures or ())
        message = Label(f"还须由{words.zh}签字", f"still to be signed by {words.en}")
        if is_void:
            message = Label(
                f"{message.zh}；签字以后内容改过，原签字已失效",
                f"{message.en}; what was signed before has changed since and no longer counts",
            )
        return [self._reason(message, Label("请他们在这条记录上签字后再办", "let them sign on this record first"))]

    def _lacks(self, fact: Fact) -> Reason:
        """What is to be filled in; that is the cure as well, unless the policy says it in words of its own."""
        message = Label(f"要填“{fact.label.zh}”", f"“{fact.label.en}” must be filled in")
        fill = Label(f"请补填“{fact.label.zh}”后再提交", f"fill in “{fact.label.en}” and submit again")
        cure = fill if self.message else None
        return Reason(self.message or message, cure, self.citation, fact.name, "missing")

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
        done: tuple[Earlier, ...] = ()
        signatures, also, needs = None, None, Needs()
        files_list = ""
        if record_type:
            names = read.names(record_type, *verbs)
            done = read_earlier(read, form.done, record_type, "done")
            signatures = read_signatures(read, form.signatures, form.in_order, names)
            also = read_also(read, form.also, record_type, names, "also")
            for one in done:
                needs |= one.needs | (read.people_needs(one.by, record_type) if one.by else Needs())
            for who in signatures.of if signatures else ():
                needs |= read.people_needs(who, record_type) | Needs(signatures=True)
            self._unsignable(verbs, signatures, read)
            gate = read.gate(form.when, form.unless, names)
            that = read.condition(form.that, names, "that", lists="all")
            fields = [found for i, name in enumerate(form.fields)
                      if (found := _field(name, record_type, verbs, book, place, i))]  # fmt: skip
            files_list = _files(form, record_type, read)
            needs |= needs_of(gate, record_type.name) | needs_of(that, record_type.name)
            if files_list:
                needs |= Needs(lists=frozenset({files_list}))
        if not (form.fields or form.files or form.done or form.that or form.signatures):
            read.fault("没有写明要求什么", "it does not say what is required",
                       "写 fields、files、signatures、done 或 that",
                       "give fields, files, signatures, done or that")  # fmt: skip
        if form.in_order and form.signatures is None:
            read.fault("in_order 只用于 signatures", "in_order goes with signatures", "删去 in_order",
                       "leave in_order out", "in_order")  # fmt: skip
        return RequirementControl(
            **Control.common(self.name, form, place),
            says=_sentence(form, verbs, gate, that, fields, done, signatures),
            verbs=frozenset(verb.name for verb in verbs),
            missing=tuple(dict.fromkeys(read.missing)),
            gate=gate,
            needs=needs,
            covers=gate.controls() | that.controls(),
            fields=tuple(fields),
            files=form.files or 0,
            files_list=files_list,
            done=done,
            signatures=signatures,
            also=also,
            that=that,
            effect=form.effect,
            message=form.says.label if form.says else None,
        )

    def checks(self, _controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Nothing shows only over all controls."""
        return ()

    def _unsignable(self, verbs: Sequence[Verb], signatures: Signatures | None, read: Reader) -> None:
        """A record that the act itself creates cannot be signed before; nobody can be asked to sign twice."""
        if signatures is None:
            return
        for verb in verbs:
            if verb.creates:
                read.fault(f"{verb.name} 新建记录，之前没有可签的", f"{verb.name} creates the record: nothing to sign",
                           "改在以后的动作上要求签字", "ask for signatures of a later act", "signatures")  # fmt: skip
        persons = [who.people for who in signatures.of if isinstance(who.people, PersonFact | Requester | Actor)]
        if len(set(persons)) < len(persons):
            read.fault("同一个人不能签两次", "one person cannot sign twice", "写不同的人或岗位",
                       "name different people or roles", "signatures")  # fmt: skip


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
    done: Sequence[Earlier], signatures: Signatures | None,
) -> Label:  # fmt: skip
    acts = join([Label(verb.label.zh, f"“{verb.label.en}”") for verb in verbs], "、", " or ")
    zh, en = [], []
    if fields:
        words = join([fact.label for fact in fields])
        zh.append(f"填写{words.zh}")
        en.append(f"{words.en} must be filled in")
    if form.files:
        zh.append(f"附上至少 {form.files} 个文件")
        en.append(f"at least {form.files} file(s) must be attached")
    if signatures:
        words = signatures.label
        zh.append(f"由{words.zh}{'依次' if signatures.in_order else ''}签字")
        en.append(f"it must be signed by {words.en}")
    if done:
        words = join([one.label for one in done])
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
                 f"{first_en}before {acts.en} {' and '.join(en)}{last_en}")  # fmt: skip
