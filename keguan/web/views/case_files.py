"""The files of a case, for whoever may see it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from keguan.cases import page as cases
from keguan.cases.facts import CASE
from keguan.controls import readings, scopes
from keguan.kernel import files
from keguan.web.doors import page, viewer


@page
def case_file(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """An attached file, for whoever may see its case. What a browser could run is only ever downloaded."""
    found = cases.case(viewer(request), code)
    file = next((each for each in found.files if each.id == key), None) if found else None
    if found is None or file is None:
        raise Http404
    who = viewer(request)
    is_preview = "preview" in request.GET
    readings.tell(who, "page", CASE, [found.id], scopes.masked(who, "case"), is_export=not is_preview)
    try:
        body = files.read(file.digest)
    except KeyError:
        raise Http404 from None
    is_shown = file.media_type in files.SHOWN_IN_PLACE
    response = HttpResponse(body, content_type=file.media_type if is_shown else "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    how = "inline" if is_shown else "attachment"
    response["Content-Disposition"] = _disposition(how, file.name)
    return response


def _disposition(how: str, name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(how == "attachment", name) or how
