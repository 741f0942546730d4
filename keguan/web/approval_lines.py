"""Approvals as pages say them: what is decided, on what grounds, by whom in which order. Reads no record."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.facts import APPROVAL_STATES
from keguan.controls.models import Approval, ApprovalLine, ApprovalStep
from keguan.controls.queries import ApprovalRow
from keguan.kernel.records.kinds import BadValue, Kind, MoneyKind, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.queries import PersonRow
from keguan.policies.engines import Rulebook
from keguan.web.components import Fact, State, Step, Tone
from keguan.web.language import Words
from keguan.web.rules import control_of, started

TONES: Mapping[str, Tone] = {"waiting": "wait", "granted": "kept", "rejected": "broken"}


def state_of(asked: Approval | ApprovalLine) -> State:
    """The badge of a request."""
    return State(APPROVAL_STATES[asked.state], TONES.get(asked.state, ""))


def headline(rules: Rulebook, asked: Approval) -> tuple[Words, Label]:  # noqa: ARG001 – one shape for all lines
    """What is decided, most telling first (an amount, else the act), and what sort of thing it is."""
    verb = vocabulary.verbs[asked.verb]
    for argument in verb.arguments:
        given = (asked.args or {}).get(argument.name)
        if isinstance(argument.kind, MoneyKind) and given is not None:
            return shown(argument.kind, given), verb.label
    return verb.label, vocabulary.types[verb.on].label


def who_asks(name: str, row: ApprovalRow) -> Label:
    """`沈一 提交 · 由分管副总经理决定`."""
    by = Label(row.approval.by_zh, row.approval.by_en)
    return Label("{name} 提交 · 由{by}决定", "asked by {name} · decided by {by}").format(name=name, by=by)


def unnamed(row: ApprovalRow) -> Words:
    """What a request is about that is not about one record which the viewer may open."""
    if len(row.lines) > 1:
        return Label(f"{len(row.lines)} 件", f"{len(row.lines)} records")
    if row.object is None:
        kind = vocabulary.types[row.approval.object_type].label
        return Label(f"新的{kind.zh}", f"a new {kind.en.lower()}")
    return row.approval.object_label or ""


def sentence(rules: Rulebook, asked: Approval) -> Words:
    """The rule that asks for it: the row of its table that decided, else the whole control."""
    control = control_of(rules, asked.control, asked.rulebook)
    if control is None:
        return ""
    row = (asked.read or {}).get("rows", {}).get(asked.control)
    if isinstance(control, ApprovalControl) and row is not None and 0 <= row < len(control.table.rows):
        when = control.table.rows[row].when
        if not when.is_always:
            said, by = when.label(), Label(asked.by_zh, asked.by_en)
            return Label(f"{said.zh}的，由{by.zh}决定", f"Where {said.en}, {by.en} decides")
    return started(control.says)


def facts_read(asked: Approval, names: Mapping[UUID, str], masked: frozenset[str]) -> tuple[Fact, ...]:
    """The arguments asked for, in words: what the person decides about. Masked facts are left out."""
    verb = vocabulary.verbs[asked.verb]
    found = []
    for argument in verb.arguments:
        given = (asked.args or {}).get(argument.name)
        if given not in (None, "", [], {}) and argument.name not in masked:
            found.append(Fact(argument.label, shown(argument.kind, given, names)))
    return tuple(found)


def shown(kind: Kind, given: Any, names: Mapping[UUID, str] | None = None) -> Words:
    """A value as the journal holds it, in words."""
    try:
        value = kind.parse(given)
    except (BadValue, TypeError):
        return str(given)
    if isinstance(kind, Reference):
        return (names or {}).get(value, "—")
    return kind.label(value)


def references(rows: Sequence[ApprovalRow]) -> dict[str, set[UUID]]:
    """What the arguments of these requests point to, by record type: names to be read for the page."""
    found: dict[str, set[UUID]] = {}
    for row in rows:
        for argument in vocabulary.verbs[row.approval.verb].arguments:
            given = (row.approval.args or {}).get(argument.name)
            if isinstance(argument.kind, Reference) and given:
                found.setdefault(argument.kind.to, set()).add(argument.kind.parse(given))
    return found


def chain(row: ApprovalRow, people: Mapping[UUID, PersonRow]) -> tuple[Step, ...]:
    """Who asked and who decides, in order; names where somebody decided already."""
    asked = row.approval
    name = people[asked.requester].name if asked.requester in people else ""
    first = Step(Label("{name} 提出", "{name} asked").format(name=name), "done", asked.requested_at)
    return (first, *(_step(asked, step, people) for step in row.steps))


def _step(asked: Approval, step: ApprovalStep, people: Mapping[UUID, PersonRow]) -> Step:
    by = Label(step.by_zh, step.by_en)
    if step.decided_by is not None:
        name = people[step.decided_by].name if step.decided_by in people else ""
        said = Label("同意", "consented") if step.is_consent else Label("退回", "rejected")
        if step.on_behalf_of is not None and step.on_behalf_of in people:
            said = Label("代 {other} {said}", "{said} for {other}").format(
                other=people[step.on_behalf_of].name, said=said
            )
        return Step(Label("{name} {said}", "{name} {said}").format(name=name, said=said), "done", step.decided_at)
    if step.decided_at is not None:
        return Step(Label(f"{by.zh} 逾时，视为同意", f"{by.en}: not decided in time, counts as consent"), "done",
                    step.decided_at)  # fmt: skip
    if asked.state != "waiting":
        return Step(by, "skipped")
    return Step(by, "now" if step.pos == asked.step else "todo")
