"""Importing customers: upload a sheet, say what its columns mean, look at what would happen, run, and the result."""

import contextlib
import datetime as dt
import io
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from procrastinate.exceptions import AlreadyEnqueued

from keguan.controls import gate, readings
from keguan.customers import import_run, imports
from keguan.customers import tasks as worker
from keguan.customers.facts import IMPORT, ON_DUPLICATE
from keguan.customers.mapping import KIND_OF_ALL, targets
from keguan.customers.models import ImportProblem
from keguan.kernel import clock
from keguan.kernel.commands.idempotency import read_reason
from keguan.kernel.commands.outcomes import Fault, Outcome, Refused
from keguan.kernel.files import LARGEST
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import SheetFault
from keguan.web import pages
from keguan.web.components import Fact, Figure, Option, Reason, State, Tone
from keguan.web.doors import context, new_key, page, posted_key, viewer
from keguan.web.shapes import reasons
from keguan.web.views.shell import render_page

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
SAMPLES = 3
PROBLEMS = 50
STATES: dict[str, tuple[Label, Tone]] = {
    "add": (Label("新增", "Add"), "kept"),
    "update": (Label("更新", "Update"), "wait"),
    "skipped": (Label("跳过", "Skip"), "soon"),
    "refused": (Label("有问题", "Problem"), "broken"),
}
TONES: dict[str, Tone] = {"finished": "kept", "running": "wait"}
OUTCOMES: tuple[tuple[str, Label, Tone], ...] = (
    ("added", Label("新增", "Added"), "kept"),
    ("updated", Label("更新", "Updated"), ""),
    ("skipped", Label("重复，跳过", "Skipped"), "soon"),
    ("refused", Label("有问题", "Refused"), "broken"),
    ("waiting", Label("待批准", "Waiting"), "wait"),
)


@page
def import_start(request: HttpRequest) -> HttpResponse:
    """Upload a sheet; earlier imports below."""
    return _upload(request) if request.method == "POST" else _start(request)


def _upload(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("sheet")
    if upload is None:
        return _start(request, (Reason(Label("请选一张表格", "choose a spreadsheet"), field="sheet"),), 422)
    if upload.size is not None and upload.size > LARGEST:
        words = Label(f"文件超过 {LARGEST >> 20} MB", f"the file is larger than {LARGEST >> 20} MB")
        return _start(request, (Reason(words, cure=Label("请拆成几张表", "split it"), field="sheet"),), 422)
    ctx = context(request, posted_key(request))
    try:
        outcome = imports.upload(gate.run, ctx, upload.read(), upload.name or "sheet")
    except SheetFault as fault:
        return _start(request, (_sheet_fault(fault),), 422)
    except Fault as fault:
        return _start(request, reasons(fault.reasons), fault.status)
    told = _refused(outcome)
    return _start(request, told, 422) if told or outcome.object is None else redirect("web:import_page", outcome.object)


@page
def import_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One import at its step: columns, preview, progress, result."""
    found = imports.find(viewer(request), key)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _act(request, found)
    if found.stage == "uploaded":
        return _preview(request, found) if request.GET.get("step") == "preview" else _mapping(request, found)
    return _progress(request, found)


@page
def import_problems(request: HttpRequest, key: UUID) -> HttpResponse:
    """The rows that were left out, as a sheet that can be mended and imported again."""
    target = io.BytesIO()
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    if import_run.write_problems(viewer(request), key, target, language) is None:
        raise Http404
    readings.tell(viewer(request), "page", IMPORT, [key], is_export=True)
    return _download(target, Label("未导入的行.xlsx", "rows-left-out.xlsx").text(language))


@page
def import_template(request: HttpRequest) -> HttpResponse:
    """An empty sheet with the titles we know."""
    target = io.BytesIO()
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    imports.write_template(target, language)
    return _download(target, Label("客户名单样表.xlsx", "customers.xlsx").text(language))


def _download(target: io.BytesIO, name: str) -> HttpResponse:
    from django.utils.http import content_disposition_header

    response = HttpResponse(target.getvalue(), content_type=SHEET)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


def _sheet_fault(fault: SheetFault) -> Reason:
    place = Label("", "")
    if fault.row is not None:
        place = Label(f"第 {fault.row} 行：", f"row {fault.row}: ")
    words = Label("{place}{said}", "{place}{said}").format(place=place, said=fault.message)
    return Reason(words, cure=fault.cure, field="sheet")


def _start(request: HttpRequest, told: tuple[Reason, ...] = (), status: int = 200) -> HttpResponse:
    runs = tuple(
        pages.ImportRun(
            str(run.id),
            run.title,
            State(IMPORT.stage_label(run.stage), TONES.get(run.stage, "")),
            run.opened_at,
            _summary(run),
        )
        for run in imports.recent(viewer(request))
    )
    row = pages.ImportStart(
        runs=runs,
        reasons=told,
        template_url=reverse("web:import_template"),
        most_rows=MOST_ROWS,
        most_megabytes=LARGEST >> 20,
        key=new_key(),
    )
    return render_page(request, "web/import_start.html", row, status=status)


def _summary(run: imports.Import) -> Label:
    left = run.counts["skipped"] + run.counts["refused"]
    return Label(
        f"{run.total} 行，新增 {run.counts['added']}，更新 {run.counts['updated']}，未导入 {left}",
        f"{run.total} rows, {run.counts['added']} added, {run.counts['updated']} updated, {left} left out",
    )


def _act(request: HttpRequest, found: imports.Import) -> HttpResponse:
    intent = request.POST.get("intent", "")
    if intent == "mapping":
        return redirect("web:import_page", found.id)
    told: tuple[Reason, ...] = ()
    try:
        if intent == "preview":
            told = _map(request, found)
            if not told:
                return redirect(reverse("web:import_page", args=[found.id]) + "?step=preview")
        elif intent == "run":
            told = _refused(gate.run_one(context(request, posted_key(request)), "customer.import", found.id, {}))
            if not told:
                # already handed over: a double click
                with contextlib.suppress(AlreadyEnqueued):
                    worker.start(found.id)
        elif intent == "stop":
            told = _refused(gate.run_one(context(request), "import.stop", found.id, {}))
    except Fault as fault:
        told = reasons(fault.reasons)
    if told:
        again = imports.find(viewer(request), found.id) or found
        return _mapping(request, again, told) if again.stage == "uploaded" else _progress(request, again, told)
    return redirect("web:import_page", found.id)


def _map(request: HttpRequest, found: imports.Import) -> tuple[Reason, ...]:
    sheet = imports.sheet_of(found)
    mapping = {
        str(column.index): value
        for column in sheet.columns
        if (value := request.POST.get(f"column_{column.index}", ""))
    }
    if KIND_OF_ALL in found.mapping and "kind" not in mapping.values():
        mapping[KIND_OF_ALL] = found.mapping[KIND_OF_ALL]
    args = {"mapping": mapping, "on_duplicate": request.POST.get("on_duplicate") or found.on_duplicate}
    told = _refused(gate.run_one(context(request, posted_key(request)), "import.map", found.id, args))
    if told:
        return told
    faults = imports.preview(viewer(request), found, mapping).faults
    return tuple(Reason(fault, field="mapping") for fault in faults)


def _refused(outcome: Outcome) -> tuple[Reason, ...]:
    return reasons(outcome.reasons) if isinstance(outcome, Refused) else ()


def _mapping(request: HttpRequest, found: imports.Import, told: tuple[Reason, ...] = ()) -> HttpResponse:
    sheet = imports.sheet_of(found)
    columns = tuple(
        pages.Column(
            column.index,
            column.title,
            tuple(cell for row in sheet.rows[:20] if (cell := row.cells[place]))[:SAMPLES],
            found.mapping.get(str(column.index), ""),
            is_guessed=True,
        )
        for place, column in enumerate(sheet.columns)
    )
    notes = tuple(Reason(finding.message, cure=finding.cure) for finding in sheet.findings if finding.row is None)
    row = pages.ImportPage(
        id=str(found.id),
        name=found.title,
        step="mapping",
        total=found.total,
        columns=columns,
        targets=tuple(Option(target.name, target.label) for target in targets(imports.declared_fields())),
        duplicates=tuple(Option(code, label) for code, label in ON_DUPLICATE.items()),
        on_duplicate=found.on_duplicate,
        notes=notes,
        reasons=told,
        key=new_key(),
    )
    return render_page(request, "web/import_page.html", row, status=422 if told else 200)


def _preview(request: HttpRequest, found: imports.Import) -> HttpResponse:
    seen = imports.preview(viewer(request), found)
    if seen.faults:
        return _mapping(request, found, tuple(Reason(fault, field="mapping") for fault in seen.faults))
    labels = {target.name: target.label for target in targets(imports.declared_fields())}
    heads = list(dict.fromkeys(name for index, name in seen.mapping.items() if index != KIND_OF_ALL and name in labels))
    rows = []
    for verdict in seen.rows:
        words, tone = STATES[verdict.state]
        shown = imports.example(verdict.candidate)
        cells = tuple(shown.get(name, "") for name in heads)
        rows.append(pages.SheetRow(verdict.candidate.row, cells, State(words, tone), reasons(verdict.reasons)))
    figures = tuple(
        Figure(label, f"{seen.counts.get(name, 0):,}", tone=tone if seen.counts.get(name) else "")
        for name, (label, tone) in STATES.items()
    )
    row = pages.ImportPage(
        id=str(found.id),
        name=found.title,
        step="preview",
        total=found.total,
        heads=tuple(labels[name] for name in heads),
        rows=tuple(rows),
        figures=figures,
        key=new_key(),
    )
    return render_page(request, "web/import_page.html", row)


def _progress(request: HttpRequest, found: imports.Import, told: tuple[Reason, ...] = ()) -> HttpResponse:
    figures = tuple(
        Figure(label, f"{found.counts[name]:,}", tone=tone if found.counts[name] else "")
        for name, label, tone in OUTCOMES
    )
    is_over = found.stage != "running"
    left_out = found.counts["skipped"] + found.counts["refused"] + found.counts["waiting"]
    row = pages.ImportPage(
        id=str(found.id),
        name=found.title,
        step="result" if is_over else "run",
        total=found.total,
        figures=figures,
        done=found.position,
        remaining=_remaining(found),
        error_sheet_url=reverse("web:import_problems", args=[found.id]) if is_over and left_out else "",
        list_url=f"{reverse('web:customer_list')}?import={found.id}" if is_over and found.counts["added"] else "",
        rows=_problems(found) if is_over else (),
        heads=(),
        reasons=told,
        faults=(Fact(Label("状态", "State"), IMPORT.stage_label(found.stage)),) if found.stage == "cancelled" else (),
        key=new_key(),
    )
    return render_page(request, "web/import_page.html", row, status=422 if told else 200, partial="progress")


def _problems(found: imports.Import) -> tuple[pages.SheetRow, ...]:
    listed = ImportProblem.objects.filter(of=found.id).order_by("row")[:PROBLEMS]
    return tuple(
        pages.SheetRow(
            problem.row,
            (),
            State(Label("未导入", "Left out"), "broken"),
            reasons(read_reason(reason) for reason in problem.reasons["reasons"]),
        )
        for problem in listed
    )


def _remaining(found: imports.Import) -> dt.timedelta | None:
    if found.stage != "running" or not found.position or found.started_at is None:
        return None
    gone: dt.timedelta = clock.now() - found.started_at
    return gone * ((found.total - found.position) / found.position)


urlpatterns = [
    path("imports/customers/", import_start, name="import_start"),
    path("imports/customers/template/", import_template, name="import_template"),
    path("imports/<uuid:key>/", import_page, name="import_page"),
    path("imports/<uuid:key>/problems/", import_problems, name="import_problems"),
]
