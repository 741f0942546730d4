"""Deadline: after an act another is owed within a term, by somebody; reminders before, escalation once overdue."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from keguan.controls.clocks import Again
from keguan.controls.engines.access import AccessControl
from keguan.controls.engines.forms import Part, described
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.reading import Act, Reader, Who, acts_label
from keguan.controls.terms import Form, Term
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

CLOCK_UNITS = {
    "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1),
}


class EscalateForm(Part):
    """Who is told once it is overdue. / 逾期后告知谁。"""

    after: Any = described("逾期多久之后；不写则立即", "how long after the due moment; at once where left out", None)
    to: Any = described("告知的人", "who is told")


class RemindForm(Part):
    """A reminder. / 提醒。"""

    before: Any = described("到期前多久", "how long before the due moment")
    to: Any = described("提醒谁；不写则提醒责任人", "who is reminded; whoever owes it where left out", None)


class DeadlineForm(ControlForm):
    """期限：某事之后，谁须在多久之内办成什么。 / What is owed within which term."""

    after: Any = described("起算的动作", "the act that starts it")
    do: Any = described("须办的动作（任一）", "the act that is owed (any one of a list)")
    within: Any = described("期限，如 6 days、2 working hours", "the term, such as 6 days, 2 working hours")
    by: Any = described("责任人；不写则为经办人", "who owes it; the record's owner where left out", None)
    escalate: tuple[EscalateForm, ...] = described("逾期后告知谁", "who is told once it is overdue", ())
    remind: tuple[RemindForm, ...] = described("到期前的提醒", "reminders", ())
    cancel: Any = described("取消期限的动作", "acts that end it without what was owed", None)
    again: Literal["ignore", "restart"] = described(
        "再次起算时：ignore 不理、restart 重算", "when it starts again", "ignore"
    )


@dataclass(frozen=True)
class Escalation:
    """Who is told, and how long after the due moment (nothing: at once)."""

    to: Who
    after: Term | None = None


@dataclass(frozen=True)
class Reminder:
    """How long before the due moment, and who besides those who owe it."""

    before: dt.timedelta
    to: Who | None = None


@dataclass(frozen=True, kw_only=True)
class DeadlineControl(Control):
    """A compiled deadline. `verbs` are those that open, meet or cancel it."""

    type: RecordType
    after: tuple[Act, ...]
    do: tuple[Act, ...]
    cancel: tuple[Act, ...]
    within: Term
    by: Who
    escalate: tuple[Escalation, ...]
    remind: tuple[Reminder, ...]
    again: Again
    needs: Needs = field(default_factory=Needs)

    @property
    def since(self) -> Label:
        """The opening act in words."""
        return join([act.verb.label for act in self.after], "或", " or ")

    @property
    def owed(self) -> Label:
        """What is owed, in words."""
        return join([act.verb.label for act in self.do], "或", " or ")

    def everybody(self) -> tuple[Who, ...]:
        """Every people expression it may resolve."""
        reminded = tuple(one.to for one in self.remind if one.to)
        return (self.by, *(one.to for one in self.escalate), *reminded)


class Deadline:
    """The engine `deadline`."""

    name = "deadline"
    label = Label("期限", "Deadline")
    form: type[ControlForm] = DeadlineForm

    def compile(self, form: DeadlineForm, place: Place, book: BookDraft) -> DeadlineControl:
        """The deadline with acts, term and people checked."""
        read = Reader(book, place)
        after, do = read.acts(form.after, "after"), read.acts(form.do, "do")
        cancel = read.acts(form.cancel, "cancel")
        for name, acts in (("after", after), ("do", do)):
            if not acts and getattr(form, name) in (None, "", []):
                read.fault(f"缺少 {name}", f"{name} is missing", "写上动作，如 case.accept", "name an act", name)
        record_type = read.one_type([act.verb for act in (*after, *do, *cancel)], "do") if after and do else None
        record_type = record_type or RecordType("record", Label("记录", "record"), "", ())
        names = read.names(record_type)
        owner = f"{record_type.name}.{record_type.owner}" if record_type.owner else None
        by = read.people(form.by if form.by is not None else owner, names, "by")
        within = read.term(form.within, names, "within")
        escalate = tuple(self._escalation(read, part, names, i) for i, part in enumerate(form.escalate))
        remind = tuple(self._reminder(read, part, names, i) for i, part in enumerate(form.remind))
        needs = read.term_needs(within, record_type)
        for act in (*after, *do, *cancel):
            needs |= needs_of(act.when, record_type.name)
        for people in (by, *(one.to for one in escalate), *(one.to for one in remind if one.to)):
            needs |= read.people_needs(people, record_type)
        return DeadlineControl(
            **Control.common(self.name, form, place),
            says=_sentence(after, do, within, by, escalate, form.by is not None),
            verbs=frozenset(act.verb.name for act in (*after, *do, *cancel)),
            missing=tuple(dict.fromkeys(read.missing)),
            type=record_type,
            after=after,
            do=do,
            cancel=cancel,
            within=within,
            by=by,
            escalate=escalate,
            remind=remind,
            again=form.again,
            needs=needs,
        )

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """A deadline that can never be met: its act starts it as well, or nobody may do it."""
        granted = {verb for control in controls if isinstance(control, AccessControl) for verb in control.verbs}
        for control in controls:
            if not isinstance(control, DeadlineControl):
                continue
            opening = {act.verb.name for act in control.after}
            for act in control.do:
                if act.verb.name in opening:
                    yield control.place.fault(
                        Label(
                            f"“{act.verb.label.zh}”既起算又算办成", f"“{act.verb.label.en}” both starts and meets it"
                        ),
                        Label("起算与办成要是不同的动作", "let different acts start and meet it"),
                        "do",
                    )
            if granted and control.do and not any(act.verb.name in granted for act in control.do):
                name = control.do[0].verb.name
                yield control.place.fault(
                    Label(f"没有岗位可以办理“{control.owed.zh}”，这个期限永远做不到",
                          f"no role may do “{control.owed.en}”, so this can never be met"),
                    Label(f"在 access 的 may 里授予 {name}", f"grant {name} under may of an access control"),
                    "do",
                )  # fmt: skip

    def _escalation(self, read: Reader, part: EscalateForm, names: Any, i: int) -> Escalation:
        after = None if part.after is None else read.term(part.after, names, "escalate", i, "after")
        return Escalation(read.people(part.to, names, "escalate", i, "to"), after)

    def _reminder(self, read: Reader, part: RemindForm, names: Any, i: int) -> Reminder:
        term = read.term(part.before, names, "remind", i, "before")
        if term.form is not Form.SPAN or term.unit not in CLOCK_UNITS or term.parameter:
            read.not_yet("remind: " + str(part.before), "remind", i, "before")
        before = term.count * CLOCK_UNITS.get(term.unit, dt.timedelta(days=1))
        return Reminder(before, None if part.to is None else read.people(part.to, names, "remind", i, "to"))


def _sentence(
    after: Sequence[Act], do: Sequence[Act], within: Term, by: Who, escalate: Sequence[Escalation], says_by: bool
) -> Label:
    since, owed, term, who = _acts(after), _acts(do), within.label(), by.label()
    zh_by, en_by = (f"{who.zh}须", f" by {who.en}") if says_by else ("", "")
    zh = f"{since.zh}后，{zh_by}于 {term.zh}{owed.zh}" if says_by else f"{since.zh}后 {term.zh}{owed.zh}"
    en = f"after {since.en}, {owed.en} is due {term.en}{en_by}"
    if escalate:
        told = join([one.to.label() for one in escalate])
        zh += f"，逾期告知{told.zh}"
        en += f"; when overdue, {told.en} is told"
    return Label(zh, en)


def _acts(acts: Sequence[Act]) -> Label:
    """Acts as the clause says them: bare in Chinese where nothing is said of them, quoted in English."""
    words = acts_label(acts)
    if all(act.when.is_always for act in acts):
        return Label("或".join(act.verb.label.zh for act in acts), words.en)
    return words
