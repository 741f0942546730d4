"""Reaction: after an event or a judgement, people are told. Doing, drafting and proposing come later."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from keguan.controls.conditions import ALWAYS, Condition, Name, UnknownName
from keguan.controls.engines.deadline import DeadlineForm
from keguan.controls.engines.forms import Words, described
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.reading import Act, Judged, Reader, Who, acts_label
from keguan.controls.names import ObjectNames, link_of
from keguan.controls.scene import Scene
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

HOLE = re.compile(r"\{([^{}]*)\}")


class ReactionForm(ControlForm):
    """反应：某事发生后告知谁。 / Whom an event is told to."""

    after: Any = described("触发的动作，或 breach:期限的 id", "the act, or breach:<id of a deadline>")
    when: Any = described("何时适用（条件）", "when it applies (condition)", None)
    notify: Any = described("告知的人", "who is told")
    text: Words = described("通知的文字，可写 {case.code} 这样的字段", "the words, with places such as {case.code}")
    how: str = described("notify 告知", "notify", "notify")


@dataclass(frozen=True)
class Template:
    """The words of a notice with places for facts."""

    words: Label
    names: tuple[tuple[str, Name], ...]

    def fill(self, scene: Scene) -> Label:
        """The words for one record; a fact that is missing reads as a dash."""
        zh, en = self.words.zh, self.words.en
        for hole, name in self.names:
            value = scene.get(name.path)
            zh = zh.replace("{" + hole + "}", name.kind.show(value, "zh-hans") or "—")
            en = en.replace("{" + hole + "}", name.kind.show(value, "en") or "—")
        return Label(zh, en)


@dataclass(frozen=True, kw_only=True)
class ReactionControl(Control):
    """A compiled reaction. `judged` are the judgements it waits for beside its acts."""

    type: RecordType
    after: tuple[Act, ...]
    judged: tuple[Judged, ...]
    gate: Condition
    notify: Who
    template: Template
    needs: Needs = field(default_factory=Needs)


class Reaction:
    """The engine `reaction`."""

    name = "reaction"
    label = Label("反应", "Reaction")
    form: type[ControlForm] = ReactionForm

    def compile(self, form: ReactionForm, place: Place, book: BookDraft) -> ReactionControl:
        """The reaction with events, people and words checked."""
        read = Reader(book, place)
        if form.how != "notify":
            read.not_yet(f"how: {form.how}", "how")
        events = read.events(form.after, "after")
        acts = tuple(event for event in events if isinstance(event, Act))
        judged = tuple(event for event in events if isinstance(event, Judged))
        record_type = self._type(acts, judged, read) or RecordType("record", Label("记录", "record"), "", ())
        names = read.names(record_type, *(act.verb for act in acts) if not judged else ())
        gate = read.condition(form.when, names, "when") if form.when is not None else ALWAYS
        notify = read.people(form.notify, names, "notify")
        template = _template(form.text.label, names, read)
        links = {link for _, name in template.names if (link := link_of(name, record_type.name))}
        needs = needs_of(gate, record_type.name) | Needs(frozenset(links)) | read.people_needs(notify, record_type)
        for act in acts:
            needs |= needs_of(act.when, record_type.name)
        return ReactionControl(
            **Control.common(self.name, form, place),
            says=_sentence(events, gate, notify),
            verbs=frozenset(act.verb.name for act in acts),
            missing=tuple(dict.fromkeys(read.missing)),
            type=record_type,
            after=acts,
            judged=judged,
            gate=gate,
            notify=notify,
            template=template,
            needs=needs,
        )

    def checks(self, _controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Telling people starts nothing, so that no cycle can arise yet."""
        return ()

    def _type(self, acts: Sequence[Act], judged: Sequence[Judged], read: Reader) -> RecordType | None:
        verbs = [act.verb for act in acts]
        for one in judged:
            policy, _, name = one.control.partition("#")
            entry = read.book.find(policy, name)
            if entry and isinstance(entry.form, DeadlineForm):
                quiet = Reader(BookDraft(vocabulary=read.book.vocabulary, roles=read.book.roles), entry.place)
                verbs += [act.verb for act in quiet.acts(entry.form.after, "after")]
        return read.one_type(verbs, "after")


def _template(words: Label, names: ObjectNames, read: Reader) -> Template:
    found: dict[str, Name] = {}
    for hole in HOLE.findall(words.zh) + HOLE.findall(words.en):
        try:
            found[hole] = names.resolve(hole.strip())
        except UnknownName as unknown:
            known = unknown.suggestions or names.suggest(hole)
            read.book.report(read.place.unknown(Label("事实", "fact"), hole, known, "text"))
    return Template(words, tuple(found.items()))


def _sentence(events: Sequence[Act | Judged], gate: Condition, notify: Who) -> Label:
    what, who = acts_label(events), notify.label()
    zh = "" if gate.is_always else f"{gate.label().zh}时，"
    en = "" if gate.is_always else f", when {gate.label().en},"
    return Label(f"{zh}{what.zh}后告知{who.zh}", f"after {what.en}{en} {who.en} is told")
