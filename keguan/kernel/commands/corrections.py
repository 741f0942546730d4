"""Correcting what was recorded wrongly, and voiding what should not have been: verbs that every record type can have.

Nothing is deleted or rewritten. A correction says what was and what is; controls judge anew and keep both judgements.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from keguan.kernel.commands.cited import Cited
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.preparing import VOIDED
from keguan.kernel.commands.verbs import Argument, Inverse, Item, Verb, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import BadValue, Fields, Moment, Reference, Text, empty
from keguan.kernel.records.labels import Label, about
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import suggestions

Derive = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Derived facts (search keys) of the facts as corrected."""

WHY = Argument("reason", Text(2000, lines=True), Label("理由", "Reason"), required=True, personal=True)
CLAUSE = Argument("clause", Text(200), Label("依据条款", "Clause relied on"))
EVENT = Argument("event", Reference("event"), Label("更正哪一次办理的时间", "Act whose time is corrected"))
ACTUAL = Argument("actual_at", Moment(), Label("实际发生时间", "When it really happened"))
FACTS = Argument("facts", Fields(), Label("更正的内容", "Facts and what they really are"), personal=True)


def _input(zh: str, en: str, field: str | None, cure: Label | None = None) -> Reason:
    return Reason(Label(zh, en), cure, field=field, kind="input")


NOTHING = _input(
    "没有说明更正什么", "it is not said what is corrected", "facts",
    Label("写明 facts，或 event 与 actual_at", "give facts, or event with actual_at"),
)  # fmt: skip
HALF = _input(
    "更正时间要同时写明哪一次办理与实际时间", "a time is corrected by naming the act and when it really happened",
    "actual_at", Label("event 与 actual_at 一并填写", "give both event and actual_at"),
)  # fmt: skip
SAME = _input("更正前后一样", "what is given is what stands there already", None)
FUTURE = _input("实际发生时间不能晚于现在", "it cannot have happened in the future", "actual_at")
MACHINE = _input(
    "这一条由系统判定，不能更正时间", "this entry is a judgement of the system; its time cannot be corrected", "event",
    Label("请更正引起它的那次办理", "correct the act that led to it"),
)  # fmt: skip


def correctable(record_type: RecordType) -> dict[str, Fact]:
    """The facts that a correction may give: recorded ones, but for code, stage and what stands elsewhere."""
    fixed = {record_type.code, record_type.stage, record_type.declared, record_type.voided}
    return {
        fact.name: fact
        for fact in record_type.facts
        if not fact.derived and fact.name not in fixed and fact.kind.name != "line"
    }


def add_correct(record_type: RecordType, derive: Derive | None = None) -> Verb:
    """Declare `<type>.correct`: facts of a record, or the time of one of its events, were recorded wrongly."""

    @verb(
        f"{record_type.name}.correct",
        Label("更正", "Correct"),
        on=record_type,
        arguments=(
            FACTS, EVENT, ACTUAL, WHY, CLAUSE,
            *(takes(record_type, record_type.declared) if record_type.declared else ()),
        ),
        cites="event",
        corrects=True,
    )  # fmt: skip
    def correct(work: Work, items: list[Item]) -> None:
        """Set right what was recorded wrongly: facts, or when an act really happened. Both stay readable."""
        for item in items:
            if reason := _correct(work, item, record_type, derive):
                work.refuse(item, reason)

    return correct


def _correct(work: Work, item: Item, record_type: RecordType, derive: Derive | None) -> Reason | None:
    values, reason = _typed(record_type, item["facts"] or {})
    if reason:
        return reason
    declared = record_type.declared
    if declared and declared in item.args:
        values[declared] = item[declared]
    if (item["event"] is None) is not (item["actual_at"] is None):
        return HALF
    if item["event"] is None and not values:
        return NOTHING
    if item.cited is not None:
        reason = _move(work, item, item.cited, item["actual_at"], values)
        if reason:
            return reason
    changed = {name: value for name, value in values.items() if value != item.before.values.get(name)}
    if not changed and item.cited is None:
        return SAME
    if derive is not None and changed:
        changed.update(derive({**item.before.values, **changed}))
    work.set(item, **changed)
    return None


def _move(work: Work, item: Item, cited: Cited, at: dt.datetime, values: dict[str, Any]) -> Reason | None:
    """Move the cited event to when it really happened, and with it the facts that took their value from its time."""
    if cited.actor is None and cited.verb.partition(".")[0] != item.before.type.name:
        return MACHINE
    if at == cited.happened_at:
        return SAME
    if at > work.now:
        return FUTURE
    was = cited.happened_at.astimezone(dt.UTC).isoformat()
    for name, fact in correctable(item.before.type).items():
        took_it = isinstance(fact.kind, Moment) and item.before.get(name) == cited.happened_at
        if took_it and name in cited.changes and name not in values:
            values[name] = at
    work.note(item, "corrects", {"event": str(cited.id), "happened_at": [was, at.astimezone(dt.UTC).isoformat()]})
    return None


def _typed(record_type: RecordType, given: Mapping[str, Any]) -> tuple[dict[str, Any], Reason | None]:
    known = correctable(record_type)
    values: dict[str, Any] = {}
    for name, raw in given.items():
        fact = known.get(name)
        if fact is None:
            near = suggestions(name, known)
            cure = Label(f"是不是要写 {near[0]}？", f"did you mean {near[0]}?") if near else None
            return {}, _input(f"{name} 不能这样更正", f"{name} cannot be corrected this way", name, cure)
        try:
            values[name] = None if empty(raw) else fact.kind.parse(raw)
        except BadValue as bad:
            message = about(fact.label, bad.label)
            return {}, Reason(message, field=name, kind="input")
    return values, None


ALIVE = Reason(Label("这条记录没有作废", "this record was not voided"), kind="invariant")


def add_void(record_type: RecordType, *emptied: str) -> tuple[Verb, Verb]:
    """Declare `<type>.void` for records entered in error, and `<type>.reinstate` that takes it back.

    The type names the fact that says when under `voided`. `emptied` are facts that tell why a record is void; they
    are empty once it counts again.
    """
    name = record_type.voided
    if name is None:
        raise ValueError(f"{record_type.name} names no fact under voided")

    @verb(
        f"{record_type.name}.void",
        Label("作废", "Void"),
        on=record_type,
        arguments=(WHY, CLAUSE),
        voids=True,
        inverse=Inverse(f"{record_type.name}.reinstate", lambda _cited: {}),
    )
    def void(work: Work, items: list[Item]) -> None:
        """Mark a record as entered in error: its clocks stop and it counts as no evidence. Nothing is deleted."""
        for item in items:
            if item.before.get(name) is not None:
                work.refuse(item, VOIDED)
            else:
                work.set(item, **{name: item.happened_at})
                work.note(item, "voids", str(item.id))

    @verb(
        f"{record_type.name}.reinstate",
        Label("恢复", "Reinstate"),
        on=record_type,
        arguments=(Argument("reason", WHY.kind, WHY.label, personal=True),),
        reinstates=True,
    )
    def reinstate(work: Work, items: list[Item]) -> None:
        """Take back that a record was voided."""
        for item in items:
            if item.before.get(name) is None:
                work.refuse(item, ALIVE)
            else:
                work.set(item, **dict.fromkeys((name, *emptied)))

    return void, reinstate
