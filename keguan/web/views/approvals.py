"""Approvals: what waits for me, what I asked, what I decided; consent, rejection, withdrawal, consent to all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from keguan.controls import gate, queries, scopes
from keguan.controls.models import Approval
from keguan.kernel.commands.outcomes import Fault, Refused
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web import approval_lines as lines
from keguan.web.components import Link, Paging, Reason, Tab
from keguan.web.doors import context, new_key, page, posted_key, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give
from keguan.web.language import Words
from keguan.web.places import key_of, place_of, token_of
from keguan.web.rules import book, cited
from keguan.web.shapes import reasons
from keguan.web.subjects import Subject, subjects
from keguan.web.views.shell import render_page

READ = {"waiting": queries.waiting, "mine": queries.asked, "decided": queries.decided}
LABELS = {
    "waiting": Label("等我的", "Waiting for me"),
    "mine": Label("我提交的", "Mine"),
    "decided": Label("已决定", "Decided"),
}
VERBS = {"consent": "approval.consent", "reject": "approval.reject"}
WITHDRAW = "approval.withdraw"
ACTS = {"add": "approval.add_approver", "hand-over": "approval.hand_over", "back": "approval.send_back"}
SAID = {
    "consent": Label("已同意：{what}", "Consented: {what}"),
    "reject": Label("已驳回：{what}。申请人会收到通知。", "Rejected: {what}. Whoever asked is told."),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands on a page again after something was refused: reasons and comments by request."""

    reasons: Mapping[UUID, tuple[Reason, ...]] = field(default_factory=dict)
    comments: Mapping[UUID, str] = field(default_factory=dict)


@page
def approvals(request: HttpRequest) -> HttpResponse:
    """The requests of one tab; POST consents to those that were ticked, as one set command."""
    if request.method == "POST":
        return _consent_to_several(request)
    return _show(request, Kept())


@page
@require_POST
def approval_decide(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """Consent to one request, or reject it with a comment."""
    decision = str(request.POST.get("decision", ""))
    if decision not in VERBS:
        raise Http404
    return _run(request, id, VERBS[decision], SAID[decision], "waiting")


@page
@require_POST
def approval_withdraw(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """Take back one's own request."""
    return _run(request, id, WITHDRAW, Label("已撤回：{what}", "Withdrawn: {what}"), "mine")


def _run(request: HttpRequest, text: str, verb: str, said: Label, tab: str) -> HttpResponse:
    key = key_of(text)
    row = queries.approval(viewer(request), key) if key is not None else None
    if key is None or row is None:
        raise Http404
    comment = str(request.POST.get("comment", "")).strip()
    args: dict[str, Any] = {"comment": comment} if comment else {}
    if verb == VERBS["consent"] and (refused := request.POST.getlist("refused")):
        args["refused"] = refused
    outcome = give(request, verb, key, args)
    if isinstance(outcome, Stopped):
        return _show(request, Kept({key: outcome.reasons}, {key: comment}), tab, outcome.status)
    _read(request, [row])
    say(request, said.format(what=_told(viewer(request), row)))
    return redirect(_tab_url(tab))


def _read(request: HttpRequest, rows: Collection[queries.ApprovalRow]) -> None:
    """Whoever decided has read that it waited for him."""
    records = [row.object for row in rows if row.object]
    unread = org.unread_about(viewer(request), {row.approval.control for row in rows}, records)
    if unread:
        gate.run_set(context(request, f"{posted_key(request)}:read"), "notice.read", [(key, {}) for key in unread])


def _told(who: UUID, row: queries.ApprovalRow) -> Label:
    """What was decided, so that one who decides one after the other knows which it was: `¥3,200 · KS-202605-001`."""
    what, _ = lines.headline(row.approval)
    found = subjects(who, [(row.approval.object_type, row.object)], scopes.grants(who), "approvals")
    subject = found.get(row.object) if row.object and len(row.lines) < 2 else None
    said = [what if isinstance(what, Label) else Label.typed(what)]
    return join([*said, subject.name] if subject else said, " · ", " · ")


def _consent_to_several(request: HttpRequest) -> HttpResponse:
    who = viewer(request)
    ids = [key for key in map(key_of, dict.fromkeys(request.POST.getlist("approval"))) if key]
    if not ids:
        say(request, Label("请先选中要同意的事项。", "Select what to consent to first."), messages.WARNING)
        return redirect("web:approvals")
    if not queries.known(who, ids).issuperset(ids):
        raise Http404
    before = queries.waiting(who)
    try:
        _, outcomes = gate.run_set(context(request, posted_key(request)), VERBS["consent"], [(key, {}) for key in ids])
    except Fault as fault:
        return _show(request, Kept(dict.fromkeys(ids, reasons(fault.reasons))), "waiting", fault.status)
    refused = {
        key: reasons(outcome.reasons)
        for key, outcome in zip(ids, outcomes, strict=True)
        if isinstance(outcome, Refused)
    }
    done = len(ids) - len(refused)
    if done:
        _read(request, [row for row in before if row.approval.id in set(ids) - refused.keys()])
        say(request, Label(f"已同意 {done} 项。", f"Consented to {done}."))
    return _show(request, Kept(refused), "waiting", 422) if refused else redirect("web:approvals")


def _show(request: HttpRequest, kept: Kept, tab: str = "", status: int = 200) -> HttpResponse:
    """One tab; what was refused stands on its line with its reasons, also where it left the tab meanwhile."""
    who, rules = viewer(request), book()
    tab = tab or request.GET.get("view", "waiting")
    tab = tab if tab in READ else "waiting"
    after = request.GET.get("after", "")
    rows = READ[tab](who, place_of(after), queries.FEW + 1)
    more, rows = len(rows) > queries.FEW, rows[: queries.FEW]
    missing = [key for key in kept.reasons if key not in {row.approval.id for row in rows}]
    rows = [*(found for key in missing if (found := queries.approval(who, key))), *rows]
    row = pages.Approvals(
        tabs=_tabs(tab),
        lines=_lines(who, rules, rows, tab, kept),
        view=tab,  # type: ignore[arg-type]  # one of READ
        paging=_paging(rows, tab, after, is_more=more),
        key=new_key(),
    )
    return render_page(request, "web/approvals.html", row, status, "lines")


def _lines(
    who: UUID, rules: Rulebook, rows: list[queries.ApprovalRow], tab: str, kept: Kept
) -> tuple[pages.ApprovalLine, ...]:
    grants = scopes.grants(who)
    pointed = lines.references(rows)
    named = {key for row in rows for key in lines.mentioned(row)}
    people = org.people_by_id(named | pointed.get("person", set()))
    units = org.unit_names(pointed.get("unit", set()))
    mentioned: list[tuple[str | None, UUID | None]] = [(row.approval.object_type, row.object) for row in rows]
    mentioned += [(row.approval.object_type, line.object) for row in rows for line in row.lines]
    mentioned += [(to, key) for to, keys in pointed.items() if to not in ("person", "unit") for key in keys]
    seen = subjects(who, mentioned, grants, "approvals")
    names: dict[UUID, Words] = {**{key: person.name for key, person in people.items()}, **units}
    names |= {key: subject.name for key, subject in seen.items()}
    types = {row.approval.object_type for row in rows}
    masked = {name: scopes.masked(who, name, grants) for name in types}
    return tuple(
        replace(
            _line(who, rules, row, _subject(row, seen), people, names, masked[row.approval.object_type], tab, kept),
            parts=_parts(row, seen) if len(row.lines) > 1 else (),
        )
        for row in rows
    )


def _parts(row: queries.ApprovalRow, seen: Mapping[UUID, Subject]) -> tuple[pages.ApprovalPart, ...]:
    return tuple(
        pages.ApprovalPart(
            str(line.object),
            seen[line.object].name if line.object in seen else line.object_label or "",
            None if line.state == "waiting" else lines.state_of(line),
            line.comment or "",
        )
        for line in row.lines
    )


def _subject(row: queries.ApprovalRow, seen: Mapping[UUID, Subject]) -> Subject | None:
    return seen.get(row.object) if row.object and len(row.lines) < 2 else None


def _line(
    who: UUID,
    rules: Rulebook,
    row: queries.ApprovalRow,
    subject: Subject | None,
    people: Mapping[UUID, org.PersonRow],
    names: Mapping[UUID, Words],
    masked: frozenset[str],
    tab: str,
    kept: Kept,
) -> pages.ApprovalLine:
    asked = row.approval
    what, kind = lines.headline(asked)
    is_open = asked.state == "waiting"
    return pages.ApprovalLine(
        id=str(asked.id),
        headline=what,
        kind=kind,
        subject=subject.name if subject else lines.unnamed(row),
        url=subject.url if subject else "",
        requester=people[asked.requester].name if asked.requester in people else "",
        asked_at=asked.requested_at,
        citation=cited(rules, asked.control, asked.rulebook),
        sentence=lines.sentence(rules, asked),
        read=lines.facts_read(asked, names, masked) if subject else (),
        steps=lines.chain(row, people),
        state=None if tab == "waiting" and is_open else lines.state_of(asked),
        reasons=kept.reasons.get(asked.id, ()),
        told=lines.told_why(row, who, people) if tab == "waiting" else "",
        comment=kept.comments.get(asked.id, "") if tab == "waiting" else asked.comment or "",
        decided_at=asked.decided_at,
        acts=_acts(asked.id) if tab == "waiting" and is_open else (),
        again_url=_again_url(asked, subject) if tab == "mine" and asked.state == "returned" else "",
        withdraw_url=reverse("web:approval_withdraw", args=[asked.id])
        if tab == "mine" and (is_open or asked.state == "returned")
        else "",
        key=new_key(),
    )


def _acts(key: UUID) -> tuple[Link, ...]:
    """What else an approver may do: let others decide as well, instead, or once more."""
    return tuple(
        Link(vocabulary.verbs[verb].label, reverse("web:approval_act", args=[key, short]))
        for short, verb in ACTS.items()
    )


def _again_url(asked: Approval, subject: Subject | None) -> str:
    """Where a request that was sent back is mended: the form of its act, with what was asked for."""
    verb = vocabulary.verbs[asked.verb]
    if asked.object is None and verb.creates:
        return f"{addresses.new_url(verb.on, verb.name)}?{urlencode({'returned': asked.id})}"
    if subject is None or not subject.code or not addresses.has_page(verb.on):
        return ""
    return f"{addresses.act_url(verb.on, subject.code, verb.name)}?{urlencode({'returned': asked.id})}"


def _tabs(tab: str) -> tuple[Tab, ...]:
    return tuple(Tab(label, _tab_url(name), is_current=name == tab) for name, label in LABELS.items())


def _tab_url(tab: str) -> str:
    address = reverse("web:approvals")
    return address if tab == "waiting" else f"{address}?{urlencode({'view': tab})}"


def _paging(rows: list[queries.ApprovalRow], tab: str, after: str, *, is_more: bool) -> Paging | None:
    if not is_more and not after:
        return None
    last = rows[-1].approval if rows else None
    token = token_of((last.requested_at, last.id)) if last and is_more else ""
    next_url = f"{reverse('web:approvals')}?{urlencode({'view': tab, 'after': token})}" if token else ""
    return Paging(len(rows), first_url=_tab_url(tab) if after else "", next_url=next_url)


urlpatterns = [
    path("approvals/", approvals, name="approvals"),
    path("approvals/<str:id>/", approval_decide, name="approval_decide"),
    path("approvals/<str:id>/withdrawal/", approval_withdraw, name="approval_withdraw"),
]
