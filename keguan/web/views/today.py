"""Today: what I owe by due time, what waits for my consent, which clauses broke lately, and what kind of day it is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from keguan.controls import queries, scopes
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.models import Obligation
from keguan.controls.terms import describe_day
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label, join
from keguan.org import queries as org
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web.approval_lines import headline, unnamed, who_asks
from keguan.web.components import Figure, Reason
from keguan.web.doors import new_key, page, viewer
from keguan.web.records.standing import due_tone
from keguan.web.rules import book, cited, control_of, started
from keguan.web.subjects import Subject, subjects
from keguan.web.unowned import unowned_rows
from keguan.web.views.shell import render_page

SHOWN = 12
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
    counts = queries.counts(who, now, _starts(day + dt.timedelta(days=1)))
    owed, waiting = queries.owed(who, SHOWN), queries.waiting(who, limit=WAITING)
    mentioned = [(one.object_type, one.object) for one in owed]
    mentioned += [(one.approval.object_type, one.object) for one in waiting if one.object]
    proposed = queries.proposals(who, WAITING)
    mentioned += [(one.proposal.object_type, one.proposal.object) for one in proposed]
    known = subjects(who, mentioned, grants, "today")
    named = {one.proposal.subject for one in proposed if one.proposal.subject}
    names = org.people_by_id({one.approval.requester for one in waiting} | named)
    faults = queries.faults(who, grants, WAITING)
    row = pages.Today(
        day=day,
        figures=_figures(counts, rules, day, seen),
        owed=tuple(_owed(rules, one, known.get(one.object), is_main=not at) for at, one in enumerate(owed)),
        owed_total=counts.owed,
        waiting=tuple(_waiting(rules, one, known, names) for one in waiting),
        broken=_broken(rules, now, seen),
        proposals=tuple(_proposal(rules, one, known, names, kept) for one in proposed),
        key=new_key(),
        day_note=note if (note := describe_day(day, rules.calendars.of(person=who))).zh else "",
        unowned=unowned_rows(rules, faults),
        unowned_total=faults.total if faults else 0,
        owed_url=reverse("web:case_list") + "?tab=mine" if counts.owed > len(owed) else "",
    )
    return render_page(request, "web/today.html", row, status, partial="owed" if status == 200 else None)


def _figures(counts: queries.Counts, rules: Rulebook, day: dt.date, seen: Q) -> tuple[Figure, ...]:
    deadlines = rules.of_engine("deadline")
    kept, judged = queries.figures(deadlines, seen, _starts(day.replace(day=1))).judged(deadlines)
    return (
        Figure(Label("今天到期", "Due today"), str(counts.due)),
        Figure(Label("已逾期", "Overdue"), str(counts.late), tone="broken" if counts.late else ""),
        Figure(Label("等我审批", "For my approval"), str(counts.approvals), reverse("web:approvals")),
        Figure(Label("本月及时率", "In time this month"), share_words(kept, judged), reverse("web:policy_list")),
    )


def share_words(kept: int, judged: int) -> str:
    """A share as `96.4%`, never rounded to all or nothing; a dash where nothing was judged."""
    if not judged:
        return "—"
    share = kept / judged
    return f"{share:.0%}" if share in (0, 1) else f"{min(max(share, 0.001), 0.999):.1%}"


def _owed(rules: Rulebook, owed: Obligation, subject: Subject | None, *, is_main: bool) -> pages.Owed:
    control = control_of(rules, owed.control, owed.rulebook)
    act, act_url, what = Label("办理", "Act"), "", Label("应办事项", "Owed")
    if isinstance(control, DeadlineControl):
        what = control.owed
        if control.do:
            verb = control.do[0].verb
            act = verb.label
            is_there = owed.object_type == verb.on and not verb.creates and addresses.has_page(verb.on)
            if is_there and subject and subject.code:
                act_url = addresses.act_url(verb.on, subject.code, verb.name)
    title = subject.title if subject else ""
    return pages.Owed(
        what=Label("{what}：{title}", "{what}: {title}").format(what=what, title=title) if title else what,
        subject=subject.short if subject else owed.object_label or "",
        url=subject.url if subject else "",
        due_at=owed.due_at,
        citation=cited(rules, owed.control, owed.rulebook),
        tone="" if owed.is_paused else due_tone(owed.due_at, is_broken=owed.state == "broken"),
        act=act,
        act_url=act_url,
        note=_told(control, owed),
        is_main=is_main,
    )


def _told(control: object, owed: Obligation) -> Label | str:
    """Who was told already that it is overdue, or that its time stands still."""
    if owed.is_paused:
        return Label("停算中", "its time stands still")
    if not isinstance(control, DeadlineControl):
        return ""
    over = [step["n"] for step in owed.plan["steps"][: owed.told] if step["what"] == "escalate"]
    told = [who.label() for n in over if n < len(control.escalate) for who in control.escalate[n].told]
    if not told:
        return ""
    names = join(list(dict.fromkeys(told)))
    return Label(f"已告知{names.zh}", f"{names.en} was told")


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


def _starts(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), COMPANY_ZONE).astimezone(dt.UTC)


urlpatterns = [path("", today, name="today")]
