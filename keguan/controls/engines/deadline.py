"""Deadline: an act is owed, or a state must hold, by somebody, within a term; else it is broken and others are told."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from keguan.controls.conditions import Name, Names
from keguan.controls.engines import deadline_checks, deadline_parts
from keguan.controls.engines.acts import Act, Judged
from keguan.controls.engines.deadline_control import (
    COMPANY,
    DeadlineControl,
    Escalation,
    Extending,
    Keys,
    Population,
    Reminder,
)
from keguan.controls.engines.deadline_form import DeadlineForm
from keguan.controls.engines.deadline_words import sentence
from keguan.controls.engines.guard import Needs, needs_of
from keguan.controls.engines.looking import declare_look
from keguan.controls.engines.reading import Reader, Who
from keguan.controls.engines.term_reading import term_needs
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

__all__ = [
    "Deadline", "DeadlineControl", "DeadlineForm", "Escalation", "Extending", "Keys", "Population", "Reminder",
    "clock_type",
]  # fmt: skip

OCCASIONS = ("after", "at", "before", "every", "while_")
DEEPEST = 8


class Deadline:
    """The engine `deadline`."""

    name = "deadline"
    label = Label("期限", "Deadline")
    form: type[ControlForm] = DeadlineForm

    def compile(self, form: DeadlineForm, place: Place, book: BookDraft) -> DeadlineControl:
        """The deadline with acts, terms and people checked."""
        read = Reader(book, place)
        _check_shape(read, form)
        events = read.events(form.after, "after")
        after = tuple(event for event in events if isinstance(event, Act))
        judged = tuple(event for event in events if isinstance(event, Judged))
        do, cancel = read.acts(form.do, "do"), read.acts(form.cancel, "cancel")
        pause = read.acts(form.pause.since, "pause", "from") if form.pause else ()
        resume = read.acts(form.pause.until, "pause", "until") if form.pause else ()
        extend = deadline_parts.extensions(read, form.extend)
        acts = (*after, *do, *cancel, *pause, *resume, *(one.act for one in extend))
        populated, population = deadline_parts.population(read, form.each)
        source = _source(read, form, after, judged) or populated or _of_before(read, form)
        verbs = [act.verb for act in acts]
        if source is None and (form.every is not None or form.at is not None):
            record_type = source = book.vocabulary.types[COMPANY]
        elif populated is not None:
            record_type = source = populated
        else:
            record_type = (
                deadline_parts.type_of(
                    read, form, source, [act.verb for act in after], [act.verb for act in acts[len(after) :]]
                )
                or source
                or deadline_parts.NOTHING
            )
        source = source or record_type
        names: Names = read.names(source)
        keys = deadline_parts.keys(read, form.each, names) if form.each is not None and populated is None else None
        if keys is not None:
            names = deadline_parts.WithKey(names, keys.name, deadline_parts.key_name(keys, book))
        own, is_fact = read.names(record_type), str(form.every).strip().startswith("$")
        owner = f"{source.name}.{source.owner}" if source.owner else None
        made = DeadlineControl(
            **Control.common(self.name, form, place),
            says=Label("", ""),
            verbs=frozenset(verb.name for verb in verbs),
            type=record_type,
            source=source,
            after=after,
            judged=judged,
            at=form.at,
            every=None if form.every is None or is_fact else deadline_parts.recurrence(read, form.every),
            period=deadline_parts.fact(read, form.every, own, "every") if is_fact else None,
            before=deadline_parts.fact(read, form.before, own, "before") if form.before is not None else None,
            holding=None if form.while_ is None else read.condition(form.while_, own, "while"),
            population=population,
            keys=keys,
            do=do,
            at_least=form.at_least,
            hold=None if form.hold is None else read.condition(form.hold, own, "hold"),
            cancel=cancel,
            pause=pause,
            resume=resume,
            extend=extend,
            via=deadline_parts.via(read, record_type, verbs),
            within=deadline_parts.within(read, form, names),
            by=_by(read, form, owner, names),
            escalate=tuple(deadline_parts.escalation(read, part, names, i) for i, part in enumerate(form.escalate)),
            remind=tuple(deadline_parts.reminder(read, part, names, i) for i, part in enumerate(form.remind)),
            again=form.again,
            counts_request=form.counts == "request",
            sample=deadline_parts.sample(read, form.sample),
            from_on=form.from_,
            until_on=form.until,
        )
        deadline_checks.check_one(read, made)
        if made.linked_facts:
            declare_look(book.vocabulary, record_type)
        return replace(
            made, says=sentence(made, says_by=form.by is not None), missing=tuple(dict.fromkeys(read.missing)),
            needs=_needs(read, made),
        )  # fmt: skip

    def checks(self, controls: Sequence[Control], book: BookDraft) -> Iterable[Fault]:
        """Deadlines that can never be met, that contradict each other, or that start each other without end."""
        return deadline_checks.check_all(controls, book)


def clock_type(form: DeadlineForm, read: Reader, depth: int = 0) -> RecordType | None:
    """The record type whose clock a deadline is, for whoever waits for its judgements; reports nothing."""
    quiet = Reader(BookDraft(vocabulary=read.book.vocabulary, roles=read.book.roles, declared=read.book.declared,
                             parameters=read.book.parameters, entries=read.book.entries), read.place)  # fmt: skip
    populated, _ = deadline_parts.population(quiet, form.each)
    if populated is not None:
        return populated
    events = quiet.events(form.after, "after") if depth < DEEPEST else ()
    acts = [one for one in events if isinstance(one, Act)]
    judged = [one for one in events if isinstance(one, Judged)]
    opening = _source(quiet, form, acts, judged, depth + 1) or _of_before(quiet, form)
    if opening is None and (form.every is not None or form.at is not None):
        return read.book.vocabulary.types[COMPANY]
    later = deadline_parts.verbs_of((*quiet.acts(form.do, "do"), *quiet.acts(form.cancel, "cancel")))
    return deadline_parts.type_of(quiet, form, opening, deadline_parts.verbs_of(events), later)


def _source(
    read: Reader, form: DeadlineForm, after: Sequence[Act], judged: Sequence[Judged], depth: int = 0
) -> RecordType | None:
    """The record type of what opens it: that of its acts, or of the deadline whose judgement it waits for."""
    if after:
        found = read.one_type([act.verb for act in after], "after")
        if not judged:
            return found
    for one in judged if depth < DEEPEST else ():
        policy, _, name = one.control.partition("#")
        entry = read.book.find(policy, name)
        if entry is not None and isinstance(entry.form, DeadlineForm) and entry.form is not form:
            return clock_type(entry.form, Reader(read.book, entry.place), depth)
    return None


def _of_before(read: Reader, form: DeadlineForm) -> RecordType | None:
    """`before: customer.checkup_due` is about customers."""
    head, dot, _ = str(form.before or "").partition(".")
    if form.before is None:
        return None
    if not dot or head not in read.book.vocabulary.types:
        read.fault(f"before 要写“记录.日期事实”，读到“{form.before}”", f"before names a date fact, not “{form.before}”",
                   "写成 customer.checkup_due", "write customer.checkup_due", "before")  # fmt: skip
        return None
    return read.book.vocabulary.types[head]


def _by(read: Reader, form: DeadlineForm, owner: str | None, names: Names) -> Who:
    if form.by is None and owner is None:
        read.fault("没有写责任人", "it is not said who owes it", "写 by", "write by", "by")
        return Who(read.people("requester", names, "by").people, Label("", ""))
    return read.people(form.by if form.by is not None else owner, names, "by")


def _check_shape(read: Reader, form: DeadlineForm) -> None:
    """What starts it, what is owed and by when must be said, once each."""
    starts = [name for name in OCCASIONS if getattr(form, name) is not None]
    if not starts or (len(starts) > 1 and starts != ["every", "while_"]):
        read.fault(
            "要写、且只写一种起算：after、at、before、every 或 while",
            "exactly one of after, at, before, every and while starts it",
            "留一种",
            "keep one",
            starts[0].rstrip("_") if starts else "after",
        )
    if (form.do is None) is (form.hold is None):
        read.fault(
            "do 与 hold 写其一",
            "write either do or hold",
            "写须办的动作 do，或须保持的状态 hold",
            "write the act that is owed, do, or the state that must hold, hold",
            "do",
        )
    if form.within is None and form.every is None:
        read.fault("缺少 within", "within is missing", "写上期限，如 6 days", "write a term such as 6 days", "within")
    if form.while_ is not None and form.each is None:
        read.fault(
            "while 要同时写 each",
            "while needs each",
            "写 each: customer 这样的记录类型",
            "write each: customer",
            "while",
        )
    if form.at_least < 1 or (form.at_least > 1 and form.hold is not None):
        read.fault(
            "at_least 是至少 1 次的动作",
            "at_least is a number of acts, 1 or more",
            "改为 1 以上",
            "write 1 or more",
            "at_least",
        )


def _needs(read: Reader, made: DeadlineControl) -> Needs:
    needs = Needs()
    acts = (*made.after, *made.do, *made.cancel, *made.pause, *made.resume, *(one.act for one in made.extend))
    for act in acts:
        needs |= needs_of(act.when, act.verb.on)
    for condition in (made.holding, made.hold, made.population.when if made.population else None):
        if condition is not None:
            needs |= needs_of(condition, made.type.name)
    needs |= term_needs(made.within, made.source)
    names: list[Name] = [one.one_list_per for one in made.escalate if one.one_list_per is not None]
    heads = {name.path[0] for name in names if len(name.path) == 2} - {made.source.name}
    needs |= Needs(frozenset(heads))
    for who in made.everybody():
        needs |= read.people_needs(who, made.source)
    return needs
