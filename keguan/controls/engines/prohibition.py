"""Prohibition: a verb is refused, warned about or recorded when a condition holds."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.engines.also import read_also
from keguan.controls.engines.forms import Several, Words, described
from keguan.controls.engines.guard import EFFECTS, KEPT, Effect, Needs, Ruling, RulingGuard, needs_of
from keguan.controls.engines.reading import Reader
from keguan.controls.scene import Scene
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import Label, join
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place


class ProhibitionForm(ControlForm):
    """禁止：什么情况下不许办理。 / When an act is forbidden."""

    of: Several = described("被禁止的动作", "the verbs that are forbidden")
    starts: dt.date | None = Field(None, alias="from", description="从哪天起禁止 / the first day on which it forbids")
    until: dt.date | None = described("到哪天为止（含当天）", "the last day on which it forbids", None)
    when: Any = described("何时禁止（条件）；不写则一律禁止", "when (condition); always where left out", None)
    unless: Any = described("例外（条件；列表为任一）", "except when (condition; any of a list)", None)
    effect: Effect = described("refuse 拒绝、warn 提醒、record 只记录", "refuse, warn or record", "refuse")
    also: Any = described("随即办理的动作", "a verb that follows, such as breach.report", None)
    says: Words | None = described("给人看的话", "what people read", None)


@dataclass(frozen=True, kw_only=True)
class ProhibitionControl(RulingGuard):
    """A compiled prohibition; `gate` is when it forbids, on days of the act from `starts` to `until`."""

    starts: dt.date | None
    until: dt.date | None
    effect: Effect
    message: Label

    def rule(self, scene: Scene) -> Ruling | None:
        """Refused where the gate holds, kept where it was asked and does not."""
        day = scene.today()
        if (self.starts and day < self.starts) or (self.until and day > self.until):
            return None
        forbidden = self.gate.test(scene)
        if forbidden is None:
            return self.unknown(scene, self.gate).under(self.effect, self.trial)
        if not forbidden:
            return KEPT.under(self.effect, self.trial)
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
        gate, needs, also = ALWAYS, Needs(), None
        if record_type:
            names = read.names(record_type, *verbs)
            gate = read.gate(form.when, form.unless, names)
            needs = needs_of(gate, record_type.name)
            also = read_also(read, form.also, record_type, names, "also")
        if form.starts and form.until and form.until < form.starts:
            read.fault("until 早于 from", "until lies before from", "改正其中一个日期", "mend one of the days", "until")
        says = _sentence(join([verb.label for verb in verbs]), gate, form)
        return ProhibitionControl(
            **Control.common(self.name, form, place),
            says=says,
            verbs=frozenset(verb.name for verb in verbs),
            missing=tuple(dict.fromkeys(read.missing)),
            gate=gate,
            needs=needs,
            covers=gate.controls(),
            also=also,
            starts=form.starts,
            until=form.until,
            effect=form.effect,
            message=form.says.label if form.says else says,
        )

    def checks(self, _controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Nothing shows only over all controls."""
        return ()


def _sentence(acts: Label, gate: Condition, form: ProhibitionForm) -> Label:
    effect = form.effect
    zh = "" if gate.is_always else f"{gate.label().zh}时，"
    en = "" if gate.is_always else f" when {gate.label().en}"
    if form.until:
        zh, en = f"至 {form.until} 止，{zh}", f"{en} until {form.until}"
    if form.starts:
        zh, en = f"自 {form.starts} 起，{zh}", f"{en} from {form.starts} on"
    if effect == "refuse":
        return Label(f"{zh}不得“{acts.zh}”", f"“{acts.en}” is not allowed{en}")
    return Label(f"{zh}“{acts.zh}”会被{EFFECTS[effect].zh}", f"“{acts.en}” is {EFFECTS[effect].en}{en}")
