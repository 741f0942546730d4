"""My team (我的团队): for whoever heads a unit. What is given to others goes through each record type's own verb."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from keguan.cases import task_queries
from keguan.controls import gate, queries, scopes
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.live.grants import Grants
from keguan.controls.models import Obligation
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Fault, Outcome, Refused, Waiting
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label, join, typed
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.org import teams
from keguan.policies.engines import Rulebook
from keguan.web import pages, verb_forms
from keguan.web.components import Figure, Reason
from keguan.web.doors import context, new_key, page, posted_key, viewer
from keguan.web.flashes import say
from keguan.web.places import key_of
from keguan.web.records.standing import due_tone
from keguan.web.rules import book, cited, control_of
from keguan.web.shapes import reasons
from keguan.web.subjects import Subject, subjects
from keguan.web.unowned import fill_url, unowned_rows
from keguan.web.views.shell import post_words, render_page

SHOWN = 60
FAULTS = 20
STAYS = Label(
    "这些记录上另有 {n} 项凭岗位或规定仍由原来的人办：要改变，请任命他人或委托代理。",
    "{n} more on these records {n:stays|stay} with others by post or rule: assign or delegate to change that.",
)
CHOOSE_WHOM = Reason(Label("请选改派给谁", "choose to whom"), field="owner")
Pick = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands on the page again: what was picked, to whom it was to go, and why it did not."""

    picked: frozenset[UUID] = frozenset()
    owner: str = ""
    refused: Mapping[UUID, tuple[Reason, ...]] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


@page
def team(request: HttpRequest) -> HttpResponse:
    """The viewer's team; POST gives the picked records to somebody else."""
    grants = scopes.grants(viewer(request))
    if grants is None or not grants.profile.heads:
        raise Http404
    if request.method == "POST":
        return _give_away(request, grants)
    return _show(request, grants, Kept())


def _give_away(request: HttpRequest, grants: Grants) -> HttpResponse:
    owner = str(request.POST.get("owner", ""))
    picks = [pick for raw in dict.fromkeys(request.POST.getlist("pick")) if (pick := _pick(raw)) is not None]
    picked = frozenset(key for _, key in picks)
    if not picks:
        say(request, Label("请先选中要改派的。", "Select what to give away first."), messages.WARNING)
        return redirect(_address(request))
    if key_of(owner) is None:
        return _show(request, grants, Kept(picked, owner, reasons=(CHOOSE_WHOM,)), 422)
    try:
        outcomes = _run(request, picks, owner)
    except Fault as fault:
        return _show(request, grants, Kept(picked, owner, reasons=reasons(fault.reasons)), fault.status)
    refused = {key: reasons(one.reasons) for key, one in outcomes.items() if isinstance(one, Refused)}
    done = [key for key, one in outcomes.items() if isinstance(one, Done)]
    waiting = sum(isinstance(one, Waiting) for one in outcomes.values())
    if done or waiting:
        words = [Label(f"已改派 {len(done)} 件", f"{len(done)} given away")] if done else []
        words += [Label("{n} 件等核准", "{n} {n:waits|wait} for consent").format(n=waiting)] if waiting else []
        say(request, join(words, "，", ", "))
    if done and (stays := queries.owed_otherwise(done, UUID(owner))):
        say(request, STAYS.format(n=stays), messages.WARNING)
    if refused:
        return _show(request, grants, Kept(frozenset(refused), owner, refused), 422)
    return redirect(_address(request))


def _run(request: HttpRequest, picks: Sequence[Pick], owner: str) -> dict[UUID, Outcome]:
    """Each record's own outcome; those of one type are one set command."""
    found: dict[UUID, Outcome] = {}
    for name in dict.fromkeys(name for name, _ in picks):
        keys = [key for of, key in picks if of == name]
        ctx = context(request, f"{posted_key(request)[:36]}-{name}"[:64])
        _, outcomes = gate.run_set(ctx, vocabulary.types[name].assign or "", [(key, {"owner": owner}) for key in keys])
        found.update(zip(keys, outcomes, strict=True))
    return found


def _pick(raw: str) -> Pick | None:
    name, _, text = raw.partition(":")
    key, known = key_of(text), vocabulary.types.get(name)
    return (name, key) if key is not None and known is not None and known.assign else None


def _address(request: HttpRequest) -> str:
    only = key_of(request.GET.get("person", ""))
    return reverse("web:team") + (f"?person={only}" if only else "")


def _show(request: HttpRequest, grants: Grants, kept: Kept, status: int = 200) -> HttpResponse:
    who, now, rules = viewer(request), clock.now(), book()
    day = now.astimezone(COMPANY_ZONE).date()
    ends_at = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), COMPANY_ZONE).astimezone(dt.UTC)
    units = teams.units_below(grants.profile.heads)
    people = teams.members(units)
    ids = [row.id for row in people]
    only = key_of(request.GET.get("person", ""))
    only = only if only in ids else None
    loads, tasks = queries.loads(ids, now, ends_at), task_queries.count_open(ids)
    away = teams.away(ids, now)
    owed = list(queries.owed_by_team([only] if only else ids, SHOWN))
    known = subjects(who, [(one.object_type, one.object) for one in owed], grants, "team")
    names = {row.id: row.name for row in people}
    others = org.people_by_id({person for one in owed for person in one.people} - names.keys())
    names |= {key: row.name for key, row in others.items()}
    faults = queries.faults(who, grants, FAULTS)
    together = queries.load_together(ids, now, ends_at)
    total = loads[only].owed if only else together.owed
    row = pages.Team(
        figures=_figures(together, faults.total if faults else 0),
        members=_members(people, loads, tasks, away, only),
        owed=tuple(_owed(rules, one, known.get(one.object), names, kept) for one in owed),
        others=max(total - len(owed), 0),
        people=verb_forms.people(who),
        unowned=unowned_rows(rules, faults),
        unowned_total=faults.total if faults else 0,
        fill_url=fill_url(grants) if faults else "",
        away=tuple(pages.AwayRow(one.name, one.delegate, one.until, one.reason) for one in away),
        vacant=tuple(pages.VacantRow(one.unit, one.title, one.since, one.last) for one in teams.vacancies(units)),
        only=names[only] if only else "",
        owner=kept.owner,
        reasons=kept.reasons,
        key=new_key(),
        units=typed(org.unit_names(grants.profile.heads).values()),
    )  # fmt: skip
    return render_page(request, "web/team.html", row, status)


def _figures(team: queries.Load, nobody: int) -> tuple[Figure, ...]:
    return (
        Figure(Label("团队欠着", "Owed by the team"), str(team.owed)),
        Figure(Label("已逾期", "Overdue"), str(team.late), tone="broken" if team.late else ""),
        Figure(Label("今天到期", "Due today"), str(team.due), tone="soon" if team.due else ""),
        Figure(
            Label("没有责任人", "Nobody's"),
            str(nobody),
            tone="broken" if nobody else "",
            url="#unowned" if nobody else "",
        ),
    )


def _members(
    people: Sequence[org.PersonRow], loads: Mapping[UUID, queries.Load], tasks: Mapping[UUID, int],
    away: Sequence[teams.Away], only: UUID | None,
) -> tuple[pages.MemberRow, ...]:  # fmt: skip
    most = max((one.owed for one in loads.values()), default=0)
    stands_in = {one.person: one.delegate for one in away}
    rows = [
        pages.MemberRow(
            row.name, post_words(row.posts), f"{reverse('web:team')}?person={row.id}", loads[row.id].owed,
            loads[row.id].late, loads[row.id].due, loads[row.id].approvals, tasks.get(row.id, 0),
            round(100 * loads[row.id].owed / most) if most else 0, row.id == only,
            Label("不在，{who}代理", "away; {who} stands in").format(who=stands_in[row.id])
            if row.id in stands_in else "",
        )
        for row in people
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (-row.late, -row.owed, row.name)))


def _owed(
    rules: Rulebook, owed: Obligation, subject: Subject | None, names: Mapping[UUID, str], kept: Kept
) -> pages.TeamOwed:
    control = control_of(rules, owed.control, owed.rulebook)
    what = control.owed if isinstance(control, DeadlineControl) else Label("应办事项", "Owed")
    known = vocabulary.types.get(owed.object_type)
    can = known is not None and known.assign is not None and subject is not None
    return pages.TeamOwed(
        pick=f"{owed.object_type}:{owed.object}" if can else "",
        what=what,
        subject=subject.name if subject else owed.object_label or "",
        url=subject.url if subject else "",
        people=typed(names[person] for person in owed.people if person in names),
        due_at=owed.due_at,
        citation=cited(rules, owed.control, owed.rulebook),
        tone="" if owed.is_paused else due_tone(owed.due_at, is_broken=owed.state == "broken"),
        note=Label("停算中", "its time stands still") if owed.is_paused else "",
        is_picked=owed.object in kept.picked,
        reasons=kept.refused.get(owed.object, ()),
    )


urlpatterns = [path("team/", team, name="team")]
