"""How the parts of a deadline are read: what starts it, its keys and record, terms, extensions, escalations."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from keguan.controls.conditions import ALWAYS, LineList, Name, Names, UnknownName
from keguan.controls.engines.acts import Act, Judged
from keguan.controls.engines.deadline_control import (
    COMPANY,
    Escalation,
    Extending,
    Keys,
    Population,
    Reminder,
)
from keguan.controls.engines.deadline_form import DeadlineForm, EscalateForm, RemindForm
from keguan.controls.engines.reading import Reader, several
from keguan.controls.engines.recurrence import FORMS, NoRecurrence, Recurrence, parse_recurrence
from keguan.controls.engines.term_reading import read_term
from keguan.controls.terms import Form, Term
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import Date, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import BookDraft

NOTHING = RecordType("record", Label("记录", "record"), "", ())
FACT = Label("事实", "fact")
REPEATED = 30
PERIODS = ("day", "working_day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class WithKey:
    """The names of a record with the key of its clock in front."""

    outer: Names
    name: str
    key: Name

    def resolve(self, name: str) -> Name:
        """The key, else what the record has."""
        return self.key if name == self.name else self.outer.resolve(name)

    def lines(self, name: str) -> LineList:
        """The record's lines."""
        return self.outer.lines(name)

    def verb(self, name: str) -> Label:
        """The record's verbs."""
        return self.outer.verb(name)

    def act(self, verb: str) -> Mapping[str, Name]:
        """What a verb of the record was given."""
        return self.outer.act(verb)

    def standing(self, of: Name, what: str) -> Name:
        """What the directory knows of whom a fact of the record holds."""
        return self.outer.standing(of, what)

    def suggest(self, name: str) -> list[str]:
        """Names that look like it."""
        return self.outer.suggest(name)


def fact(read: Reader, raw: Any, names: Names, *path: str | int) -> Name | None:
    """A fact by name, `$` in front or not; reports one that is not there."""
    name = str(raw).strip().removeprefix("$")
    try:
        return names.resolve(name)
    except UnknownName as unknown:
        read.book.report(read.place.unknown(FACT, name, unknown.suggestions or names.suggest(name), *path))
        return None


def population(read: Reader, raw: Any) -> tuple[RecordType | None, Population | None]:
    """`each: customer` or `each: {customer: {…conditions}}`; nothing where it names the key of a list fact."""
    if isinstance(raw, str):
        return read.book.record_type(raw, read.place, "each"), Population()
    if isinstance(raw, Mapping) and len(raw) == 1:
        [(name, when)] = raw.items()
        if isinstance(when, Mapping | list) or (name in read.book.vocabulary.types and not isinstance(when, str)):
            found = read.book.record_type(str(name), read.place, "each")
            if found is None:
                return None, None
            condition = ALWAYS if when is None else read.condition(when, read.names(found), "each", str(name))
            return found, Population(condition)
    return None, None


def keys(read: Reader, raw: Any, names: Names) -> Keys | None:
    """`each: {department: case.departments}`: a name for each member of a list fact."""
    if not isinstance(raw, Mapping) or len(raw) != 1:
        read.fault("each 写不明白", "each cannot be read", "写成 {department: case.departments} 或 {case: {条件}}",
                   "write {department: case.departments}, {case: {conditions}} or a record type", "each")  # fmt: skip
        return None
    [(name, source)] = raw.items()
    found = fact(read, source, names, "each", str(name))
    if found is None:
        return None
    if not isinstance(found.kind, Listing):
        read.fault(f"“{found.label.zh}”不是列表", f"“{found.label.en}” is no list", "写一个列表", "name a list",
                   "each", str(name))  # fmt: skip
        return None
    of = found.kind.of
    return Keys(str(name), found, of.to if isinstance(of, Reference) else "")


def key_name(found: Keys, book: BookDraft) -> Name:
    """The key as conditions, people and terms read it."""
    kind = found.fact.kind.of if isinstance(found.fact.kind, Listing) else Text()
    known = book.vocabulary.types.get(found.reference)
    return Name((found.name,), kind, known.label if known else found.fact.label)


def recurrence(read: Reader, raw: Any) -> Recurrence | None:
    """A period; reports what is none."""
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        raw = ", ".join(str(part) for part in raw)
    try:
        return parse_recurrence(raw)
    except NoRecurrence:
        read.fault(f"看不懂“{raw}”这个周期", f"“{raw}” is no period", FORMS.zh, FORMS.en, "every")
        return None


def sample(read: Reader, raw: Any) -> Decimal | None:
    """A share in percent."""
    if raw is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", str(raw).strip())
    if not found or not 0 < Decimal(found[1]) <= 100:
        read.fault(f"“{raw}”不是比例", f"“{raw}” is no share", "写成 5 %", "write 5 %", "sample")
        return None
    return Decimal(found[1])


def type_of(
    read: Reader, form: DeadlineForm, opening: RecordType | None, after: Sequence[Verb], later: Sequence[Verb]
) -> RecordType | None:
    """The record type whose clock it is: named by `per`, else the first that every act belongs to or names.

    `later` are the acts that meet or end a clock: one that only creates a record can do nothing to its clocks.
    """
    verbs = [*after, *later]
    if form.per is not None:
        return read.book.record_type(form.per, read.place, "per")
    candidates = [opening] if opening is not None else []
    candidates += [verb.type for verb in verbs]
    for candidate in dict.fromkeys(candidates):
        apart = [verb for verb in verbs if verb.on != candidate.name]
        is_there = not any(verb.creates for verb in later if verb.on == candidate.name)
        if is_there and all(links(verb, candidate.name) for verb in apart):
            return candidate
    if not verbs:
        return opening
    first = next((verb for verb in verbs if opening is not None and verb.on != opening.name), verbs[0])
    read.fault(
        f"“{first.label.zh}”没有说明是哪一条{opening.label.zh if opening else '记录'}",
        f"“{first.label.en}” does not say which {opening.label.en if opening else 'record'} it is about",
        "选一个带有该引用的动作，或用 per 指明期限记在哪种记录上",
        "choose an act that refers to it, or say with per whose clock it is",
        "do",
    )
    return None


def links(verb: Verb, record_type: str) -> list[str]:
    """References by which an act reaches records of a type: its arguments, then facts that are there before it."""
    found = [a.name for a in verb.arguments if isinstance(a.kind, Reference) and a.kind.to == record_type]
    if not verb.creates:
        found += [name for name, to in verb.type.links.items() if to == record_type]
    return list(dict.fromkeys(found))


def via(read: Reader, record_type: RecordType, verbs: Iterable[Verb]) -> dict[str, str]:
    """By verb of another type, the reference by which it reaches the clock's record; the company needs none."""
    found: dict[str, str] = {}
    for verb in verbs:
        if record_type.name in (verb.on, COMPANY):
            continue
        known = links(verb, record_type.name)
        if not known:
            label = record_type.label
            read.fault(f"“{verb.label.zh}”没有说明是哪一条{label.zh}", f"“{verb.label.en}” names no {label.en}",
                       "选一个带有该引用的动作", "choose an act that refers to it", "do")  # fmt: skip
        elif len(known) > 1 and record_type.name not in known:
            read.fault(f"“{verb.label.zh}”有几个引用指向{record_type.label.zh}：{'、'.join(known)}",
                       f"several references of “{verb.label.en}” lead there: {', '.join(known)}",
                       "选一个只有一处引用的动作", "choose an act with a single one", "do")  # fmt: skip
        else:
            found[verb.name] = record_type.name if record_type.name in known else known[0]
    return found


def within(read: Reader, form: DeadlineForm, names: Names) -> Term:
    """The term; where it is left out, that which ends with the period."""
    if form.within is not None:
        return read_term(read, form.within, names, "within")
    every = str(form.every).strip()
    if every.startswith("$"):
        return read_term(read, every, names, "every")
    unit = every.replace(" ", "_")
    return Term(Form.PERIOD_END, unit=unit if unit in PERIODS else "day")


def extensions(read: Reader, raw: Any) -> tuple[Extending, ...]:
    """Acts that give more time: an act, `{verb: …, by: …}`, or `{act: term or $argument}`."""
    found = []
    for i, part in enumerate(several(raw)):
        here: tuple[str | int, ...] = ("extend", i) if not isinstance(raw, str | Mapping) else ("extend",)
        if not isinstance(part, Mapping):
            found += _extending(read, {"verb": part}, *here)
        elif "verb" in part:
            found += _extending(read, part, *here)
        else:
            found += [one for name, term in part.items() for one in _extending(read, {"verb": name, "by": term}, *here)]
    return tuple(found)


def _extending(read: Reader, part: Mapping[str, Any], *path: str | int) -> list[Extending]:
    term, most = part.get("by"), part.get("most")
    if isinstance(term, Mapping):
        most, term = term.get("most", most), term.get("by")
    written = {key: value for key, value in part.items() if key not in ("by", "most")}
    acts: tuple[Act, ...] = read.acts(written, *path)
    found = []
    for act in acts:
        names = read.names(act.verb.type, act.verb)
        limit = most if isinstance(most, int) else None
        if isinstance(term, str) and term.strip().startswith("$"):
            name = fact(read, term, names, *path)
            if name is not None and not isinstance(name.kind, Date | Moment | Text):
                read.fault(f"“{name.label.zh}”不是日期、时刻或期限", f"“{name.label.en}” is no day, moment or term",
                           "写一个日期、时刻或期限的字段", "name a date, a moment or a term", *path)  # fmt: skip
            found.append(Extending(act, None, name.path[-1] if name else None, limit))
        else:
            found.append(Extending(act, None if term is None else read_term(read, term, names, *path), None, limit))
    return found


def escalation(read: Reader, part: EscalateForm, names: Names, i: int) -> Escalation:
    """A step of escalation."""
    to = part.to if part.to is not None else part.tell
    if to is None and part.hand_to is None:
        read.fault("没有写告知谁", "nobody is told", "写 to 或 hand_to", "write to or hand_to", "escalate", i)
    every = None if part.every is None else read_term(read, part.every, names, "escalate", i, "every")
    most = 1 if every is None else part.most or REPEATED
    return Escalation(
        None if to is None else read.people(to, names, "escalate", i, "to"),
        None if part.after is None else read_term(read, part.after, names, "escalate", i, "after"),
        every,
        most,
        None if part.hand_to is None else read.people(part.hand_to, names, "escalate", i, "hand_to"),
        None if part.one_list_per is None else fact(read, part.one_list_per, names, "escalate", i, "one_list_per"),
    )


def reminder(read: Reader, part: RemindForm, names: Names, i: int) -> Reminder:
    """A reminder: a span before the due moment, by the clock or in working time."""
    term = read_term(read, part.before, names, "remind", i, "before")
    if term.form is not Form.SPAN:
        read.fault(f"“{part.before}”不是到期前的一段时间", f"“{part.before}” is no span before the due moment",
                   "写成 2 working hours、1 day 这样的期限", "write a span such as 2 working hours or 1 day",
                   "remind", i, "before")  # fmt: skip
    return Reminder(term, None if part.to is None else read.people(part.to, names, "remind", i, "to"))


def verbs_of(events: Iterable[Act | Judged]) -> list[Verb]:
    """The verbs among acts and judgements."""
    return [event.verb for event in events if isinstance(event, Act)]
