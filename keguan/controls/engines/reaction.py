"""Reaction: after an act, a judgement, a hit, a date or a change something is done, drafted, proposed or told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.engines.acts import Act, Judged
from keguan.controls.engines.forms import Words, described
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.reaching import declare_reach
from keguan.controls.engines.reaction_cycles import cycles
from keguan.controls.engines.reaction_effects import Each, Effect, Given, Row, Target, Template
from keguan.controls.engines.reaction_reading import read_effect
from keguan.controls.engines.reaction_triggers import Changed, Hit, Reached, Triggers, read_triggers
from keguan.controls.engines.reaction_verbs import declare_spread
from keguan.controls.engines.reading import Reader, Who
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

__all__ = ["Each", "Effect", "Given", "Reaction", "ReactionControl", "ReactionForm", "Row", "Target", "Template"]
HOW = {
    "do": Label("办理", "do"), "draft": Label("起草", "draft"), "propose": Label("提议", "propose"),
    "notify": Label("告知", "notify"),
}  # fmt: skip


class ReactionForm(ControlForm):
    """反应：某事发生后办理、起草、提议或告知。 / After something happens: do, draft, propose or notify."""

    after: Any = described(
        "触发：动作，或 breach:、kept:、hit: 加管控的 id，reached:日期，changed:事实",
        "an act, or breach:, kept:, hit: with a control's id, reached:<date>, changed:<fact>",
    )
    when: Any = described("何时适用（条件）", "when it applies (condition)", None)
    each: Any = described(
        "对哪些记录各办一次：{类型: 条件} 或 {名: 列表}", "once for each: {type: condition} or {key: list}", None
    )
    table: Any = described(
        "几行各办一次：[{when, by, range, is}]", "rows, each done once: [{when, by, range, is}]", None
    )
    do: str | None = described("办理的动作", "the verb", None)
    with_: Any = described(
        "参数：{参数: 值、$事实 或 @参数}", "arguments: {argument: value, $fact or @parameter}", None, "with"
    )
    how: Literal["do", "draft", "propose", "notify"] | None = described(
        "do 直接办理、draft 起草待改、propose 提议待定、notify 告知", "do, draft, propose or notify", None
    )
    by: Any = described("由谁决定提议", "who decides on what is proposed", None)
    notify: Any = described("告知的人", "who is told", None)
    text: Words | None = described("通知的文字，可写 {case.code}", "the words, with places such as {case.code}", None)

    @property
    def manner(self) -> str:
        """What is done; without a word, the verb is run, or people are told."""
        return self.how or ("do" if self.do else "notify")


@dataclass(frozen=True, kw_only=True)
class ReactionControl(Control):
    """A compiled reaction. `after` are acts, `judged` judgements; the others stand in `triggers`."""

    type: RecordType
    triggers: Triggers
    gate: Condition
    how: str
    effect: Effect | None
    by: Who | None
    notify: Who | None
    template: Template | None
    needs: Needs = field(default_factory=Needs)

    @property
    def after(self) -> tuple[Act, ...]:
        """The acts it waits for."""
        return self.triggers.acts

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The judgements of deadlines it waits for."""
        return self.triggers.judged

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The guards whose refusals and warnings it waits for."""
        return self.triggers.hits

    @property
    def changed(self) -> tuple[Changed, ...]:
        """The facts whose change it waits for."""
        return self.triggers.changed

    @property
    def reached(self) -> tuple[Reached, ...]:
        """The dates that it waits for."""
        return self.triggers.reached


class Reaction:
    """The engine `reaction`."""

    name = "reaction"
    label = Label("反应", "Reaction")
    form: type[ControlForm] = ReactionForm

    def compile(self, form: ReactionForm, place: Place, book: BookDraft) -> ReactionControl:
        """The reaction with triggers, what it does, people and words checked."""
        read = Reader(book, place)
        triggers = read_triggers(form.after, read)
        record_type = triggers.type or RecordType("record", Label("记录", "record"), "", ())
        names = read.names(record_type, *triggers.verbs)
        gate = read.condition(form.when, names, "when") if form.when is not None else ALWAYS
        effect = read_effect(form, record_type, names, read) if form.do else None
        by = None if form.by is None else read.people(form.by, names, "by")
        notify = None if form.notify is None else read.people(form.notify, names, "notify")
        template = None if form.text is None else Template.read(form.text.label, names, read)
        self._complete(form, read)
        if triggers.type is not None and triggers.reached:
            declare_reach(book.vocabulary, triggers.type)
        if triggers.type is not None and (effect and effect.each):
            declare_spread(book.vocabulary, triggers.type)
        needs = needs_of(gate, record_type.name) | triggers.needs(record_type)
        needs |= effect.needs(record_type) if effect else Needs()
        needs |= template.needs(record_type) if template else Needs()
        for who in (by, notify, *(row.by for row in (effect.rows if effect else ()))):
            needs |= read.people_needs(who, record_type) if who else Needs()
        return ReactionControl(
            **Control.common(self.name, form, place),
            says=_sentence(triggers, gate, form, effect, by, notify),
            verbs=frozenset(verb.name for verb in triggers.all_verbs(book)),
            missing=tuple(dict.fromkeys(read.missing)),
            type=record_type, triggers=triggers, gate=gate, how=form.manner, effect=effect, by=by, notify=notify,
            template=template, needs=needs,
        )  # fmt: skip

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Reactions that set each other off without end."""
        reactions = [control for control in controls if isinstance(control, ReactionControl)]
        for ring in cycles(reactions, controls):
            names = " → ".join(one.id for one in (*ring, ring[0]))
            yield ring[0].place.fault(
                Label(
                    f"这些反应互相触发，没有尽头：{names}", f"these reactions set each other off without end: {names}"
                ),
                Label(
                    "给其中一项加条件，或改为提议由人决定", "add a condition to one, or let a person decide (propose)"
                ),
                "after",
            )

    def _complete(self, form: ReactionForm, read: Reader) -> None:
        """What the manner needs, and what it has no use for."""
        if form.manner == "notify":
            for key in ("notify", "text"):
                if getattr(form, key) is None:
                    read.fault(f"告知要写 {key}", f"to notify, give {key}", f"补上 {key}", f"add {key}")
        elif form.do is None:
            read.fault(
                f"how: {form.manner} 要写 do", f"how: {form.manner} needs do", "写上要办的动作", "name the verb", "how"
            )
        if form.manner in ("propose", "draft") and form.by is None:
            read.fault("提议要写由谁决定", "a proposal needs someone who decides", "写上 by", "add by", "how")
        if form.notify is not None and form.text is None:
            read.fault("告知要写 text", "to notify, give text", "补上 text", "add text", "notify")


def _sentence(
    triggers: Triggers, gate: Condition, form: ReactionForm, effect: Effect | None, by: Who | None, notify: Who | None
) -> Label:
    what = triggers.label()
    zh = "" if gate.is_always else f"{gate.label().zh}时，"
    en = "" if gate.is_always else f", when {gate.label().en},"
    done = []
    if effect is not None:
        done.append(effect.label(form.manner, by))
    if notify is not None:
        who = notify.label()
        done.append(Label(f"告知{who.zh}", f"{who.en} is told"))
    said = join(done, "，并", " and ") if done else Label("", "")
    return Label(f"{zh}{what.zh}后{said.zh}", f"after {what.en}{en} {said.en}")
