"""How engines read the parts of a form: conditions and acts, with faults told at their line. Never raises for bad text.

Owns the bridge between the grammar's faults (`controls.conditions`) and the policy's (`policies.faults`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keguan.controls.conditions import (
    ALWAYS,
    Condition,
    Names,
    Where,
    compile_condition,
    compile_when,
    condition_findings,
)
from keguan.controls.conditions import Fault as GrammarFault
from keguan.controls.conditions.nodes import Adopted
from keguan.controls.engines.acts import Act, Judged
from keguan.controls.engines.guard import Needs
from keguan.controls.names import ACTOR, ObjectNames
from keguan.controls.people import (
    AllOf,
    AnyOf,
    People,
    Recusal,
    Requester,
    Some,
    parse_people,
    people_label,
    references,
)
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import BookDraft, Fault, Place

PARAMETER = Label("参数", "parameter")
JUDGEMENTS = {"breach": "broken", "kept": "kept"}


NOBODY = Requester()


@dataclass(frozen=True)
class Who:
    """A people expression with its words."""

    people: People
    words: Label

    def label(self) -> Label:
        """The people in words."""
        return self.words

    @property
    def is_requester(self) -> bool:
        """Whether it can only mean the person who asks."""
        return isinstance(self.people, Requester)


@dataclass
class Reader:
    """Reads the parts of one control. `missing` collects parameters without a value."""

    book: BookDraft
    place: Place
    missing: list[str] = field(default_factory=list)

    def where(self, *path: str | int) -> Where:
        """The place of a part, as the grammar names places."""
        name = ".".join(str(part) for part in path)
        return Where(self.place.file, self.place.clause, name, self.place.line_of(*path), None, self.book.currency)

    def fault(self, zh: str, en: str, cure_zh: str, cure_en: str, *path: str | int) -> None:
        """Report a fault at a part."""
        self.book.report(self.place.fault(Label(zh, en), Label(cure_zh, cure_en), *path))

    def grammar(self, fault: GrammarFault, *path: str | int) -> None:
        """Report a fault of the grammar, at its own line where it knows one."""
        line = self.place.line_at(fault.where.path) if fault.where.path else self.place.line_of(*path)
        self.book.report(Fault(self.place.file, line, self.place.clause, fault.message, fault.cure))

    def names(self, record_type: RecordType, *verbs: Verb) -> ObjectNames:
        """What conditions on records of the type, in the context of the verbs, may name."""
        return ObjectNames(self.book, record_type, verbs)

    def condition(self, raw: Any, names: Names, *path: str | int, lists: str = "any") -> Condition:
        """A condition; what cannot run is reported and reads as always."""
        try:
            found = compile_condition(raw, names, self.where(*path), lists=lists)
        except GrammarFault as fault:
            self.grammar(fault, *path)
            return ALWAYS
        return self.checked(found, *path)

    def gate(self, when: Any, unless: Any, names: Names) -> Condition:
        """`when` and not `unless`."""
        first = self.condition(when, names, "when")
        if unless is None:
            return first
        second = self.condition(unless, names, "unless")
        try:
            both = compile_when(when, unless, names, self.where())
        except GrammarFault:
            return first  # reported above
        self._never(both, "unless")
        return both.adopting({**first.adopted, **second.adopted})

    def acts(self, raw: Any, *path: str | int) -> tuple[Act, ...]:
        """One act or several: a verb's name, or `{verb, when}`."""
        found = []
        for i, part in enumerate(several(raw)):
            here = (*path, i) if isinstance(raw, Sequence) and not isinstance(raw, str) else path
            if act := self._act(part, *here):
                found.append(act)
        return tuple(found)

    def events(self, raw: Any, *path: str | int) -> tuple[Act | Judged, ...]:
        """Acts, and judgements written `breach:id` or `kept:id`."""
        found: list[Act | Judged] = []
        for i, part in enumerate(several(raw)):
            here = (*path, i) if isinstance(raw, Sequence) and not isinstance(raw, str) else path
            kind, colon, name = part.partition(":") if isinstance(part, str) else ("", "", "")
            if colon:
                if judged := self._judged(kind.strip(), name.strip(), *here):
                    found.append(judged)
            elif act := self._act(part, *here):
                found.append(act)
        return tuple(found)

    def people(self, raw: Any, names: Names, *path: str | int) -> Who:
        """A people expression; what cannot be read is reported."""
        return self.people_at(raw, names, self.where(*path), *path)

    def people_at(self, raw: Any, names: Names, where: Where, *path: str | int) -> Who:
        """The same, at a place of the grammar's."""
        try:
            return self.who(parse_people(raw, names, self.book.roles, where))
        except GrammarFault as fault:
            self.grammar(fault, *path)
            return Who(NOBODY, Label("", ""))

    def who(self, people: People) -> Who:
        """The people with their words."""
        return Who(people, people_label(people, self.book.roles))

    def consents(self, raw: Any, names: Names, where: Where, *path: str | int) -> tuple[Who, ...]:
        """The consents an expression asks for: one from any of its people; of *all*, one each; of *some*, so many."""
        found = self.people_at(raw, names, where, *path)
        return tuple(self.who(one) for one in singly(found.people))

    def people_needs(self, who: Who, record_type: RecordType) -> Needs:
        """What must be loaded to resolve the people."""
        paths = references(who.people).facts
        links = {path[0] for path in paths if len(path) == 2 and path[0] not in (record_type.name, ACTOR)}
        return Needs(frozenset(links))

    def one_type(self, verbs: Sequence[Verb], *path: str | int) -> RecordType | None:
        """The record type that all the verbs act on; reports verbs of different ones."""
        types = {verb.on for verb in verbs}
        if len(types) > 1:
            self.fault(
                f"这些动作属于不同的记录：{'、'.join(sorted(types))}",
                f"these verbs act on different record types: {', '.join(sorted(types))}",
                "按记录类型分成几项",
                "write one control for each record type",
                *path,
            )
        return self.book.vocabulary.types[min(types)] if len(types) == 1 else None

    def not_yet(self, key: str, *path: str | int) -> None:
        """Report a form that the product does not run yet."""
        self.fault(f"暂不支持 {key}", f"{key} is not supported yet", "先删去这一项", "leave it out for now", *path)

    def _act(self, part: Any, *path: str | int) -> Act | None:
        if isinstance(part, str):
            verb = self.book.verb(part, self.place, *path)
            return Act(verb) if verb else None
        if not isinstance(part, Mapping) or "verb" not in part:
            self.fault(
                f"这里应写动作，读到的是“{part}”",
                f"an act is expected here, not “{part}”",
                "写成 case.accept 或 {verb: case.accept, when: {…}}",
                "write case.accept or {verb: case.accept, when: {…}}",
                *path,
            )
            return None
        for key in part:
            if key not in ("verb", "when"):
                self.not_yet(str(key), *path, key)
        verb = self.book.verb(str(part["verb"]), self.place, *path, "verb")
        if verb is None:
            return None
        names = self.names(self.book.vocabulary.types[verb.on], verb)
        return Act(verb, self.condition(part.get("when"), names, *path, "when"))

    def _judged(self, kind: str, name: str, *path: str | int) -> Judged | None:
        if kind not in JUDGEMENTS:
            self.not_yet(f"{kind}:", *path)
            return None
        entry = self.book.find(self.place.policy, name)
        if entry is None or entry.engine != "deadline":
            known = [e.form.id for e in self.book.entries if e.engine == "deadline" and e.form is not None]
            self.book.report(self.place.unknown(Label("期限", "deadline"), name, known, *path))
            return None
        key = f"{entry.place.policy}#{entry.form.id}"
        clause = entry.place.clause
        words = {"broken": Label(f"{clause}的期限逾期", f"the deadline of {clause} is broken"),
                 "kept": Label(f"{clause}的期限内完成", f"the deadline of {clause} is kept")}  # fmt: skip
        return Judged(JUDGEMENTS[kind], key, words[JUDGEMENTS[kind]])

    def _never(self, condition: Condition, *path: str | int) -> None:
        for finding in condition_findings(condition):
            if finding.kind == "never":
                cure = Label("改写条件，使它有成立的时候", "write it so that it can hold")
                self.book.report(self.place.fault(finding.label, cure, *path))

    def checked(self, condition: Condition, *path: str | int) -> Condition:
        """The condition, its parameters and approvals looked up: what is not set or unknown is noted."""
        self._never(condition, *path)
        adopted: dict[str, Adopted] = {}
        for name in condition.parameters():
            found = self.book.parameter(name, self.place, *path)
            if found is None:
                continue
            adopted[name] = Adopted(found.label, found.value, found.suggestion)
            if found.value is None:
                self.missing.append(name)
        for control in sorted(condition.controls()):
            entry = self.book.find(self.place.policy, control)
            if entry is None or entry.engine != "approval":
                known = [e.form.id for e in self.book.entries if e.engine == "approval" and e.form is not None]
                self.book.report(self.place.unknown(Label("审批", "approval"), control, known, *path))
        return condition.adopting(adopted)


def singly(people: People) -> tuple[People, ...]:
    """The single consents or signatures that an expression asks for; `but` is recused from each."""
    match people:
        case AllOf(of=of):
            return tuple(single for one in of for single in singly(one))
        case Some(count=count, of=of):
            return (of[0] if len(of) == 1 else AnyOf(of),) * count
        case Recusal(who=who, but=but, otherwise=otherwise):
            return tuple(Recusal(one, but, otherwise) for one in singly(who))
        case _:
            return (people,)


def several(raw: Any) -> Sequence[Any]:
    """One or several, as several; nothing as none."""
    if raw is None:
        return ()
    return raw if isinstance(raw, Sequence) and not isinstance(raw, str) else (raw,)
