"""One case: where it stands, its deadlines, what the viewer may do, its course, and the clauses that apply now."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from keguan.cases import page as cases
from keguan.cases.facts import CASE
from keguan.controls import queries, readings, scopes
from keguan.controls.queries import page as side
from keguan.controls.queries.rounds import earlier_rounds
from keguan.controls.queries.signing import signings
from keguan.customers import queries as customers
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.web import course, pages
from keguan.web.approval_lines import shown
from keguan.web.components import Applies, Fact, File, Reason, Segment, State, Step, Term, Tone
from keguan.web.doors import new_key, page, viewer
from keguan.web.rules import book
from keguan.web.shapes import citation
from keguan.web.views.case_actions import case_actions
from keguan.web.views.case_list import due_tone, stage_state
from keguan.web.views.shell import render_page

TIMES = dict(
    zip(
        (stage.name for stage in CASE.stages),
        ("opened_at", "accepted_at", "found_at", "settled_at", "replied_at", "closed_at"),
        strict=True,
    )
)
IN_HEAD = frozenset(("description", "kind"))
TONES: dict[str, Tone] = {
    "waiting": "wait",
    "broken": "broken",
    "refused": "broken",
    "running": "",
    "warned": "soon",
    "kept": "kept",
    "kept_late": "soon",
}


@page
def case_page(request: HttpRequest, code: str) -> HttpResponse:
    """The case with this number; a case out of sight is not there."""
    return answer(request, code)


def _state(found: cases.CaseView, *, is_waiting: bool) -> State:
    if found.record["voided_at"] is not None:
        return State(Label("已作废", "Voided"), "broken")
    return State(Label("等核准", "Waiting"), "wait") if is_waiting else stage_state(found.stage)


def _signings(who: UUID, key: UUID) -> tuple[pages.SigningRow, ...]:
    return tuple(
        pages.SigningRow(
            one.act, one.label, citation(one.citation), "、".join(one.signed), "、".join(one.void),
            join(list(one.missing)), one.is_mine,
        )
        for one in signings(who, "case", key)
    )  # fmt: skip


def _rounds(who: UUID, found: cases.CaseView) -> tuple[pages.RoundRow, ...]:
    return tuple(
        pages.RoundRow(
            Label(f"第 {one.number} 轮", f"Round {one.number}"), one.began_at, one.ended_at,
            tuple(
                Fact(fact.label, shown(fact.kind, fact.kind.to_json(value), found.names)) for fact, value in one.facts
            ),
        )
        for one in earlier_rounds(who, "case", found.id)
    )  # fmt: skip


def answer(request: HttpRequest, code: str, told: tuple[Reason, ...] = (), note: str = "") -> HttpResponse:
    """The page, with what stopped a note or a signature and the note as it was typed."""
    who, rules = viewer(request), book()
    found = cases.case(who, code, rules.declared.get("case", {}))
    if found is None:
        raise Http404
    readings.tell(who, "page", CASE, [found.id], scopes.masked(who, "case"))
    waiting = queries.approvals_of(who, found.id, is_open=True)
    names = {**found.names, **org.unit_names(course.mentioned(found.course, "unit"))}
    missing = course.mentioned(found.course, "person") - names.keys()
    names |= {key: person.name for key, person in org.people_by_id(missing).items()}
    acts = side.actions(who, "case", found.id)
    row = pages.CasePage(
        code=found.code,
        title=found.title,
        summary=_summary(found),
        state=_state(found, is_waiting=bool(waiting)),
        steps=_steps(found),
        terms=tuple(_term(bar) for bar in side.term_bars(who, "case", found.id, is_all=True)),
        actions=case_actions(acts, found, rules, {row.verb: row for row in waiting}),
        facts=_facts(found.groups, is_declared=False),
        declared=_facts(found.groups, is_declared=True),
        entries=course.entries(
            found.course, names, rules, lambda key: reverse("web:case_undo", args=[found.code, key])
        ),
        entries_total=len(found.course),
        files=tuple(_file(found.code, file) for file in found.files),
        applies=_applies(side.clauses_here(who, "case", found.id)),
        customer=_customer(who, found),
        story=found.record.get("description") or "",
        signings=_signings(who, found.id),
        rounds=_rounds(who, found),
        may_note=any(act.verb == "case.note" and act.state == "free" for act in acts),
        note=note,
        note_reasons=told,
        pending=_pending(waiting[0]) if waiting else None,
        key=new_key(),
    )
    return render_page(request, "web/case_page.html", row, status=422 if told else 200)


def _summary(found: cases.CaseView) -> Label:
    cause = found.record.get("cause")
    label = CASE.by_name["cause"].kind
    parts = [found.kind]
    if cause:
        parts.append(Label(label.show(cause, "zh-hans"), label.show(cause, "en")))
    if found.record.get("severity") == "serious":
        parts.append(Label("特别严重", "especially serious"))
    return Label(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def _steps(found: cases.CaseView) -> tuple[Step, ...]:
    """The stages in their order: those behind, the next one, those to come."""
    place = next((at for at, stage in enumerate(CASE.stages) if stage.name == found.stage), -1)
    steps = []
    for at, stage in enumerate(CASE.stages):
        moment: dt.datetime | None = found.record.get(TIMES[stage.name])
        state = "done" if at <= place else "now" if at == place + 1 else "todo"
        steps.append(Step(stage.label, state, moment if at <= place else None))  # type: ignore[arg-type]
    return tuple(steps)


def _term(bar: side.TermBar) -> Term:
    owed = bar.owed
    cited = citation(owed.citation)
    if cited is None:
        raise RuntimeError("an obligation always has its clause")
    tones: dict[str, Tone] = {"kept": "kept", "kept_late": "soon", "broken": "broken", "cancelled": "", "waived": ""}
    is_over = owed.state != "running" or owed.is_paused
    state = Label("停算中", "paused") if owed.is_paused else vocabulary.types["obligation"].stage_label(owed.state)
    by = Label("、".join(owed.people), ", ".join(owed.people)) if owed.people else Label("无人负责", "nobody")
    return Term(
        name=owed.act,
        citation=cited,
        due_at=owed.due_at,
        segments=tuple(Segment(piece.kind, piece.percent) for piece in bar.progress.pieces),
        explanation=tuple(bar.progress.lines),
        tone=tones[owed.state] if is_over else due_tone(owed.due_at, is_broken=owed.is_broken),
        state=State(state, tones.get(owed.state, "")) if is_over else None,
        ended_at=owed.due_at if owed.state in ("kept", "kept_late", "cancelled", "waived") else None,
        by=by,
    )


def _facts(groups: Sequence[cases.Group], *, is_declared: bool) -> tuple[Fact, ...]:
    """What is recorded, in the order of the groups; masked facts as dots, times are in the stepper."""
    return tuple(
        Fact(fact.label, "•••" if fact.is_masked else fact.words or "", is_wide=_is_wide(fact))
        for group in groups
        if (group.name == "declared") is is_declared and group.name != "times"
        for fact in group.facts
        if fact.name not in IN_HEAD and (fact.is_masked or not fact.is_empty)
    )


def _is_wide(fact: cases.Shown) -> bool:
    return isinstance(fact.value, str) and len(fact.value) > 40


def _file(code: str, file: cases.FileRow) -> File:
    url = reverse("web:case_file", args=[code, file.id])
    return File(file.name, url, file.size, file.uploaded_at, file.uploaded_by_name)


def _applies(clauses: Sequence[side.ClauseState]) -> tuple[Applies, ...]:
    found = []
    for clause in clauses:
        cited = citation(clause.citation)
        if cited is not None:
            found.append(Applies(cited, clause.sentence, State(clause.state_label, TONES.get(clause.state, ""))))
    return tuple(found)


def _customer(who: UUID, found: cases.CaseView) -> pages.CustomerCard:
    row = customers.rows(who, [found.customer]).get(found.customer) if found.customer else None
    if row is None:
        name = found.customer_name or "—"
        return pages.CustomerCard(name, "")
    shown = (
        Fact(Label("联系人", "Contact"), row.contact),
        Fact(Label("电话", "Phone"), row.phone),
        Fact(Label("城市", "City"), row.city),
        Fact(Label("负责人", "Owner"), row.owner_name),
    )
    url = reverse("web:customer_page", args=[row.code])
    return pages.CustomerCard(row.name, url, facts=tuple(fact for fact in shown if fact.value))


def _pending(row: queries.ApprovalTold) -> pages.Pending:
    cited = citation(row.citation)
    if cited is None:
        raise RuntimeError("a request always has its clause")
    sums = [(label, kind.show(value)) for label, kind, value in row.asked if kind.name == "money"]
    what = Label(
        " · ".join([row.act.zh, *(f"{label.zh} {shown}" for label, shown in sums)]),
        " · ".join([row.act.en, *(f"{label.en} {shown}" for label, shown in sums)]),
    )
    mine = row.is_mine_to_decide
    return pages.Pending(
        what=what,
        by=row.by,
        citation=cited,
        since=row.requested_at,
        url=reverse("web:approvals") + f"#a-{row.id}" if mine else "",
        withdraw_url=reverse("web:approval_decide", args=[row.id]) + "?decision=withdraw"
        if row.is_mine_to_withdraw
        else "",
    )
