"""An import as its page shows it at each step: columns, preview, progress, result. Reads only."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from django.urls import reverse

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.imports import queries
from keguan.imports.facts import COUNTS, IMPORT, ON_DUPLICATE
from keguan.imports.importer import Importer
from keguan.imports.importers import importable
from keguan.imports.mapping import columns, constants
from keguan.imports.models import ImportProblem
from keguan.kernel import clock
from keguan.kernel.commands.idempotency import read_reason
from keguan.kernel.records.labels import Label
from keguan.setup.acts import current
from keguan.web import addresses, pages, verb_forms
from keguan.web.components import Fact, Figure, Link, Option, Reason, State, Tone
from keguan.web.doors import new_key
from keguan.web.shapes import reasons

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
FOR_ALL = "all_"
"""Before the name of a field, in the form: its value for every row."""


def may_import(grants: Grants | None, importer: Importer) -> bool:
    """Whether somebody may import records of a type: sheets at all, and what creates these. No statement."""
    return grants is not None and grants.uses("import.upload") and grants.uses(importer.verb.name)


def open_to(grants: Grants | None) -> list[Importer]:
    """The importers that are open to somebody, those of records with pages."""
    return [one for one in importable() if may_import(grants, one) and addresses.has_page(one.type.name)]


def runs(viewer: UUID, record_type: str | None = None) -> tuple[pages.ImportRun, ...]:
    """Earlier imports, newest first."""
    return tuple(
        pages.ImportRun(
            str(run.id),
            run.title,
            State(IMPORT.stage_label(run.stage), TONES.get(run.stage, "")),
            run.opened_at,
            _summary(run),
        )
        for run in queries.recent(viewer, record_type)
    )


def _summary(run: queries.Import) -> Label:
    left = run.counts["skipped"] + run.counts["refused"]
    words = Label(
        "{total} 行，新增 {added}，更新 {updated}，未导入 {left}",
        "{total} {total:row|rows}, {added} added, {updated} updated, {left} left out",
    )
    return words.format(total=run.total, added=run.counts["added"], updated=run.counts["updated"], left=left)


def _page(found: queries.Import, **more: object) -> pages.ImportPage:
    back = Link(found.importer.type.label, addresses.list_url(found.type)) if addresses.has_page(found.type) else None
    return pages.ImportPage(
        id=str(found.id),
        name=found.title,
        total=found.total,
        noun=found.importer.type.label,
        start_url=reverse("web:import_start", args=[found.type]),
        back=back,
        key=new_key(),
        **more,  # type: ignore[arg-type]
    )


def mapping_page(found: queries.Import, told: tuple[Reason, ...] = ()) -> pages.ImportPage:
    """Which column goes where, what holds for every row, and what becomes of duplicates."""
    sheet, importer = queries.sheet_of(found), found.importer
    rows = tuple(
        pages.Column(
            column.index,
            column.title,
            tuple(cell for row in sheet.rows[:20] if (cell := row.cells[place]))[:SAMPLES],
            found.mapping.get(str(column.index), ""),
            is_guessed=True,
        )
        for place, column in enumerate(sheet.columns)
    )
    taken = set(columns(found.mapping).values())
    asked = verb_forms.Asked(constants(found.mapping))
    free = [one for one in importer.for_all() if one.name not in taken]
    targets = importer.targets(importer.declared())
    return _page(
        found,
        step="mapping",
        columns=rows,
        targets=tuple(Option(one.name, _needed(one.label) if one.required else one.label) for one in targets),
        for_all=verb_forms.fields([replace(one, required=False) for one in free], asked, FOR_ALL),
        duplicates=tuple(Option(code, ON_DUPLICATE[code]) for code in importer.treatments),
        alike=importer.alike,
        on_duplicate=found.on_duplicate,
        notes=tuple(Reason(finding.message, cure=finding.cure) for finding in sheet.findings if finding.row is None),
        reasons=told,
    )


def _needed(label: Label) -> Label:
    return Label("{label}（必填）", "{label} (needed)").format(label=label)


def preview_page(found: queries.Import, viewer: UUID) -> pages.ImportPage:
    """What would become of the first rows; the columns again where they are not understood."""
    seen = queries.preview(viewer, found)
    if seen.faults:
        return mapping_page(found, tuple(Reason(fault, field="mapping") for fault in seen.faults))
    importer = found.importer
    labels = {target.name: target.label for target in importer.targets(importer.declared())}
    heads = list(dict.fromkeys(name for name in columns(seen.mapping).values() if name in labels))
    rows = []
    for verdict in seen.rows:
        words, tone = STATES[verdict.state]
        shown = queries.example(seen.sheet, seen.mapping, verdict.candidate)
        cells = tuple(shown.get(name, "") for name in heads)
        rows.append(pages.SheetRow(verdict.candidate.row, cells, State(words, tone), reasons(verdict.reasons)))
    figures = tuple(
        Figure(label, f"{seen.counts.get(name, 0):,}", tone=tone if seen.counts.get(name) else "")
        for name, (label, tone) in STATES.items()
    )
    return _page(found, step="preview", heads=tuple(labels[name] for name in heads), rows=tuple(rows), figures=figures)


def progress_page(found: queries.Import, viewer: UUID, told: tuple[Reason, ...] = ()) -> pages.ImportPage:
    """How far it has come; once it is over, what was left out and where to go on."""
    figures = tuple(
        Figure(label, f"{found.counts[name]:,}", tone=tone if found.counts[name] else "")
        for name, label, tone in OUTCOMES
    )
    is_over = found.stage != "running"
    left_out = sum(found.counts[name] for name in COUNTS if name not in ("added", "updated"))
    return _page(
        found,
        step="result" if is_over else "run",
        figures=figures,
        done=found.position,
        remaining=_remaining(found),
        error_sheet_url=reverse("web:import_problems", args=[found.id]) if is_over and left_out else "",
        links=_links(found, viewer) if is_over else (),
        rows=_problems(found) if is_over else (),
        reasons=told,
        faults=(Fact(Label("状态", "State"), IMPORT.stage_label(found.stage)),) if found.stage == "cancelled" else (),
    )


def _links(found: queries.Import, viewer: UUID) -> tuple[Link, ...]:
    grants = scopes.grants(viewer)
    if grants is None:
        return ()
    links = []
    has_more = bool(found.counts["added"])
    if has_more and addresses.has_page(found.type) and grants.sees_some(found.type):
        given = {"import": str(found.id)} if found.type == "customer" else {}
        words = Label("看导入的{noun}", "See what was imported: {noun}").format(noun=found.importer.type.label)
        links.append(Link(words, addresses.list_url(found.type, **given)))
    if has_more and found.type == "person" and grants.uses("person.grant_sign_in"):
        links.append(Link(Label("下载登录邀请", "Download invitations to sign in"), reverse("web:invitations")))
    if grants.uses("setup.begin") and current() is not None:
        links.append(Link(Label("回到启用", "Back to setting up"), reverse("web:setup")))
    return tuple(links)


def _problems(found: queries.Import) -> tuple[pages.SheetRow, ...]:
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


def _remaining(found: queries.Import) -> dt.timedelta | None:
    if found.stage != "running" or not found.position or found.started_at is None:
        return None
    gone: dt.timedelta = clock.now() - found.started_at
    return gone * ((found.total - found.position) / found.position)
