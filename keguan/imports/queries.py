"""Imports before they run: upload, a guess of the columns, a preview; and what there is of them.

Every step that changes something is a command, given to `run` (the product's one way in). Running is `running.py`'s.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import QuerySet

from keguan.controls import scopes
from keguan.imports import models
from keguan.imports.facts import COUNTS
from keguan.imports.importer import Importer
from keguan.imports.importers import importer_of
from keguan.imports.mapping import check_mapping, columns, plain_title, propose
from keguan.imports.rows import Candidate, Verdict, first_rows
from keguan.imports.sheets import keep, kept
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Fault, Outcome, Reason
from keguan.kernel.commands.pipeline import Runner
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import Sheet, write_sheet

SHOWN = 50
CHECKED = 5000
REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it stands. `counts` says how many rows were added, updated, skipped, refused, are waiting."""

    id: UUID
    type: str
    title: str
    stage: str
    mapping: Mapping[str, str]
    on_duplicate: str
    opened_by: UUID | None
    opened_at: Any
    started_at: Any
    closed_at: Any
    total: int
    position: int
    counts: Mapping[str, int]
    digest: str
    table: str

    @property
    def importer(self) -> Importer:
        """How its rows are read; a `Fault` where its record type is gone."""
        found = importer_of(self.type)
        if found is None:
            words = Label("“{type}”已不能导入", "“{type}” can no longer be imported").format(type=self.type)
            raise Fault([Reason(words, kind="invariant")])
        return found


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. `rows` are the first ones, `checked` how many were looked at, `counts` by state."""

    sheet: Sheet
    mapping: Mapping[str, str]
    faults: tuple[Label, ...]
    rows: tuple[Verdict, ...]
    checked: int
    counts: Mapping[str, int]


def upload(run: Runner, ctx: Context, record_type: str, body: bytes, filename: str) -> Outcome:
    """Keep a sheet, with a guess of what its columns mean. `SheetFault` where it cannot be read as a table."""
    importer = importer_of(record_type)
    sheet, digest, table = keep(body, filename)
    mapping: dict[str, str] = {}
    if importer is not None:
        known = importer.targets(importer.declared())
        mapping = importer.settle(propose(sheet, known, remembered(ctx.actor, record_type)), sheet)
    args = {
        "type": record_type,
        "title": filename[-200:],
        "digest": digest,
        "table": table,
        "total": len(sheet.rows),
        "titles": {str(column.index): column.title for column in sheet.columns},
        "mapping": mapping,
    }
    [outcome] = run(ctx, "import.upload", [(None, args)])
    return outcome


def remembered(viewer: UUID | None, record_type: str) -> dict[str, str]:
    """By title, the field that it was said to mean the last time; of the latest imports that ran. One statement."""
    ran = models.Import.objects.filter(type=record_type, started_at__isnull=False, opened_by=viewer)
    found: dict[str, str] = {}
    for titles, mapping in ran.order_by("-started_at", "-id").values_list("titles", "mapping")[:REMEMBERED]:
        for index, name in columns(mapping or {}).items():
            if title := (titles or {}).get(index):
                found.setdefault(plain_title(title), name)
    return found


def visible_to(viewer: UUID) -> "QuerySet[models.Import]":
    """The imports that the viewer may see."""
    return models.Import.objects.filter(scopes.visible_to(viewer, "import"))


def find(viewer: UUID | None, key: UUID) -> Import | None:
    """The import, if the viewer (nothing for the system) may see it. One statement besides the viewer's grants."""
    found = visible_to(viewer) if viewer else models.Import.objects.all()
    return next(map(_import, found.filter(id=key)), None)


def recent(viewer: UUID, record_type: str | None = None, limit: int = 20) -> list[Import]:
    """The imports the viewer may see, newest first; of one type, where it is given."""
    found = visible_to(viewer) if record_type is None else visible_to(viewer).filter(type=record_type)
    return list(map(_import, found.order_by("-opened_at", "-id")[:limit]))


def running() -> list[UUID]:
    """The imports that are to be carried on, oldest first: the worker's list. One statement."""
    found = models.Import.objects.filter(stage="running").order_by("started_at", "id")
    return list(found.values_list("id", flat=True))


def sheet_of(found: Import) -> Sheet:
    """What was read from the uploaded file."""
    return kept(found.table)


def preview(
    viewer: UUID | None,
    found: Import,
    mapping: Mapping[str, str] | None = None,
    on_duplicate: str | None = None,
) -> Preview:
    """What the import would do with another mapping or treatment of duplicates, or with its own. Writes nothing."""
    importer, sheet = found.importer, sheet_of(found)
    chosen = found.mapping if mapping is None else mapping
    faults = tuple(check_mapping(chosen, sheet, importer.targets(importer.declared())))
    if faults:
        return Preview(sheet, chosen, faults, (), 0, {})
    looked_at = sheet.rows[:CHECKED]
    known = importer.look_up(viewer, sheet, chosen)
    candidates = list(importer.candidates(sheet, chosen, looked_at, known, is_preview=True))
    verdicts = importer.judge(candidates, first_rows(candidates), on_duplicate or found.on_duplicate, viewer)
    counts: Counter[str] = Counter(verdict.state for verdict in verdicts)
    return Preview(sheet, chosen, (), tuple(verdicts[:SHOWN]), len(looked_at), counts)


def write_template(importer: Importer, target: BinaryIO, language: str = "zh-hans") -> None:
    """An empty sheet with the titles we know, for people who want to fill one in."""
    write_sheet(target, [found.label.text(language) for found in importer.targets(importer.declared())], [])


def example(sheet: Sheet, mapping: Mapping[str, str], found: Candidate) -> dict[str, str]:
    """By field, what the row says in the sheet: cells of one field joined."""
    row = next(row for row in sheet.rows if row.number == found.row)
    shown: dict[str, str] = {}
    for place, column in enumerate(sheet.columns):
        name, cell = mapping.get(str(column.index)), row.cells[place]
        if name and cell:
            shown[name] = f"{shown[name]}、{cell}" if name in shown else cell
    return shown


def _import(row: models.Import) -> Import:
    apart = ("counts", "mapping", "opened_by", "type")
    plain = {name: getattr(row, name) for name in Import.__slots__ if name not in apart}
    counts = {name: getattr(row, name) for name in COUNTS}
    given: dict[str, Any] = {
        "type": row.type or "customer",
        "mapping": row.mapping or {},
        "opened_by": row.opened_by_id,
    }
    return Import(**plain, **given, counts=counts)
