"""Notices: what the product told me, newest first; each can be marked as read, or all at once."""

from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from keguan.controls import gate, scopes
from keguan.kernel.commands.outcomes import Refused
from keguan.org import queries as org
from keguan.web import pages
from keguan.web.components import Paging
from keguan.web.doors import context, page, posted_key, viewer
from keguan.web.language import Words
from keguan.web.places import key_of, place_of, token_of
from keguan.web.rules import book, cited
from keguan.web.subjects import Subject, subjects
from keguan.web.views.shell import render_page

SHOWN = 25
READ = "notice.read"


@page
def notices(request: HttpRequest) -> HttpResponse:
    """The viewer's notices; POST with `all` marks every unread one as read."""
    who = viewer(request)
    if request.method == "POST":
        if "all" in request.POST and (unread := org.unread_ids(who)):
            gate.run_set(context(request, posted_key(request)), READ, [(key, {}) for key in unread])
        return redirect("web:notices")
    after = request.GET.get("after", "")
    rows = org.notices(who, place_of(after), SHOWN + 1)
    more, rows = len(rows) > SHOWN, rows[:SHOWN]
    rules = book()
    seen = subjects(who, [(row.object_type, row.object_id) for row in rows], scopes.grants(who), "notices")
    address = reverse("web:notices")
    next_url = f"{address}?after={token_of((rows[-1].created_at, rows[-1].id))}".replace("+", "%2B") if more else ""
    shown = pages.Notices(
        rows=tuple(
            pages.NoticeRow(
                id=str(row.id),
                text=row.text,
                at=row.created_at,
                url=seen[row.object_id].url if row.object_id in seen else "",
                detail=_about(row, seen),
                citation=cited(rules, row.control) if row.control else None,
                is_read=row.read_at is not None,
            )
            for row in rows
        ),
        paging=Paging(len(rows), first_url=address if after else "", next_url=next_url),
        unread=org.unread_notices(who),
    )
    return render_page(request, "web/notices.html", shown)


def _about(row: org.NoticeRow, seen: Mapping[UUID, Subject]) -> Words:
    """The record a notice is about, without the number that its text says already."""
    subject = seen.get(row.object_id) if row.object_id else None
    if subject is None:
        return ""
    return subject.title if subject.code and subject.code in row.text.zh else subject.name


@page
@require_POST
def notice_read(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """Mark one as read."""
    key = key_of(id)
    if key is None:
        raise Http404
    outcome = gate.run_one(context(request, posted_key(request)), READ, key, {})
    if isinstance(outcome, Refused):
        raise Http404
    return redirect("web:notices")


urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/<str:id>/", notice_read, name="notice_read"),
]
