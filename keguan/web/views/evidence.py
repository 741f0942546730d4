"""The list of judgements under one control: kept, broken, running, refused …; only records that the viewer may see."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse

from keguan.controls import queries, scopes
from keguan.controls.facts import OBLIGATION_STATES
from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.policies.engines import Control
from keguan.policies.queries import policy_page
from keguan.web import control_cards as cards
from keguan.web import pages, times
from keguan.web.components import Paging, State, Tab, Tone
from keguan.web.doors import page, viewer
from keguan.web.places import key_of
from keguan.web.rules import book, cited, started
from keguan.web.subjects import Subject, subjects
from keguan.web.views.shell import render_page

RUNNING = "running"
ALL = "all"
STATES: Mapping[str, tuple[Label, Tone]] = {
    "kept": (Label("已做到", "kept"), "kept"),
    "broken": (Label("已违反", "broken"), "broken"),
    "kept_late": (Label("迟做到", "kept late"), "soon"),
    "running": (OBLIGATION_STATES["running"], ""),
    "refused": (Label("已拒绝", "refused"), ""),
    "waiting": (Label("送审", "sent for consent"), "wait"),
}


@page
def evidence(request: HttpRequest, control: str) -> HttpResponse:
    """The judgements of a control (`policy#id`), newest first; `?tab=` narrows them, `?before=` goes on."""
    who, rules = viewer(request), book()
    found, grants = rules.by_key.get(control), scopes.grants(who)
    if found is None or grants is None or not grants.sees_some("pack"):
        raise Http404
    seen = scopes.among(who, grants)
    counted = queries.figures([found], seen)
    tab, before = _tab(request, found), key_of(request.GET.get("before", ""))
    rows = _read(found, tab, counted, seen, before)
    more, rows = len(rows) > queries.FEW, rows[: queries.FEW]
    known = subjects(who, [(row.object_type, row.object) for row in rows], grants, "evidence")
    units = org.unit_names({row.unit for row in rows if row.unit})
    people = org.people_by_id({row.actor for row in rows if row.actor})
    clause = _clause(found)
    row = pages.EvidenceList(
        citation=cited(rules, found.key),
        policy=found.policy_title,
        policy_url=reverse("web:policy_page", args=[found.policy]),
        clause_text=clause,
        control=cards.card(found, counted, cards.units_of(counted), rules),
        tabs=_tabs(found, tab, counted),
        rows=tuple(row_of(each, known, units, people) for each in rows),
        has_terms=found.engine == "deadline",
        paging=_paging(found.key, tab, rows, is_first=before is None, is_more=more),
    )
    return render_page(request, "web/evidence.html", row, partial="list")


def _tab(request: HttpRequest, control: Control) -> str:
    tab = request.GET.get("tab", ALL)
    return tab if tab in (ALL, RUNNING, *cards.outcomes_of(control)) else ALL


def _read(
    control: Control, tab: str, counted: queries.Figures, seen: Q, before: UUID | None
) -> list[queries.Judgement]:
    if tab == RUNNING:
        return queries.clocks(control.key, seen, before, queries.FEW + 1)
    outcomes = _all(control) if tab == ALL else (tab,)
    return queries.judgements(control.key, outcomes, seen, counted.since, before, queries.FEW + 1)


def _all(control: Control) -> tuple[str, ...]:
    """All outcomes of which one befalls each record: what was done late was broken before."""
    return tuple(outcome for outcome in cards.outcomes_of(control) if outcome != "kept_late")


def _tabs(control: Control, current: str, counted: queries.Figures) -> tuple[Tab, ...]:
    outcomes = cards.outcomes_of(control)
    figures = {outcome: counted.of(control.key, outcome) for outcome in outcomes}
    everything = Label("本季全部", "All this quarter")
    tabs = [Tab(everything, cards.address(control.key), sum(figures[name] for name in _all(control)), current == ALL)]
    if control.engine == "deadline":
        count = counted.running.get(control.key, 0)
        words = started(cards.OUTCOMES[RUNNING][0])
        tabs.append(Tab(words, cards.address(control.key, RUNNING), count, current == RUNNING))
    tabs += [
        Tab(started(cards.OUTCOMES[outcome][0]), cards.address(control.key, outcome), count, current == outcome)
        for outcome, count in figures.items()
        if count or current == outcome or outcome in ("kept", "broken")
    ]
    return tuple(tabs)


def row_of(
    row: queries.Judgement,
    known: Mapping[UUID, Subject],
    units: Mapping[UUID, str],
    people: Mapping[UUID, org.PersonRow],
) -> pages.EvidenceRow:
    """A judgement as lists show it."""
    subject = known.get(row.object) if row.object else None
    clock_row = row.clock
    return pages.EvidenceRow(
        subject=subject.name if subject else "—",
        url=subject.url if subject else "",
        state=_state(row.outcome),
        unit=units.get(row.unit, "") if row.unit else "",
        opened_at=clock_row.opened_at if clock_row else None,
        due_at=clock_row.due_at if clock_row else None,
        judged_at=row.judged_at,
        detail=_detail(row, people),
    )


def _state(outcome: str) -> State:
    if outcome in STATES:
        return State(*STATES[outcome])
    label, tone = cards.OUTCOMES.get(outcome, (Label(outcome, outcome), ""))
    return State(label, tone)


LATE_ENTRY = Label("后补记录", "recorded late")


def _detail(row: queries.Judgement, people: Mapping[UUID, org.PersonRow]) -> Label | str:
    """How late it is, or who did what; what it was judged before."""
    if row.before:
        was, _ = cards.OUTCOMES.get(row.before, (Label(row.before, row.before), ""))
        now = cards.OUTCOMES.get(row.outcome, (Label(row.outcome, row.outcome), ""))[0]
        how = LATE_ENTRY if row.outcome == "kept" else Label("更正后重判", "judged again after a correction")
        return Label(f"原判“{was.zh}”，{how.zh}：{now.zh}", f"was “{was.en}”; {how.en}: {now.en}")
    if row.clock is not None:
        is_open = row.clock.state in ("running", "broken")
        ended_at = None if is_open else row.clock.met_at
        if is_open and row.clock.state == "broken":
            said = times.left(row.clock.due_at, clock.now())
            return Label(f"{said.zh}，仍未办结", f"{said.en}, still open")
        if ended_at is not None and ended_at > row.clock.due_at:
            said = times.stretch(ended_at - row.clock.due_at)
            return Label(f"迟 {said.zh}", f"{said.en} late")
        return ""
    verb = vocabulary.verbs.get(row.verb)
    act = verb.label if verb else Label(row.verb, row.verb)
    name = people[row.actor].name if row.actor and row.actor in people else ""
    return Label("{name} {act}", "{name} · {act}").format(name=name, act=act) if name else act


def _clause(control: Control) -> str:
    """The words of the clause as they stand in the policy."""
    found = policy_page(control.policy)
    clauses = found.clauses if found else ()
    return next((clause.text for clause in clauses if clause.number == control.clause), "")


def _paging(key: str, tab: str, rows: Sequence[queries.Judgement], *, is_first: bool, is_more: bool) -> Paging:
    address = reverse("web:evidence", args=[key])
    next_url = f"{address}?{urlencode({'tab': tab, 'before': rows[-1].id})}" if is_more else ""
    return Paging(len(rows), first_url="" if is_first else cards.address(key, tab), next_url=next_url)


urlpatterns = [path("evidence/<str:control>/", evidence, name="evidence")]
