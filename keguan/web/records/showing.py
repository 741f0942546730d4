"""Showing a list of any record type: the page, and the same as a sheet."""

import io
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from keguan.controls import readings, scopes
from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.kernel.records.orders import token
from keguan.kernel.records.types import Fact
from keguan.lists import export, table
from keguan.web import addresses, pages
from keguan.web.components import Paging
from keguan.web.doors import viewer
from keguan.web.flashes import say
from keguan.web.language import language_of
from keguan.web.listing import tools
from keguan.web.records.lists import Asked, RecordList
from keguan.web.rules import book
from keguan.web.views.bulk import bulk_verbs
from keguan.web.views.shell import render_page

COUNTED = 1000
TOO_MANY = Label(
    f"一张表最多导出 {export.MOST:,} 条，请先用筛选缩小范围",
    f"a sheet holds at most {export.MOST:,} records: narrow the list with filters first",
)


def asked_of(request: HttpRequest) -> Asked:
    """Who looks at a list, and what the address says."""
    who, rules = viewer(request), book()
    return Asked(who, request.GET, language_of({"request": request}), scopes.grants(who, rules), rules)


def show(request: HttpRequest, one: RecordList) -> HttpResponse:
    """The list: filters and search in the address, `?after=` goes on."""
    asked = asked_of(request)
    given, listing = asked.given, one.listing
    columns = one.page_columns(listing.columns(given))
    part, total = one.part(asked, columns), one.count(asked, COUNTED)
    kept = listing.kept(given)
    first, more = one.filters(asked)
    row = pages.RecordList(
        title=one.title,
        noun=one.type.label,
        rows=part.rows,
        heads=one.heads(asked, columns),
        paging=Paging(
            len(part.rows),
            min(total, COUNTED),
            total > COUNTED,
            first_url=f"?{urlencode(kept)}" if given.get("after") else "",
            next_url=f"?{urlencode({**kept, 'after': token(part.after)})}" if part.after else "",
        ),
        nothing=one.nothing(asked),
        unmatched=one.unmatched(asked, request.path),
        placeholder=one.placeholder,
        query=str(given.get("q", "")),
        filters=first,
        more=more,
        is_more_open=any(one.value for one in more),
        tabs=one.tabs(asked),
        bulk=bulk_verbs(asked.grants, one.bulk, given),
        tools=tools(listing, given, asked.who, asked.grants, addresses.export_url(one.type.name)),
        doings=one.doings(asked),
        is_filtered=listing.is_filtered(given),
        back=one.back(),
        part=one.part_of(asked),
        citation=one.citation(asked),
    )
    return render_page(request, "web/record_list.html", row, partial="list", said=kept)


def sheet(request: HttpRequest, one: RecordList) -> HttpResponse:
    """What the list holds, in its order and with its columns, for who may export it; masked, neutralised, logged."""
    asked, listing = asked_of(request), one.listing
    who, given = asked.who, asked.given
    if not scopes.may_export(who, one.type.name, asked.grants):
        raise PermissionDenied
    names = [*listing.head, *listing.columns(given)]
    facts: list[Fact] = [one.type.by_name[name] for name in names if name in one.type.by_name]
    if one.count(asked, export.MOST) > export.MOST:
        say(request, TOO_MANY, messages.WARNING)
        return redirect(f"{addresses.list_url(one.type.name)}?{given.urlencode()}")
    made = table.table(who, one.type, one.found(asked)[: export.MOST], facts, asked.language, asked.grants,
                        is_sheet=True)  # fmt: skip
    own = one.own(asked, made.keys, [name for name in names if name not in one.type.by_name])
    at = {fact.name: place for place, fact in enumerate(facts)}
    rows = (
        [own[name].get(key) if name in own else row[at[name]] for name in names]
        for key, row in zip(made.keys, made.rows, strict=True)
    )
    heads = [listing.label(name).text(asked.language) for name in names]
    kind = export.FORMATS.get(str(given.get("format")), export.XLSX)
    target = io.BytesIO()
    name = one.type.label.text(asked.language)
    export.write(target, kind, heads, rows, name)
    shown = [fact.name for fact in facts] + [part for name in names for part in one.shows.get(name, ())]
    said = {"list": one.type.name, **one.narrowed(asked)}
    readings.tell_list(who, "page", one.type, made.keys, shown, said, is_export=True)
    return download(target, f"{name}-{clock.now():%Y%m%d}.{kind.ending}", kind)


def download(target: io.BytesIO, name: str, kind: export.Format) -> HttpResponse:
    """The sheet as a file."""
    response = HttpResponse(target.getvalue(), content_type=kind.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
