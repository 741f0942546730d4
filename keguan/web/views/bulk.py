"""A verb on the records that were chosen from a list: its form, then one set command, then what became of each."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from keguan.controls.live.grants import Grants
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.outcomes import Fault, Refused
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import bulk
from keguan.lists.models import Bulk
from keguan.longwork import tasks
from keguan.web import addresses, pages, verb_forms
from keguan.web.components import Figure, Link, Reason
from keguan.web.doors import context, page, posted_key, viewer
from keguan.web.flashes import say
from keguan.web.places import key_of
from keguan.web.records.door import Door, Subject
from keguan.web.selection import packed, unpacked
from keguan.web.shapes import reasons
from keguan.web.views.act_forms import Selected, form_page, typed
from keguan.web.views.acts import go_on
from keguan.web.views.shell import render_page

NAMED = 5
SHOWN = 100
PAGED = ("after", "view")
NONE = Label("请先选中要处理的记录", "select some records first")


def bulk_verbs(grants: Grants | None, names: Sequence[str], given: QueryDict) -> tuple[pages.BulkVerb, ...]:
    """Verbs for several records at once, those that some policy lets the viewer use; they know the list's filters."""
    kept = urlencode([(name, value) for name, value in given.items() if name not in PAGED])
    return tuple(
        pages.BulkVerb(
            vocabulary.verbs[name].label,
            f"{addresses.many_url(vocabulary.verbs[name].on, name)}{'?' if kept else ''}{kept}",
        )
        for name in names
        if grants is not None and grants.uses(name)
    )


def act_many_view(door: Door) -> Callable[..., HttpResponse]:
    """The view of a verb on the records that were chosen; posted again with its key, it runs as one set command."""

    @page
    def act_many(request: HttpRequest, verb: str) -> HttpResponse:
        if request.method != "POST":
            return redirect(door.list_url())
        act = door.verb(verb)
        if act.corrects or act.reveals:
            raise Http404  # what was recorded wrongly is set right one by one, what is masked is looked at so
        return _many(request, door, act)

    return act_many


def _many(request: HttpRequest, door: Door, act: Verb) -> HttpResponse:
    who = viewer(request)
    keys = _chosen(request, door)
    back = _back(request, door)
    if not keys:
        say(request, NONE, messages.WARNING)
        return redirect(back)
    if len(keys) > bulk.MOST:
        words = Label(
            f"一次最多办理 {bulk.MOST:,} 件，请先用筛选缩小范围",
            f"at most {bulk.MOST:,} at once: narrow the list with filters first",
        )
        say(request, words, messages.WARNING)
        return redirect(back)
    chosen = Selected(packed(keys), len(keys), back)
    named = {subject.id: subject for subject in door.named(who, keys[:NAMED])}
    links = tuple(_link(named[key]) for key in keys[:NAMED] if key in named)
    if "idempotency_key" not in request.POST:
        return form_page(request, door, act, links, _given_before(request, act), selected=chosen)
    args = verb_forms.given(typed(request, door, act))
    _, wrong = parse(act, args)
    if wrong:
        return form_page(request, door, act, links, args, reasons(wrong), 422, selected=chosen)
    try:
        key = bulk.start(context(request, posted_key(request)), act.name, args, keys)
    except Fault as fault:
        return form_page(request, door, act, links, args, reasons(fault.reasons), fault.status, selected=chosen)
    if len(keys) <= bulk.AT_ONCE:
        bulk.carry_on(key)
    else:
        tasks.start("bulk", key)
    return go_on(request, f"{reverse('web:bulk_page', args=[key])}?{urlencode({'back': back})}")


def _given_before(request: HttpRequest, act: Verb) -> dict[str, Any]:
    """What the viewer's bulk act that goes on was given; nothing where the address names none."""
    key = key_of(request.GET.get("again", ""))
    before = bulk.find(viewer(request), key) if key is not None else None
    return dict(before.args or {}) if before is not None and before.verb == act.name else {}


def _chosen(request: HttpRequest, door: Door) -> list[UUID]:
    """The records of the form: carried along, all that the list holds, or those that were ticked."""
    who = viewer(request)
    if "selection" in request.POST:
        return unpacked(str(request.POST["selection"]))
    if request.POST.get("all"):
        return door.listed(who, request.GET, bulk.MOST + 1)
    return door.coded(who, list(dict.fromkeys(request.POST.getlist("code")))[: bulk.MOST])


def _back(request: HttpRequest, door: Door) -> str:
    """The list that the records were chosen from."""
    asked = str(request.POST.get("back") or request.GET.get("back") or "")
    if asked.startswith(door.list_url()) and url_has_allowed_host_and_scheme(asked, None):
        return asked
    kept = request.GET.urlencode()
    return f"{door.list_url()}?{kept}" if kept else door.list_url()


def _link(subject: Subject) -> Link:
    return Link(subject.words, subject.code)


def bulk_view(door_of: Callable[[str], Door]) -> Callable[..., HttpResponse]:
    """The view of one bulk act: its progress, then how many were done, are waiting or were refused, and why."""

    @page
    def bulk_page(request: HttpRequest, key: UUID) -> HttpResponse:
        who = viewer(request)
        job = bulk.find(who, key)
        if job is None:
            raise Http404
        act = vocabulary.verbs[job.verb]
        told: tuple[Reason, ...] = ()
        if request.method == "POST" and request.POST.get("intent") == "stop":
            outcome = bulk.stop(who, key)
            if not isinstance(outcome, Refused):
                return redirect(request.get_full_path())
            told = reasons(outcome.reasons)
            job.refresh_from_db()
        row = _page_of(request, door_of(act.on), act, job, told)
        return render_page(request, "web/bulk_page.html", row, status=422 if told else 200, partial="progress")

    return bulk_page


def _page_of(request: HttpRequest, door: Door, act: Verb, job: Bulk, told: tuple[Reason, ...]) -> pages.BulkPage:
    is_over = job.stage != "running"
    left = bulk.items_of(job)[job.position :] if job.stage == "cancelled" else []
    asked = Figure(
        Label("待核准", "Waiting"),
        f"{job.waiting:,}",
        f"{reverse('web:approvals')}?view=mine" if job.waiting else "",
        "wait" if job.waiting else "",
    )
    figures = (
        Figure(Label("办成", "Done"), f"{job.done:,}", tone="kept" if job.done else ""),
        asked,
        Figure(Label("未办", "Refused"), f"{job.refused:,}", tone="broken" if job.refused else ""),
        *((Figure(Label("没有轮到", "Not reached"), f"{len(left):,}", tone="soon"),) if left else ()),
    )
    return pages.BulkPage(
        id=str(job.id),
        title=act.label,
        stage=job.stage,
        total=job.total,
        position=job.position,
        opened_at=job.opened_at,
        figures=figures,
        list_url=_back(request, door) if request.GET.get("back") else door.list_url(),
        again_url=f"{door.many_url(act.name)}?{urlencode({'again': job.id})}",
        refused=_refused(request, door, job) if is_over else (),
        refused_total=job.refused,
        selection=packed(bulk.refused_keys(job)) if is_over and job.refused else "",
        left=len(left),
        left_selection=packed(left) if left else "",
        reasons=told,
    )


def _refused(request: HttpRequest, door: Door, job: Bulk) -> tuple[pages.RefusedRow, ...]:
    found = bulk.refusals(job, SHOWN)
    named = {subject.id: subject for subject in door.named(viewer(request), [one.object for one in found])}
    rows = []
    for one in found:
        subject = named.get(one.object)
        code, title = (subject.code, subject.title) if subject else ("", "")
        rows.append(pages.RefusedRow(code, title, door.page_url(code) if code else "", reasons(one.reasons)))
    return tuple(rows)
