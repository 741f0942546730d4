"""Approvals as pages say them: what is decided, on what grounds, by whom in which order. Reads no record."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.engines.approval import ApprovalControl, Ask
from keguan.controls.facts import APPROVAL_STATES
from keguan.controls.models import Approval, ApprovalLine, ApprovalStep
from keguan.controls.queries import ApprovalRow
from keguan.kernel.records.kinds import BadValue, Kind, MoneyKind, Reference
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.queries import PersonRow
from keguan.policies.engines import Rulebook
from keguan.web.components import Fact, State, Step, Tone
from keguan.web.language import Words
from keguan.web.rules import control_of, started

TONES: Mapping[str, Tone] = {"waiting": "wait", "granted": "kept", "rejected": "broken", "returned": "wait"}
SENT_BACK = Label("退回", "sent it back")


def state_of(asked: Approval | ApprovalLine) -> State:
    """The badge of a request."""
    return State(APPROVAL_STATES[asked.state], TONES.get(asked.state, ""))


def headline(asked: Approval) -> tuple[Words, Label]:
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
    return Label("{name} 提交 · 由{by}决定", "Asked by {name} · decided by {by}").format(name=name, by=by)


def unnamed(row: ApprovalRow) -> Words:
    """What a request is about that is not about one record which the viewer may open."""
    if len(row.lines) > 1:
        return Label("{n} 件", "{n} {n:record|records}").format(n=len(row.lines))
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
            # whom the clause means: others may have been brought in since
            said, by = when.label(), Ask(control, row, control.table.rows[row].outputs["by"]).by
            return Label(f"{said.zh}的，由{by.zh}决定", f"Where {said.en}, {by.en} decides")
    return started(control.says)


def facts_read(asked: Approval, names: Mapping[UUID, Words], masked: frozenset[str]) -> tuple[Fact, ...]:
    """The arguments asked for, in words: what the person decides about. Masked facts are left out."""
    verb = vocabulary.verbs[asked.verb]
    found = []
    for argument in verb.arguments:
        given = (asked.args or {}).get(argument.name)
        if given not in (None, "", [], {}) and argument.name not in masked:
            found.append(Fact(argument.label, shown(argument.kind, given, names)))
    return tuple(found)


def shown(kind: Kind, given: Any, names: Mapping[UUID, Words] | None = None) -> Words:
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
    """Who asked and who decides, in order; names where somebody decided already or was brought in by name."""
    asked = row.approval
    first = Step(Label("{name} 提出", "{name} asked").format(name=_name(people, asked.requester)), "done",
                 asked.requested_at)  # fmt: skip
    together = Counter(step.pos for step in row.steps if step.decided_at is None)
    return (first, *(_step(asked, step, people, together[step.pos]) for step in row.steps))


def told_why(row: ApprovalRow, viewer: UUID, people: Mapping[UUID, PersonRow]) -> Words:
    """What somebody wrote to the viewer when he brought him in, or when the request came back to an earlier step."""
    now = [step for step in row.steps if step.pos == row.approval.step and step.decided_at is None]
    for step in now:
        if step.why and viewer in (step.named or ()):
            by = step.added_by or next(iter(step.relieved or ()), None)
            return Label.typed(f"{_name(people, by)}：{step.why}" if by else step.why)
    back = [step for step in row.steps if step.is_void and not step.is_consent and step.comment]
    if now and back:
        last = max(back, key=lambda step: step.decided_at or row.approval.requested_at)
        return Label.typed(f"{_name(people, last.decided_by)}：{last.comment}")
    return ""


def mentioned(row: ApprovalRow) -> set[UUID]:
    """Everybody whose name stands in the chain of a request."""
    found = {row.approval.requester}
    for step in row.steps:
        found |= {one for one in (step.decided_by, step.on_behalf_of, step.added_by) if one}
        found |= {*(step.named or ()), *(step.relieved or ())}
    return found


def earlier(row: ApprovalRow) -> list[tuple[int, Label]]:
    """The steps to which a request can be sent back, with who decided there."""
    found: dict[int, list[Label]] = {}
    for step in row.steps:
        is_over = step.decided_at is not None and step.pos < row.approval.step
        if is_over and not step.is_void and step.added_by is None:
            found.setdefault(step.pos, []).append(Label(step.by_zh, step.by_en))
    return [(pos, join(labels, "、", ", ")) for pos, labels in found.items()]


def _name(people: Mapping[UUID, PersonRow], key: UUID | None) -> str:
    return people[key].name if key is not None and key in people else ""


def _step(asked: Approval, step: ApprovalStep, people: Mapping[UUID, PersonRow], together: int) -> Step:
    by = _who(step, people)
    if step.decided_by is not None:
        return Step(_said(step, people), "skipped" if step.is_void else "done", step.decided_at)
    if step.decided_at is not None:
        words = Label("{by} 逾时，视为同意", "{by}: not decided in time, counts as consent").format(by=by)
        return Step(words, "skipped" if step.is_void else "done", step.decided_at)
    if asked.state != "waiting":
        return Step(by, "skipped")
    if not step.people:
        by = Label("{by}（目前无人）", "{by} (nobody at present)").format(by=by)
    elif together > 1:
        by = Label("{by}（会签）", "{by} (all of these)").format(by=by)
    elif len(step.people) > 1:
        by = Label("{by}（任一人）", "{by} (any one)").format(by=by)
    return Step(by, "now" if step.pos == asked.step else "todo")


def _who(step: ApprovalStep, people: Mapping[UUID, PersonRow]) -> Label:
    """Who is asked, in words: by the clause, added by an approver, or instead of one."""
    names = "、".join(_name(people, one) for one in step.named or ())
    if step.added_by is not None:
        return Label("{names}（{by}加签）", "{names} (added by {by})").format(
            names=names, by=_name(people, step.added_by)
        )
    by = Label(step.by_zh, step.by_en)
    return Label("{by}（转{names}）", "{by} (handed to {names})").format(by=by, names=names) if names else by


def _said(step: ApprovalStep, people: Mapping[UUID, PersonRow]) -> Label:
    said = Label("同意", "consented") if step.is_consent else Label("驳回", "rejected")
    if step.is_void:
        said = Label("同意（已退回，不算）", "consented (sent back since)") if step.is_consent else SENT_BACK
    if step.on_behalf_of is not None and step.on_behalf_of in people:
        said = Label("代 {other} {said}", "{said} for {other}").format(other=people[step.on_behalf_of].name, said=said)
    return Label("{name} {said}", "{name} {said}").format(name=_name(people, step.decided_by), said=said)
