"""One case: where it stands, its deadlines, what the viewer may do, its course, and the clauses that apply now."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from keguan.cases import page as cases
from keguan.cases.facts import CASE
from keguan.controls import queries, readings, scopes
from keguan.controls.queries import page as side
from keguan.customers import queries as customers
from keguan.kernel import files
from keguan.kernel.records.labels import Label, join
from keguan.org import queries as org
from keguan.web import course, pages
from keguan.web.components import Fact, File, Reason, State, Step
from keguan.web.doors import new_key, page, viewer
from keguan.web.records import standing
from keguan.web.records.related import related
from keguan.web.records.revealing import Revealing, revealed
from keguan.web.records.stages import course_of
from keguan.web.rules import book
from keguan.web.views import case_beside
from keguan.web.views.case_actions import case_actions
from keguan.web.views.case_list import stage_state
from keguan.web.views.shell import render_page

TIMES = dict(
    zip(
        (stage.name for stage in CASE.stages),
        ("opened_at", "accepted_at", "found_at", "settled_at", "replied_at", "closed_at"),
        strict=True,
    )
)
IN_HEAD = frozenset(("description", "kind"))
PICTURES = frozenset(kind for kind in files.SHOWN_IN_PLACE if kind.startswith("image/"))
SHOWN_SMALL = 6 << 20
"""Pictures up to this size are shown in little: larger ones are fetched only when they are opened."""


@page
def case_page(request: HttpRequest, code: str) -> HttpResponse:
    """The case with this number; a case out of sight is not there."""
    return answer(request, code)


def _state(found: cases.CaseView, *, is_waiting: bool) -> State:
    if found.record["voided_at"] is not None:
        return State(Label("已作废", "Voided"), "broken")
    return State(Label("等核准", "Waiting"), "wait") if is_waiting else stage_state(found.stage)


def answer(request: HttpRequest, code: str, told: tuple[Reason, ...] = (), note: str = "") -> HttpResponse:
    """The page, with what stopped a note or a signature and the note as it was typed."""
    who, rules = viewer(request), book()
    found = cases.case(who, code, rules.declared.get("case", {}))
    if found is None:
        raise Http404
    masked = scopes.masked(who, "case")
    revealing = revealed(request, CASE, found.id, masked, reverse("web:case_page", args=[found.code]))
    if revealing.facts:
        found = cases.case(who, code, rules.declared.get("case", {}), revealing.facts) or found
    readings.tell(who, "page", CASE, [found.id], masked - revealing.facts, is_export=bool(revealing.facts))
    told = (*told, *revealing.reasons)
    unsettled = queries.unsettled_of(who, found.id)
    waiting = [one for one in unsettled if one.state == "waiting"]
    names = {**found.names, **org.unit_names(course.mentioned(found.course, "unit"))}
    missing = course.mentioned(found.course, "person") - names.keys()
    names |= {key: person.name for key, person in org.people_by_id(missing).items()}
    names |= cases.codes(who, course.mentioned(found.course, "case"))
    acts, known = side.actions(who, "case", found.id), scopes.grants(who)
    free = {act.verb for act in acts if act.state == "free"}
    doings = case_actions(acts, found, rules, {row.verb: row for row in waiting})
    row = pages.CasePage(
        code=found.code,
        title=found.title,
        summary=_summary(found),
        state=_state(found, is_waiting=bool(waiting)),
        steps=_steps(found),
        terms=standing.terms(who, "case", found.id),
        actions=(*doings, *case_beside.more_actions(found, known)),
        facts=_facts(found.groups, revealing, is_declared=False),
        declared=_facts(found.groups, revealing, is_declared=True),
        entries=course.entries(
            found.course, names, rules, lambda key: reverse("web:case_undo", args=[found.code, key])
        ),
        entries_total=len(found.course),
        files=tuple(_file(found.code, file) for file in found.files),
        applies=standing.applies(who, "case", found.id),
        customer=_customer(who, found),
        story=found.record.get("description") or "",
        signings=standing.signing_rows(who, "case", found.id),
        rounds=standing.round_rows(who, "case", found.id, found.names),
        may_note="case.note" in free,
        note=note,
        note_reasons=told,
        pending=standing.pending(unsettled, found.code or code),
        panels=(
            *case_beside.panels(found, free, doings, known),
            *related(who, "case", found.id, found.code, known, rules),
        ),
        alike=case_beside.hints(who, found, free, known),
        followers=case_beside.followers(found, who, free),
        prints=standing.prints(CASE, found.code, found.id),
        people_url=reverse("web:people_named"),
        sign_url=reverse("web:case_sign", args=[found.code]),
        key=new_key(),
    )
    return render_page(request, "web/case_page.html", row, status=422 if told else 200)


def _summary(found: cases.CaseView) -> Label:
    cause = found.record.get("cause")
    label = CASE.by_name["cause"].kind
    parts = [found.kind]
    if cause:
        parts.append(label.label(cause))
    if found.record.get("severity") == "serious":
        parts.append(Label("特别严重", "especially serious"))
    return join(parts, " · ", " · ")


def _steps(found: cases.CaseView) -> tuple[Step, ...]:
    """The stages in their order: those behind, the next one, those to come."""
    place = next((at for at, stage in enumerate(CASE.stages) if stage.name == found.stage), -1)
    moments = {stage.name: found.record.get(TIMES[stage.name]) for stage in CASE.stages}
    is_whole = not any(fact.is_masked for group in found.groups if group.name == "times" for fact in group.facts)
    return course_of(CASE.stages, place, moments, is_whole=is_whole)


def _facts(groups: Sequence[cases.Group], revealing: Revealing, *, is_declared: bool) -> tuple[Fact, ...]:
    """What is recorded, in the order of the groups; masked facts as dots, times are in the stepper."""
    return tuple(
        revealing.masked(fact.name, fact.label)
        if fact.is_masked
        else Fact(fact.label, fact.words or "", is_wide=_is_wide(fact))
        for group in groups
        if (group.name == "declared") is is_declared and group.name != "times"
        for fact in group.facts
        if fact.name not in IN_HEAD and (fact.is_masked or not fact.is_empty)
    )


def _is_wide(fact: cases.Shown) -> bool:
    return isinstance(fact.value, str) and len(fact.value) > 40


def _file(code: str, file: cases.FileRow) -> File:
    url = reverse("web:case_file", args=[code, file.id])
    preview = f"{url}?preview=1" if file.media_type in PICTURES and file.size <= SHOWN_SMALL else ""
    return File(file.name, url, file.size, file.uploaded_at, file.uploaded_by_name, preview)


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
