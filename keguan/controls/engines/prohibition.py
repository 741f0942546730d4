"""Prohibition: a verb is refused, warned about or recorded when a condition holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.engines.forms import Several, Words, described
from keguan.controls.engines.guard import EFFECTS, KEPT, Effect, Guard, Needs, Ruling, needs_of
from keguan.controls.engines.reading import Reader
from keguan.controls.scene import Scene
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import Label, join
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place


class ProhibitionForm(ControlForm):
    """禁止：什么情况下不许办理。 / When an act is forbidden."""

    of: Several = described("被禁止的动作", "the verbs that are forbidden")
    when: Any = described("何时禁止（条件）；不写则一律禁止", "when (condition); always where left out", None)
    unless: Any = described("例外（条件）", "except when (condition)", None)
    effect: Effect = described("refuse 拒绝、warn 提醒、record 只记录", "refuse, warn or record", "refuse")
    says: Words | None = described("给人看的话", "what people read", None)


@dataclass(frozen=True, kw_only=True)
class ProhibitionControl(Guard):
    """A compiled prohibition; `gate` is when it forbids."""

    effect: Effect
    message: Label

    def rule(self, scene: Scene) -> Ruling | None:
        """Refused where the gate holds, kept where it was asked and does not."""
        forbidden = self.gate.test(scene)
        if forbidden is None:
            return self.unknown(scene, self.gate).under(self.effect, self.trial)
        if not forbidden:
            return KEPT
        return Ruling("refused", (Reason(self.message, None, self.citation),)).under(self.effect, self.trial)


class Prohibition:
    """The engine `prohibition`."""

    name = "prohibition"
    label = Label("禁止", "Prohibition")
    form: type[ControlForm] = ProhibitionForm

    def compile(self, form: ProhibitionForm, place: Place, book: BookDraft) -> ProhibitionControl:
        """The prohibition with names and conditions checked."""
        read = Reader(book, place)
        verbs = [verb for i, name in enumerate(form.of) for verb in book.verbs(name, place, "of", i)]
        record_type = read.one_type(verbs, "of")
        gate, needs = ALWAYS, Needs()
        if record_type:
            gate = read.gate(form.when, form.unless, read.names(record_type, *verbs))
            needs = needs_of(gate, record_type.name)
        says = _sentence(join([verb.label for verb in verbs]), gate, form.effect)
        return ProhibitionControl(
            **Control.common(self.name, form, place),
            says=says,
            verbs=frozenset(verb.name for verb in verbs),
            missing=tuple(dict.fromkeys(read.missing)),
            gate=gate,
            needs=needs,
            covers=gate.controls(),
            effect=form.effect,
            message=form.says.label if form.says else says,
        )

    def checks(self, _controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Nothing shows only over all controls."""
        return ()


def _sentence(acts: Label, gate: Condition, effect: Effect) -> Label:
    zh = "" if gate.is_always else f"{gate.label().zh}时，"
    en = "" if gate.is_always else f" when {gate.label().en}"
    if effect == "refuse":
        return Label(f"{zh}不得“{acts.zh}”", f"“{acts.en}” is not allowed{en}")
    return Label(f"{zh}“{acts.zh}”会被{EFFECTS[effect].zh}", f"“{acts.en}” is {EFFECTS[effect].en}{en}")
