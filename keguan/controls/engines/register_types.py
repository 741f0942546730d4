"""Registers as record types: their facts, lines and verbs, registered in the vocabulary beside the product's own."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from keguan.kernel.commands import revealing
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, Verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Integer, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType, Stage
from keguan.kernel.records.vocabulary import Setting, vocabulary

ORIGINATOR = "originator"
OPENER = Label("开单人", "the originator")
VOID = Stage("void", Label("已作废", "Void"))
WHO_OPENS = Label("不填即由登记的人负责", "if empty, whoever opens it")
_lock = threading.Lock()


@dataclass(frozen=True)
class Step:
    """A stage and the verb (without its noun) that enters it; `act` is what the verb is called where that is said."""

    stage: str
    label: Label
    by: str
    act: Label | None = None


@dataclass(frozen=True)
class Copy:
    """One copy: who keeps it, and to whom it goes first."""

    keeper: str
    goes: str | None = None


@dataclass(frozen=True)
class Plan:
    """A register as its control writes it, in that version of its policy (0: a draft)."""

    name: str
    label: Label
    facts: tuple[Fact, ...]
    lists: tuple[tuple[str, Label, tuple[Fact, ...]], ...]
    steps: tuple[Step, ...]
    copies: tuple[Copy, ...]
    of: str | None = None
    number: str | None = None
    goes: str | None = None
    keeps: str | None = None
    indexed: tuple[str, ...] = ()
    version: int = field(default=0, compare=False)
    roles: Mapping[str, Label] = field(default_factory=dict, hash=False, compare=False)

    def holder(self, role: str) -> Label:
        """Who passes a copy on or keeps it, in words."""
        return OPENER if role == ORIGINATOR else self.roles.get(role, Label.written(role))

    @property
    def table(self) -> str:
        """The view that holds its records."""
        return f"register_{self.name}"

    @property
    def opening(self) -> Label:
        """What entering a new record is called."""
        said = self.steps[0].act if self.steps else None
        return said or Label(f"登记{self.label.zh}", f"New entry: {self.label.en}")

    def called(self, verb: str) -> Label | None:
        """What the verb (with its noun) is called, where the register says it of a stage."""
        return next((step.act for step in self.steps if f"{self.name}.{step.by}" == verb), None)

    @property
    def shape(self) -> tuple[object, ...]:
        """What verbs are made of beside its fields, without the words."""
        steps = [(step.stage, step.by) for step in self.steps]
        lists = [(name, facts) for name, _, facts in self.lists]
        return steps, lists, self.copies, self.goes, self.keeps, self.number


@dataclass(frozen=True)
class Declared:
    """A register that is known in this process."""

    plan: Plan
    type: RecordType


register_types: dict[str, Declared] = {}
adopted: dict[str, Plan] = {}
"""The registers of rulebooks that were adopted, with all their fields: what later versions must keep."""
declared_hooks: list[Callable[[Declared], None]] = []


def declare(plan: Plan) -> Declared:
    """Make the register known with its verbs; of two versions the one with more fields stands, of equals the later."""
    with _lock:
        known = register_types.get(plan.name)
        if known is not None and plan == known.plan:
            # the same words in a later version are its words, too: none in between may take their place
            later = plan if plan.version > known.plan.version else known.plan
            register_types[plan.name] = replace(known, plan=later)
            return register_types[plan.name]
        if known is not None and _says_no_more(plan, known.plan):
            return known
        made = Declared(plan, record_type(plan))
        vocabulary.types[plan.name] = made.type
        pattern = plan.number or f"{plan.name[:2].upper()}-YYYYMM-NNN"
        vocabulary.settings[f"{plan.name}.number_pattern"] = Setting(
            f"{plan.name}.number_pattern",
            Text(40),
            Label(f"{plan.label.zh}编号规则", f"{plan.label.en} number pattern"),
            pattern,
        )
        for verb in verbs(plan, made.type):
            vocabulary.verbs[verb.name] = verb
        register_types[plan.name] = made
        for hook in declared_hooks:
            hook(made)
        return made


def _says_no_more(plan: Plan, known: Plan) -> bool:
    """Whether the known one stands: it has more fields, or the same in a later version; nothing else needs new verbs.

    One with more fields is a later version: it stands, whatever an earlier one says of the fields that it had. Words
    alone are those of the latest version, in whatever order a process compiles the rulebooks of the past.
    """
    if plan.shape != known.shape:
        return False
    mine, theirs = ({fact.name for fact in one.facts} for one in (plan, known))
    return mine < theirs or (mine == theirs and plan.version < known.version)


COPIES = (
    Fact("n", Integer(), Label("联次", "Copy")),
    Fact("goes", Text(60), Label("送往", "Goes to")),
    Fact("keeper", Text(60), Label("保管", "Kept by")),
    Fact("gone_at", Moment(), Label("送达时间", "Went at")),
    Fact("gone_by", Reference("person"), Label("经手人", "Passed on by")),
    Fact("kept_at", Moment(), Label("收存时间", "Kept since")),
    Fact("kept_by", Reference("person"), Label("收存人", "Kept by whom")),
)


def record_type(plan: Plan) -> RecordType:
    """The record type of a register."""
    belongs: tuple[Fact, ...] = ()
    if plan.of is not None:
        label = vocabulary.types[plan.of].label if plan.of in vocabulary.types else Label(plan.of, plan.of)
        belongs = (Fact(plan.of, Reference(plan.of), label),)
    lists = [LineType(name, label, f"{plan.table}_{name}", "record", facts) for name, label, facts in plan.lists]
    if plan.copies:
        lists.append(LineType("copies", Label("联次", "Copies"), f"{plan.table}_copies", "record", COPIES))
    stages = [Stage(step.stage, step.label) for step in plan.steps] or [Stage("open", Label("已登记", "Open"))]
    return RecordType(
        plan.name, plan.label, plan.table,
        (
            Fact("code", Text(40), Label("编号", "Number")),
            Fact("title", Text(200), Label("标题", "Title")),
            *belongs,
            *plan.facts,
            Fact("owner", Reference("person"), Label("负责人", "Owner")),
            Fact("unit", Reference("unit"), Label("部门", "Unit")),
            Fact("opened_by", Reference("person"), Label("登记人", "Opened by")),
            Fact("opened_at", Moment(), Label("登记时间", "Opened at")),
            Fact("stage", Text(40), Label("环节", "Stage")),
        ),
        lines=tuple(lists), stages=(*stages, VOID), stage="stage", owner="owner", opener="opened_by", unit="unit",
        series=f"{plan.name}.number_pattern",
    )  # fmt: skip


def _takes(fact: Fact, *, required: bool) -> Argument:
    return Argument(fact.name, fact.kind, fact.label, required, fact.personal, fact.help)


def verbs(plan: Plan, kind: RecordType) -> list[Verb]:
    """The verbs of a register: open, change, one for each further stage, the ways of its copies, lines, void."""
    name, label = plan.name, plan.label
    common = [kind.by_name[one] for one in ("title", "owner", "unit", *((plan.of,) if plan.of else ()))]
    given = [_takes(fact, required=fact.required) for fact in plan.facts]
    loose = [_takes(fact, required=False) for fact in (*common, *plan.facts)]
    first = plan.steps[0].stage if plan.steps else "open"
    links = (plan.of,) if plan.of else ()
    opened = [_takes(fact, required=False) for fact in common]
    opened = [replace(one, help=WHO_OPENS) if one.name == kind.owner else one for one in opened]
    found = [
        Verb(f"{name}.open", plan.opening, name, opening(plan, first), (*opened, *given), creates=True, enters=first,
             names=links),
        Verb(f"{name}.change", Label(f"更正{label.zh}", f"Change: {label.en}"), name, change, tuple(loose)),
        Verb(f"{name}.void", Label(f"作废{label.zh}", f"Void: {label.en}"), name, entering("void"),
             (Argument("reason", Text(2000, lines=True), Label("理由", "Reason"), required=True, personal=True),),
             enters="void"),
        Verb(f"{name}.reveal", revealing.LABEL, name, revealing.reveal, revealing.ARGUMENTS, reveals=True),
    ]  # fmt: skip
    routed = {plan.goes: "gone", plan.keeps: "kept"}
    found += [
        Verb(f"{name}.{step.by}", step.act or step.label, name, entering(step.stage), tuple(loose), enters=step.stage)
        for step in plan.steps[1:]
        if f"{name}.{step.by}" not in routed
    ]
    copy = Argument("copy", Integer(1), Label("第几联", "Which copy"), required=True)
    for verb, part in routed.items():
        if verb:
            words = Label("送出一联", "Pass a copy on") if part == "gone" else Label("收存一联", "Keep a copy")
            found.append(Verb(verb, plan.called(verb) or words, name, passing(part), (copy,), loads=("copies",)))
    for list_name, list_label, facts in plan.lists:
        given = [_takes(fact, required=fact.required) for fact in facts]
        found.append(Verb(f"{name}.add_{list_name}", Label(f"添加{list_label.zh}", f"Add: {list_label.en}"), name,
                          adding(list_name), tuple(given)))  # fmt: skip
    return found


def opening(plan: Plan, first: str) -> Callable[[Work, list[Item]], None]:
    """The body that creates a record."""

    def body(work: Work, items: list[Item]) -> None:
        """Enter a new record into the register."""
        for item in items:
            facts = {"owner": work.ctx.actor, **{key: value for key, value in item.args.items() if value is not None}}
            work.create(item, **facts, opened_by=work.ctx.actor, opened_at=item.happened_at, stage=first)
            work.number(item, "code")
            for n, copy in enumerate(plan.copies, 1):
                work.add_line(item, "copies", n=n, goes=copy.goes, keeper=copy.keeper)

    return body


def change(work: Work, items: list[Item]) -> None:
    """Correct what stands in the register."""
    for item in items:
        if not _is_void(work, item):
            work.set(item, **item.args)


def entering(stage: str) -> Callable[[Work, list[Item]], None]:
    """The body that brings a record into a stage."""

    def body(work: Work, items: list[Item]) -> None:
        """Bring the record into its next stage."""
        for item in items:
            if not _is_void(work, item):
                facts: dict[str, Any] = {key: value for key, value in item.args.items() if key in work.type.by_name}
                work.set(item, **facts, stage=stage)

    return body


def passing(part: str) -> Callable[[Work, list[Item]], None]:
    """The body by which a copy goes, or is kept."""

    def body(work: Work, items: list[Item]) -> None:
        """Note where a copy of the record is now."""
        for item in items:
            line = next((one for one in item.before.lines["copies"] if one["n"] == item["copy"]), None)
            if line is None or line[f"{part}_at"] is not None:
                message = Label(f"第 {item['copy']} 联已经办过了", f"copy {item['copy']} is dealt with already")
                work.refuse(item, Reason(message, field="copy", kind="invariant"))
            elif not _is_void(work, item):
                who = {f"{part}_at": item.happened_at, f"{part}_by": work.ctx.actor}
                work.set_line(item, "copies", line["id"], **who)

    return body


def adding(list_name: str) -> Callable[[Work, list[Item]], None]:
    """The body that adds a line."""

    def body(work: Work, items: list[Item]) -> None:
        """Add a line to the record."""
        for item in items:
            if not _is_void(work, item):
                work.add_line(item, list_name, **item.args)

    return body


def _is_void(work: Work, item: Item) -> bool:
    if item.before["stage"] != VOID.name:
        return False
    work.refuse(item, Reason(Label("这条记录已作废", "this record is void"), kind="invariant"))
    return True
