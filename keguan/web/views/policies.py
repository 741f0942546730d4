"""Policies: the list, and one as its clause tree with its controls in sentences and their live evidence."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse

from keguan.controls import queries as controlled
from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.kernel.records.labels import Label
from keguan.policies import queries
from keguan.policies.engines import Control, Rulebook
from keguan.web import coming_rules, pages
from keguan.web import control_cards as cards
from keguan.web.components import Figure, Link, State, Tone
from keguan.web.doors import page, viewer
from keguan.web.rules import book, started
from keguan.web.shapes import anchor
from keguan.web.views.shell import render_page
from keguan.web.views.today import share_words

STATES: dict[str, tuple[Label, Tone]] = {
    "in_force": (Label("施行中", "in force"), "kept"),
    "announced": (Label("待施行", "announced"), "wait"),
    "ended": (Label("已失效", "ended"), ""),
    "replaced": (Label("已被替代", "replaced"), ""),
}


@page
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every policy with how far its clauses are kept this quarter."""
    who, rules = viewer(request), book()
    grants = _grants(who)
    evidence = controlled.figures(rules.controls, scopes.among(who, grants))
    known = queries.policy_list()
    rows = tuple(_row(row, rules, evidence) for row in known if row.state != "replaced")
    among = scopes.among(who, grants)
    to_come = (
        *coming_rules.lines(controlled.coming(among), {row.code: row.title for row in known}),
        coming_rules.of_calendars(controlled.movable(among)),
    )
    offered = (
        ("parameter.set", Label("设定参数", "Set parameters"), "web:parameters"),
        ("setup.begin", Label("采用制度包", "Adopt a pack"), "web:setup"),
    )
    links = tuple(Link(words, reverse(place)) for verb, words, place in offered if grants.uses(verb))
    return render_page(request, "web/policy_list.html", pages.PolicyList(rows, coming=to_come, actions=links))


@page
def policy_page(request: HttpRequest, code: str) -> HttpResponse:
    """One policy in the version in force; `?version=` shows another."""
    who, rules = viewer(request), book()
    grants = _grants(who)
    number = request.GET.get("version", "")
    found = queries.policy_page(code, int(number) if number.isdecimal() and len(number) < 7 else None)
    if found is None:
        raise Http404
    is_live = found.version.state == "in_force"
    controls = [control for control in rules.controls if control.policy == code] if is_live else []
    evidence = controlled.figures(controls, scopes.among(who, grants))
    figures = _figures(found, controls, evidence)
    if found.version.state == "announced":
        announced = controlled.coming(scopes.among(who, grants))
        figures = (*figures[:-1], *coming_rules.figures(announced, code, found.version.number))
    row = pages.PolicyPage(
        code=code,
        title=found.title,
        summary=_summary(found),
        state=_state(found.version.state),
        figures=figures,
        clauses=_clauses(found, rules, evidence),
        versions=_versions(found),
    )
    return render_page(request, "web/policy_page.html", row)


def _grants(who: UUID) -> Grants:
    """The viewer's grants; a page that is not there for who may not see policies."""
    grants = scopes.grants(who)
    if grants is None or not grants.sees_some("pack"):
        raise Http404
    return grants


def _row(row: queries.PolicyRow, rules: Rulebook, evidence: controlled.Figures) -> pages.PolicyRow:
    controls = [control for control in rules.controls if control.policy == row.code]
    return pages.PolicyRow(
        code=row.code,
        title=row.title,
        version=_version(row.number),
        state=_state(row.state),
        effective_on=row.effective_on,
        clauses=row.clauses,
        controls=row.controls,
        share=evidence.share_of(controls) if row.state == "in_force" else None,
        unset=row.unconfigured,
    )


def _figures(found: queries.PolicyPage, controls: list[Control], evidence: controlled.Figures) -> tuple[Figure, ...]:
    words = [clause for clause in found.clauses if clause.text or clause.controls]
    unset = next((clause for clause in found.clauses if any(control.missing for control in clause.controls)), None)
    figures = [
        Figure(Label("条款", "Clauses"), str(len(words))),
        Figure(Label("有管控在运行", "With running controls"), str(found.running)),
        Figure(Label("没有管控", "Without controls"), str(found.statements)),
    ]
    if unset is not None:
        label = Label("待配置", "Not configured")
        figures.append(Figure(label, str(found.unconfigured), f"#{anchor(unset.number)}", "soon"))
    kept, judged = evidence.judged(controls)
    figures.append(Figure(Label("本季履约率", "Kept this quarter"), share_words(kept, judged)))
    return tuple(figures)


def _clauses(found: queries.PolicyPage, rules: Rulebook, evidence: controlled.Figures) -> tuple[pages.Clause, ...]:
    is_live, units = found.version.state == "in_force", cards.units_of(evidence)

    def control_of(row: queries.ControlRow) -> pages.Control:
        control = rules.by_key.get(row.key) if is_live else None
        if control is not None:
            return cards.card(control, evidence, units, rules)
        return pages.Control(started(row.says), row.engine, "unset" if row.missing else "trial" if row.trial else "on")

    rows = []
    for clause, following in zip(found.clauses, (*found.clauses[1:], None), strict=True):
        has_below = following is not None and following.level > clause.level
        is_chapter = clause.level == 0 and has_below and not clause.text and not clause.controls
        rows.append(
            pages.Clause(
                anchor=anchor(clause.number),
                number=clause.number,
                text=clause.text,
                title=clause.heading or "",
                depth=0 if is_chapter else max(clause.level, 1),
                controls=tuple(map(control_of, clause.controls)),
                is_statement=clause.is_statement,
            )
        )
    return tuple(rows)


def _versions(found: queries.PolicyPage) -> tuple[Link, ...]:
    address = reverse("web:policy_page", args=[found.code])
    return tuple(
        Link(
            Label(
                f"{_version(one.number).zh} · {one.effective_on} 起",
                f"{_version(one.number).en} · from {one.effective_on}",
            ),
            f"{address}?version={one.number}",
        )
        for one in found.versions
        if one.number != found.version.number
    )


def _summary(found: queries.PolicyPage) -> Label:
    version = found.version
    until = Label(f"，至 {version.ends_on} 止", f", until {version.ends_on}") if version.ends_on else Label("", "")
    said = _version(version.number)
    return Label(
        f"制度 · {said.zh} · {version.effective_on} 起施行{until.zh}",
        f"Policy · {said.en} · in force from {version.effective_on}{until.en}",
    )


def _version(number: int) -> Label:
    return Label(f"第 {number} 版", f"version {number}")


def _state(state: str) -> State:
    return State(*STATES[state])


urlpatterns = [
    path("policies/", policy_list, name="policy_list"),
    path("policies/<str:code>/", policy_page, name="policy_page"),
]
