"""The side of a record's page: term bars, the clauses that apply here now with their state, what the viewer may do."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from keguan.controls.gate import refusals
from keguan.controls.live.access import seen
from keguan.controls.live.guards import MACHINERY
from keguan.controls.live.recalculating import said
from keguan.controls.models import OPEN_STATES, Obligation
from keguan.controls.queries.approvals_told import approvals_of
from keguan.controls.queries.evidence import standing
from keguan.controls.queries.obligations import PAUSED, Owed, rows
from keguan.controls.queries.settings import InForce, settings_here
from keguan.controls.scopes import grants
from keguan.controls.terms import Progress, calendar_for, due_words, progress
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Verdict
from keguan.kernel.commands.outcomes import Citation, Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Control
from keguan.policies.rulebooks import current

ActionState = Literal["free", "needs", "blocked", "denied"]
STATES = {
    "waiting": Label("等待决定", "waiting"),
    "broken": Label("已逾期", "overdue"),
    "running": Label("进行中", "running"),
    "refused": Label("曾被拒绝", "was refused"),
    "undetermined": Label("无法判断", "undetermined"),
    "warned": Label("已提醒", "warned"),
    "recorded": Label("已记录", "recorded"),
    "overridden": Label("曾破例", "overridden"),
    "timed_out": Label("逾时未决定", "not decided in time"),
    "lapsed": Label("申请已失效", "request lapsed"),
    "kept_late": Label("逾期后完成", "done late"),
    "passed": Label("试行无异议", "passed on trial"),
    "kept": Label("已做到", "kept"),
    "cancelled": Label("已取消", "cancelled"),
    "waived": Label("已豁免", "waived"),
    "idle": Label("未触发", "not yet"),
    "unset": Label("未设定", "not configured"),
    "set": Label("取值", "value in use"),
}
ORDER = {state: place for place, state in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class TermBar:
    """A deadline of a record: the row, when it is due in words, the bar's pieces and the arithmetic under it."""

    owed: Owed
    due: Label
    progress: Progress
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class ClauseState:
    """A control that concerns the record: its clause, its sentence, and how it stands here."""

    control: str
    engine: str
    citation: Citation
    sentence: Label
    state: str
    state_label: Label
    is_trial: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A verb of a record's type as a button: free, needs the consent of `by`, blocked (with reasons), or denied.

    `denied` is not the viewer's to do; pages leave it out or show it grey. `notes` are shown before the form.
    """

    verb: str
    label: Label
    help: str
    state: ActionState
    by: Label | None = None
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    citation: Citation | None = None


def term_bars(viewer: UUID, record_type: str, record: UUID, *, is_all: bool = False) -> list[TermBar]:
    """The deadlines of a record, the earliest due first; closed ones too with `is_all`."""
    if not _is_seen(viewer, record_type, record):
        return []
    found = Obligation.objects.filter(object=record, is_trial=False).order_by("due_at", "id")
    listed = list(found if is_all else found.filter(state__in=OPEN_STATES))
    now = clock.now()
    book = current(now)
    bars = []
    for one, row in zip(listed, rows(viewer, listed), strict=True):
        deadline = said(one.term, one.marks, one.due_at, calendar_for(book, one.unit, one.people))
        at = min(one.met_at, now) if one.met_at else now
        due = PAUSED if one.is_paused else due_words(one.due_at, now)
        bars.append(TermBar(row, due, progress(deadline, at), deadline.is_provisional))
    return bars


def clauses_here(viewer: UUID, record_type: str, record: UUID) -> list[ClauseState]:
    """Every control that concerns records of the type, with its state on this one: what needs care first.

    Last come the settings that a clause gives for it, with their values.
    """
    if not _is_seen(viewer, record_type, record):
        return []
    verbs = {verb.name for verb in vocabulary.verbs_on(record_type)}
    states = _states(viewer, record)
    found = [
        _clause(control, states.get(control.key))
        for control in current(clock.now()).controls
        if control.engine not in ("access", "setting") and not verbs.isdisjoint(control.verbs)
    ]
    given = [_given(one) for one in settings_here(record_type, record)]
    return sorted(found, key=lambda clause: ORDER.get(clause.state, len(ORDER))) + given


def actions(viewer: UUID, record_type: str, record: UUID) -> list[Action]:
    """Each verb that may be used on the record, with the verdict that the command would get: the same law answers."""
    verbs = [verb for verb in vocabulary.verbs_on(record_type) if not verb.creates]
    verdicts = refusals(Context(viewer, "page"), [verb.name for verb in verbs], record)
    return [_action(verb.name, verdicts[verb.name]) for verb in verbs if not verdicts[verb.name].is_hidden]


def _action(name: str, verdict: Verdict) -> Action:
    verb = vocabulary.verbs[name]
    notes = tuple(verdict.warnings)
    if verdict.reasons:
        is_denied = any(reason.kind == "access" for reason in verdict.reasons)
        cited = next((reason.citation for reason in verdict.reasons if reason.citation), None)
        state: ActionState = "denied" if is_denied else "blocked"
        return Action(name, verb.label, verb.help, state, None, tuple(verdict.reasons), notes, cited)
    if verdict.instead:
        return Action(name, verb.label, verb.help, "needs", verdict.instead.by, (), notes, verdict.instead.citation)
    return Action(name, verb.label, verb.help, "free", None, (), notes)


def _states(viewer: UUID, record: UUID) -> dict[str, str]:
    """By control, how it stands on the record: the latest evidence, then the latest obligation, then a request."""
    states: dict[str, str] = {}
    latest = standing().filter(object=record).order_by("control", "-id").distinct("control")
    for control, outcome in latest.values_list("control", "outcome"):
        states[control] = "kept" if outcome in ("done", "opened", "waiting") else outcome
    states.update(Obligation.objects.filter(object=record).order_by("id").values_list("control", "state"))
    for row in approvals_of(viewer, record, is_open=True):
        states[row.control] = "waiting"
    return states


def _clause(control: Control, state: str | None) -> ClauseState:
    name = state or ("idle" if control.is_configured else "unset")
    label = STATES.get(name, Label(name, name))
    return ClauseState(
        control.key, control.engine, control.citation, control.says, name, label, control.trial, control.rules
    )


def _given(one: InForce) -> ClauseState:
    control, setting = one.control, one.setting
    shown = setting.kind.show(one.value)
    says = Label(f"{setting.label.zh}：{shown}", f"{setting.label.en}: {shown}")
    return ClauseState(
        control.key, control.engine, control.citation, says, "set", STATES["set"], control.trial, control.rules
    )


def _is_seen(viewer: UUID, record_type: str, record: UUID) -> bool:
    found = grants(viewer)
    if found is None or record_type in MACHINERY:
        return False
    return record in seen(Rows(), found, record_type, [record])
