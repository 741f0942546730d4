"""Controls as the policy page and the evidence list show them: a sentence, live figures, the share kept, the table."""

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse

from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.queries import JUDGED, Figures, broken_in
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.policies.engines import Control, Rulebook, engines
from keguan.web import pages
from keguan.web.components import Figure, Tone
from keguan.web.pages import TableRow
from keguan.web.rules import started

QUARTER = Label("本季", "This quarter")

SHOWN: Mapping[str, tuple[str, ...]] = {
    "deadline": ("kept", "broken", "kept_late", "cancelled", "waived", "undetermined"),
    "approval": ("kept", "waiting", "timed_out", "lapsed", "overridden", "undetermined"),
    "reaction": ("done", "recorded", "undetermined"),
    "decision": ("decided", "overridden", "undetermined"),
    "measure": ("kept", "refused", "undetermined"),
    "conduct": ("observed", "kept", "broken", "dismissed"),
}
GUARD = ("kept", "refused", "warned", "recorded", "overridden", "passed", "undetermined")
ALWAYS = {"deadline": ("kept", "broken"), "approval": ("kept", "waiting"), "reaction": ("done",),
          "decision": ("decided",), "measure": ("refused",), "conduct": ("observed", "kept", "broken")}  # fmt: skip
OUTCOMES: Mapping[str, tuple[Label, Tone]] = {
    "kept": (Label("守", "kept"), "kept"),
    "broken": (Label("破", "broken"), "broken"),
    "kept_late": (Label("迟办", "kept late"), "soon"),
    "cancelled": (Label("取消", "cancelled"), ""),
    "waived": (Label("豁免", "waived"), ""),
    "refused": (Label("拒绝", "refused"), ""),
    "waiting": (Label("送审", "sent for consent"), "wait"),
    "warned": (Label("提醒", "warned"), "soon"),
    "recorded": (Label("只记录", "recorded"), ""),
    "undetermined": (Label("无法判定", "undetermined"), "soon"),
    "done": (Label("已执行", "done"), "kept"),
    "decided": (Label("已评定", "decided"), ""),
    "overridden": (Label("破例或改定", "overridden"), "soon"),
    "passed": (Label("试行无异议", "passed on trial"), ""),
    "timed_out": (Label("逾时未决", "not decided in time"), "soon"),
    "lapsed": (Label("申请失效", "lapsed"), ""),
    "observed": (Label("观察", "observed"), ""),
    "dismissed": (Label("不成立", "dismissed"), ""),
    "running": (Label("进行中", "running"), ""),
}


def units_of(figures: Figures) -> dict[UUID, str]:
    """Names of the units in which something was broken. One statement."""
    return org.unit_names(broken_in(figures))


def card(control: Control, evidence: Figures, units: Mapping[UUID, str], rules: Rulebook) -> pages.Control:
    """A control with its figures, each opening the list behind it."""
    engine = engines[control.engine].label
    if not control.is_configured:
        return pages.Control(started(control.says), engine, "unset", note=_missing(control, rules))
    if control.engine not in JUDGED:
        return pages.Control(started(control.says), engine, "trial" if control.trial else "on")
    return pages.Control(
        sentence=_sentence(control),
        engine=engine,
        state="trial" if control.trial else "on",
        figures=_figures(control, evidence),
        share=evidence.share(control),
        period=QUARTER,
        rows=_rows(control, evidence),
        note=_where_broken(control, evidence, units) or _never_observed(control, evidence),
        evidence_url=address(control.key),
    )


def address(key: str, tab: str = "") -> str:
    """The list of a control's evidence."""
    listed = reverse("web:evidence", args=[key])
    return f"{listed}?tab={tab}" if tab else listed


def outcomes_of(control: Control) -> tuple[str, ...]:
    """The outcomes that a control of this sort comes to."""
    return SHOWN.get(control.engine, GUARD)


def _sentence(control: Control) -> Label:
    """The control in words; briefly where its table stands below."""
    if not isinstance(control, ApprovalControl) or len(control.table.rows) < 2:
        return started(control.says)
    acts = join([vocabulary.verbs[name].label for name in sorted(control.verbs)], "、", ", ")
    how, en_how = ("核决", "a decision") if control.how == "authority" else ("审批", "approval")
    return Label(f"“{acts.zh}”须经{how}", f"“{acts.en}” needs {en_how}")


def _figures(control: Control, evidence: Figures) -> tuple[Figure, ...]:
    let_through = {"warn": "warned", "record": "recorded"}.get(getattr(control, "effect", ""), "refused")
    always = ALWAYS.get(control.engine, ("kept", let_through))
    found = []
    for outcome in outcomes_of(control):
        count = evidence.of(control.key, outcome)
        if count or outcome in always:
            label, tone = OUTCOMES[outcome]
            tone = tone if tone == "broken" and count else ""
            found.append(Figure(label, f"{count:,}", address(control.key, outcome), tone))
    if control.engine == "deadline":
        running = evidence.running.get(control.key, 0)
        found.insert(2, Figure(OUTCOMES["running"][0], f"{running:,}", address(control.key, "running")))
    return tuple(found)


def _rows(control: Control, evidence: Figures) -> tuple[TableRow, ...]:
    if not isinstance(control, ApprovalControl) or len(control.table.rows) < 2:
        return ()
    counts = evidence.decided.get(control.key, {})
    rows = []
    for at, row in enumerate(control.table.rows):
        when = Label("其余", "otherwise") if row.when.is_always else row.when.label()
        by = [join(list(dict.fromkeys(step.by.label() for step in row.outputs.get("by", ()))))]
        rows.append(TableRow(when, join(by), f"{counts.get(at, 0):,}"))
    return tuple(rows)


def _where_broken(control: Control, evidence: Figures, names: Mapping[UUID, str]) -> Label | str:
    units = evidence.tally.get((control.key, "broken"), {})
    if not units:
        return ""
    listed = sorted(units.items(), key=lambda pair: (-pair[1], str(pair[0])))
    words, nobody = Label("{unit} {n}", "{unit} {n}"), Label("未定部门", "no unit")
    where = join([words.format(unit=names.get(unit, "") if unit else nobody, n=n) for unit, n in listed])
    return Label("破的：{where}", "Broken: {where}").format(where=where)


def _never_observed(control: Control, evidence: Figures) -> Label | str:
    """A duty that nobody was ever seen to keep or break is not a duty kept."""
    if control.engine != "conduct" or any(evidence.of(control.key, one) for one in SHOWN["conduct"]):
        return ""
    return Label("从未观察：没有人登记过这一条", "Never observed: nobody has entered anything under it")


def _missing(control: Control, rules: Rulebook) -> Label:
    names = [rules.parameters[name].label for name in control.missing if name in rules.parameters]
    words = join(names) if names else Label("参数", "a parameter")
    return Label(f"缺少：{words.zh}。填好之前不计入履约", f"Missing: {words.en}. Not counted as kept until it is set")
