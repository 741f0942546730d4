"""Importing records: what can be imported, then upload or paste, columns, preview, run, and the result."""

import io
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import content_disposition_header

from keguan.controls import gate, readings, scopes
from keguan.imports import queries
from keguan.imports.facts import IMPORT
from keguan.imports.importer import Importer
from keguan.imports.importers import importer_of
from keguan.imports.mapping import constants
from keguan.imports.running import write_problems
from keguan.imports.sheets import pasted
from keguan.kernel.commands.outcomes import Fault, Outcome, Refused
from keguan.kernel.files import LARGEST
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import SheetFault
from keguan.web import addresses, import_steps, pages
from keguan.web.components import Empty, Link, Reason
from keguan.web.doors import context, new_key, page, posted_key, viewer
from keguan.web.rules import book
from keguan.web.shapes import reasons
from keguan.web.views.shell import render_page

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
PASTED = Label("粘贴的表格.txt", "pasted.txt")


@page
def import_places(request: HttpRequest) -> HttpResponse:
    """What may be imported, and what was."""
    who = viewer(request)
    book()  # registers are known once their rulebook is
    grants = scopes.grants(who)
    if grants is None or not grants.uses("import.upload"):
        raise Http404
    types = tuple(
        Link(one.type.label, reverse("web:import_start", args=[one.type.name])) for one in import_steps.open_to(grants)
    )
    nothing = Empty(Label("没有您可以导入的记录。", "There is nothing that you may import."))
    row = pages.ImportPlaces(types, import_steps.runs(who), nothing)
    return render_page(request, "web/import_places.html", row)


@page
def import_start(request: HttpRequest, record_type: str) -> HttpResponse:
    """Upload a sheet, or paste cells; earlier imports of the type below."""
    importer = _importer(request, record_type)
    return _upload(request, importer) if request.method == "POST" else _start(request, importer)


def _importer(request: HttpRequest, record_type: str) -> Importer:
    """The importer of the type, for whoever may use it; 404 for others."""
    book()
    importer = importer_of(record_type)
    if importer is None or not import_steps.may_import(scopes.grants(viewer(request)), importer):
        raise Http404
    return importer


def _upload(request: HttpRequest, importer: Importer) -> HttpResponse:
    upload, text = request.FILES.get("sheet"), str(request.POST.get("pasted", ""))
    if upload is None and not text.strip():
        return _start(
            request,
            importer,
            (Reason(Label("请选一张表格，或粘贴内容", "choose a spreadsheet, or paste"), field="sheet"),),
            422,
        )
    if upload is not None and upload.size is not None and upload.size > LARGEST:
        words = Label(f"文件超过 {LARGEST >> 20} MB", f"the file is larger than {LARGEST >> 20} MB")
        told = (Reason(words, cure=Label("请拆成几张表", "split it"), field="sheet"),)
        return _start(request, importer, told, 422)
    name = (upload.name or "sheet") if upload is not None else PASTED.text(_language(request))
    body = upload.read() if upload is not None else pasted(text)
    ctx = context(request, posted_key(request))
    try:
        outcome = queries.upload(gate.run, ctx, importer.type.name, body, name)
    except SheetFault as fault:
        return _start(request, importer, (_sheet_fault(fault),), 422)
    except Fault as fault:
        return _start(request, importer, reasons(fault.reasons), fault.status)
    if isinstance(outcome, Refused) or outcome.object is None:
        return _start(request, importer, _refused(outcome), 422)
    return redirect("web:import_page", outcome.object)


@page
def import_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One import at its step: columns, preview, progress, result."""
    book()
    found = queries.find(viewer(request), key)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _act(request, found)
    if found.stage == "uploaded":
        is_preview = request.GET.get("step") == "preview"
        return _shown(
            request,
            import_steps.preview_page(found, viewer(request)) if is_preview else import_steps.mapping_page(found),
        )
    return _shown(request, import_steps.progress_page(found, viewer(request)))


@page
def import_problems(request: HttpRequest, key: UUID) -> HttpResponse:
    """The rows that were left out, as a sheet that can be mended and imported again."""
    target = io.BytesIO()
    if write_problems(viewer(request), key, target, _language(request)) is None:
        raise Http404
    readings.tell(viewer(request), "page", IMPORT, [key], is_export=True)
    return download(target, Label("未导入的行.xlsx", "rows-left-out.xlsx").text(_language(request)))


@page
def import_template(request: HttpRequest, record_type: str) -> HttpResponse:
    """An empty sheet with the titles we know."""
    importer = _importer(request, record_type)
    target = io.BytesIO()
    queries.write_template(importer, target, _language(request))
    name = Label("{noun}样表.xlsx", "{noun}.xlsx").format(noun=importer.type.label)
    return download(target, name.text(_language(request)))


def download(target: io.BytesIO, name: str) -> HttpResponse:
    """A sheet as a file of this name."""
    response = HttpResponse(target.getvalue(), content_type=SHEET)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "zh-hans"))


def _sheet_fault(fault: SheetFault) -> Reason:
    place = Label("", "") if fault.row is None else Label(f"第 {fault.row} 行：", f"row {fault.row}: ")
    words = Label("{place}{said}", "{place}{said}").format(place=place, said=fault.message)
    return Reason(words, cure=fault.cure, field="sheet")


def _start(request: HttpRequest, importer: Importer, told: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
    name = importer.type.name
    targets = importer.targets(importer.declared())
    row = pages.ImportStart(
        title=Label("导入{noun}", "Import: {noun}").format(noun=importer.type.label),
        runs=import_steps.runs(viewer(request), name),
        reasons=told,
        template_url=reverse("web:import_template", args=[name]),
        most_rows=MOST_ROWS,
        most_megabytes=LARGEST >> 20,
        columns=tuple(one.label for one in targets if not one.required),
        needed=tuple(one.label for one in targets if one.required),
        pasted=str(request.POST.get("pasted", "")) if request.method == "POST" else "",
        back=Link(importer.type.label, addresses.list_url(name)) if addresses.has_page(name) else None,
        key=new_key(),
    )
    return render_page(request, "web/import_start.html", row, status=status)


def _shown(request: HttpRequest, row: pages.ImportPage) -> HttpResponse:
    status = 422 if row.reasons else 200
    return render_page(request, "web/import_page.html", row, status=status, partial="progress")


def _act(request: HttpRequest, found: queries.Import) -> HttpResponse:
    intent = request.POST.get("intent", "")
    told: tuple[Reason, ...] = ()
    try:
        if intent == "preview":
            told = _map(request, found)
            if not told:
                return redirect(reverse("web:import_page", args=[found.id]) + "?step=preview")
        elif intent == "run":
            told = _refused(gate.run_one(context(request, posted_key(request)), "import.start", found.id, {}))
        elif intent == "stop":
            told = _refused(gate.run_one(context(request), "import.stop", found.id, {}))
    except Fault as fault:
        told = reasons(fault.reasons)
    if told:
        again = queries.find(viewer(request), found.id) or found
        if again.stage == "uploaded":
            return _shown(request, import_steps.mapping_page(again, told))
        return _shown(request, import_steps.progress_page(again, viewer(request), told))
    return redirect("web:import_page", found.id)


def _map(request: HttpRequest, found: queries.Import) -> tuple[Reason, ...]:
    chosen = {
        str(column.index): value
        for column in queries.sheet_of(found).columns
        if (value := str(request.POST.get(f"column_{column.index}", "")))
    }
    # what the sheet told by its titles, unless the form says otherwise
    for_all = constants(found.mapping) | {
        name.removeprefix(import_steps.FOR_ALL): str(value).strip()
        for name, value in request.POST.items()
        if name.startswith(import_steps.FOR_ALL)
    }
    taken = set(chosen.values())
    mapping = chosen | {name: value for name, value in for_all.items() if value and name not in taken}
    args = {"mapping": mapping, "on_duplicate": request.POST.get("on_duplicate") or found.on_duplicate}
    told = _refused(gate.run_one(context(request, posted_key(request)), "import.map", found.id, args))
    if told:
        return told
    faults = queries.preview(viewer(request), found, mapping).faults
    return tuple(Reason(fault, field="mapping") for fault in faults)


def _refused(outcome: Outcome) -> tuple[Reason, ...]:
    return reasons(outcome.reasons) if isinstance(outcome, Refused) else ()


urlpatterns = [
    path("imports/", import_places, name="import_places"),
    path("imports/<uuid:key>/", import_page, name="import_page"),
    path("imports/<uuid:key>/problems/", import_problems, name="import_problems"),
    path("imports/<str:record_type>/", import_start, name="import_start"),
    path("imports/<str:record_type>/template/", import_template, name="import_template"),
]
