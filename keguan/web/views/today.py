"""Today: what I owe by due time, what waits for my consent, which clauses broke lately, and what kind of day it is."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from keguan.cases.task_queries import my_tasks
from keguan.controls import queries, scopes
from keguan.controls.terms import describe_day
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label, join
from keguan.org import queries as org
from keguan.policies.engines import Rulebook
from keguan.web import pages
from keguan.web.approval_lines import headline, unnamed, who_asks
from keguan.web.components import Figure, Reason
from keguan.web.doors import new_key, page, viewer
from keguan.web.moments import by_moment, midnight, owed_row, task_rows
from keguan.web.rules import book, cited, started
from keguan.web.subjects import Subject, subjects
from keguan.web.unowned import fill_url, unowned_rows
from keguan.web.views.shell import render_page

LATE = 10
AHEAD = 30
ALL = 300
TASKS = 20
WAITING = 5
BROKEN = 6
LATELY = dt.timedelta(days=7)


@page
def today(request: HttpRequest) -> HttpResponse:
    """The viewer's day."""
    return show_today(request, {})


def show_today(request: HttpRequest, kept: Mapping[UUID, tuple[Reason, ...]], status: int = 200) -> HttpResponse:
    """The viewer's day; what was refused stands on its line with its reasons."""
    who, now, rules = viewer(request), clock.now(), book()
    grants = scopes.grants(who)
    seen = scopes.among(who, grants)
    day = now.astimezone(COMPANY_ZONE).date()
    counts = queries.counts(who, now, midnight(day + dt.timedelta(days=1)))
    is_all = "all" in request.GET
    late = queries.owed_late(who, now, ALL if is_all else LATE)
    owed = [*late, *queries.owed_ahead(who, now, ALL if is_all else AHEAD)]
    waiting = queries.waiting(who, limit=WAITING)
    tasks, back = my_tasks(who, TASKS, grants), queries.returned(who, WAITING)
    mentioned = [(one.object_type, one.object) for one in owed]
    mentioned += [(one.approval.object_type, one.object) for one in back if one.object]
    mentioned += [(one.approval.object_type, one.object) for one in waiting if one.object]
    proposed = queries.proposals(who, WAITING)
    mentioned += [(one.proposal.object_type, one.proposal.object) for one in proposed]
    known = subjects(who, mentioned, grants, "today")
    named = {one.proposal.subject for one in proposed if one.proposal.subject}
    named |= {one.approval.requester for one in waiting} | {one.opened_by for one in tasks if one.opened_by}
    named |= {one.approval.decided_by for one in back if one.approval.decided_by}
    names = org.people_by_id(named)
    rows = [owed_row(rules, one, known.get(one.object)) for one in owed]
    called = {key: person.name for key, person in names.items()}
    rows += task_rows(tasks, called, {one.object for one in owed})
    moments = by_moment(rows, now, counts.late - len(late))
    faults = queries.faults(who, grants, WAITING)
    row = pages.Today(
        day=day,
        figures=_figures(counts, rules, day, seen, moments),
        moments=moments,
        owed_total=counts.owed + len(rows) - len(owed),
        returned=tuple(_returned(rules, one, known, called) for one in back),
        waiting=tuple(_waiting(rules, one, known, names) for one in waiting),
        broken=_broken(rules, now, seen),
        proposals=tuple(_proposal(rules, one, known, names, kept) for one in proposed),
        key=new_key(),
        day_note=note if (note := describe_day(day, rules.calendars.of(person=who))).zh else "",
        unowned=unowned_rows(rules, faults),
        unowned_total=faults.total if faults else 0,
        fill_url=fill_url(grants) if faults else "",
        owed_url=f"{reverse('web:today')}?all=1" if counts.owed > len(owed) else "",
        is_all=is_all,
    )
    return render_page(request, "web/today.html", row, status, partial="owed" if status == 200 else None)


def _figures(
    counts: queries.Counts, rules: Rulebook, day: dt.date, seen: Q, moments: Iterable[pages.Moment]
) -> tuple[Figure, ...]:
    shown = {moment.name: f"#moment-{moment.name}" for moment in moments}
    deadlines = rules.of_engine("deadline")
    kept, judged = queries.figures(deadlines, seen, midnight(day.replace(day=1))).judged(deadlines)
    return (
        Figure(Label("今天到期", "Due today"), str(counts.due), shown.get("today", "")),
        Figure(Label("已逾期", "Overdue"), str(counts.late), shown.get("late", ""), "broken" if counts.late else ""),
        Figure(Label("等我审批", "For my approval"), str(counts.approvals), reverse("web:approvals")),
        Figure(Label("本月及时率", "In time this month"), share_words(kept, judged), reverse("web:policy_list")),
    )


def share_words(kept: int, judged: int) -> str:
    """A share as `96.4%`, never rounded to all or nothing; a dash where nothing was judged."""
    if not judged:
        return "—"
    share = kept / judged
    return f"{share:.0%}" if share in (0, 1) else f"{min(max(share, 0.001), 0.999):.1%}"


def _waiting(
    rules: Rulebook, row: queries.ApprovalRow, known: Mapping[UUID, Subject], names: Mapping[UUID, org.PersonRow]
) -> pages.Waiting:
    asked = row.approval
    subject = known.get(row.object) if row.object and len(row.lines) < 2 else None
    what, kind = headline(asked)
    name = names[asked.requester].name if asked.requester in names else ""
    return pages.Waiting(
        id=str(asked.id),
        headline=what,
        kind=kind,
        subject=subject.name if subject else unnamed(row),
        detail=who_asks(name, row),
        citation=cited(rules, asked.control, asked.rulebook),
        url=subject.url if subject and subject.url else f"{reverse('web:approvals')}#approval-{asked.id}",
    )


def _returned(
    rules: Rulebook, row: queries.ApprovalRow, known: Mapping[UUID, Subject], names: Mapping[UUID, str]
) -> pages.Waiting:
    asked = row.approval
    subject = known.get(row.object) if row.object and len(row.lines) < 2 else None
    what, kind = headline(asked)
    who = names.get(asked.decided_by, "") if asked.decided_by else ""
    return pages.Waiting(
        id=str(asked.id),
        headline=what,
        kind=kind,
        subject=subject.name if subject else unnamed(row),
        detail=Label("{who}退回：{why}", "{who} sent it back: {why}").format(who=who, why=asked.comment or ""),
        citation=cited(rules, asked.control, asked.rulebook),
        url=f"{reverse('web:approvals')}?view=mine#approval-{asked.id}",
    )


def _proposal(
    rules: Rulebook, row: queries.ProposalRow, known: Mapping[UUID, Subject], names: Mapping[UUID, org.PersonRow],
    kept: Mapping[UUID, tuple[Reason, ...]],
) -> pages.Proposal:  # fmt: skip
    one, person = row.proposal, names.get(row.proposal.subject) if row.proposal.subject else None
    subject = known.get(one.object)
    fixed = [Label("{a} {b}", "{a} {b}").format(a=a.label, b=a.value) for a in row.arguments if not a.is_open]
    about = [Label.typed(person.name), *fixed] if person else fixed
    return pages.Proposal(
        id=str(one.id),
        what=row.verb,
        subject=subject.name if subject else one.object_label or "",
        detail=join(about) if about else "",
        citation=cited(rules, one.control),
        url=subject.url if subject and subject.url else "",
        fields=tuple(a for a in row.arguments if a.is_open),
        reasons=kept.get(one.id, ()),
    )


def _broken(rules: Rulebook, now: dt.datetime, seen: Q) -> tuple[pages.Broken, ...]:
    keys = [control.key for control in rules.of_engine("deadline") if not control.trial]
    found = queries.tally(keys, now - LATELY, seen, ("broken",))
    worst = sorted(found.items(), key=lambda pair: -sum(pair[1].values()))[:BROKEN]
    units = org.unit_names({unit for _, counts in worst for unit in counts if unit})
    return tuple(
        pages.Broken(
            sentence=started(rules.by_key[key].says),
            where=_where(counts, units),
            citation=cited(rules, key),
            url=reverse("web:evidence", args=[key]) + "?tab=broken",
        )
        for (key, _), counts in worst
    )


def _where(counts: Mapping[UUID | None, int], units: Mapping[UUID, str]) -> Label:
    return join([count_words(units.get(unit) if unit else None, n) for unit, n in most_first(counts)], "、", ", ")


def count_words(unit: str | None, count: int) -> Label:
    """`客服部 2 件` / `客服部 2`."""
    return Label("{unit} {count} 件", "{unit} {count}").format(unit=unit or Label("未定部门", "no unit"), count=count)


def most_first(counts: Mapping[UUID | None, int]) -> Sequence[tuple[UUID | None, int]]:
    """Counts by unit, the highest first."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))


urlpatterns = [path("", today, name="today")]
