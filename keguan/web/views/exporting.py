"""Taking a list home as a sheet: what its filters hold, in its order, with its columns; masked, neutralised, logged."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from keguan.controls import readings, scopes
from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.kernel.sheets import Value
from keguan.lists import export, table
from keguan.web.doors import page, viewer
from keguan.web.flashes import say
from keguan.web.language import language_of
from keguan.web.listing import Listing

TOO_MANY = Label(
    f"一张表最多导出 {export.MOST:,} 条，请先用筛选缩小范围",
    f"a sheet holds at most {export.MOST:,} records: narrow the list with filters first",
)
Own = Mapping[str, Mapping[UUID, Value]]


@dataclass(frozen=True, slots=True)
class Exported:
    """What is taken home of a list: its records in order, and the columns that are no facts, by name and record.

    `shows` are facts of lines that such a column shows, as the reading log names them.
    """

    listing: Listing
    found: Callable[[UUID, QueryDict], "QuerySet[Any]"]
    narrowed: Callable[[UUID, QueryDict], Mapping[str, Any]]
    own: Callable[[UUID, Sequence[UUID], Sequence[str], str], Own]
    shows: Mapping[str, tuple[str, ...]]


def export_view(exported: Exported) -> Callable[..., HttpResponse]:
    """The view that gives a list as a sheet to who may export it."""

    @page
    def give(request: HttpRequest) -> HttpResponse:
        who, listing, given = viewer(request), exported.listing, request.GET
        known = scopes.grants(who)
        if not scopes.may_export(who, listing.type.name, known):
            raise PermissionDenied
        language = language_of({"request": request})
        names = [*listing.head, *listing.columns(given)]
        facts: list[Fact] = [listing.type.by_name[name] for name in names if name in listing.type.by_name]
        found = exported.found(who, given)[: export.MOST + 1]
        made = table.table(who, listing.type, found, facts, language, known)
        if len(made.keys) > export.MOST:
            say(request, TOO_MANY, messages.WARNING)
            return redirect(f"{reverse(f'web:{listing.type.name}_list')}?{given.urlencode()}")
        own = exported.own(who, made.keys, [name for name in names if name not in listing.type.by_name], language)
        at = {fact.name: place for place, fact in enumerate(facts)}
        rows = (
            [own[name].get(key) if name in own else row[at[name]] for name in names]
            for key, row in zip(made.keys, made.rows, strict=True)
        )
        heads = [listing.label(name).text(language) for name in names]
        kind = export.FORMATS.get(str(given.get("format")), export.XLSX)
        target = io.BytesIO()
        export.write(target, kind, heads, rows, listing.type.label.text(language))
        shown = [fact.name for fact in facts] + [part for name in names for part in exported.shows.get(name, ())]
        said = {"list": listing.type.name, **exported.narrowed(who, given)}
        readings.tell_list(who, "page", listing.type, made.keys, shown, said, is_export=True)
        return download(target, f"{_called(listing, language)}.{kind.ending}", kind)

    return give


def _called(listing: Listing, language: str) -> str:
    return f"{listing.type.label.text(language)}-{clock.now():%Y%m%d}"


def download(target: io.BytesIO, name: str, kind: export.Format) -> HttpResponse:
    """The sheet as a file."""
    response = HttpResponse(target.getvalue(), content_type=kind.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
