"""Importing customers from a sheet, before it runs: upload, a guess of the columns, a preview.

Every step that changes something is a command, given to `run` (the product's one way in). Running is `import_run.py`'s.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import QuerySet

from keguan.controls import scopes
from keguan.customers import models
from keguan.customers.candidates import Candidate, Directory, candidates, first_rows
from keguan.customers.mapping import check_mapping, propose, targets
from keguan.customers.names import folded
from keguan.customers.sheets import keep, kept
from keguan.customers.verdicts import Verdict, judge
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Outcome
from keguan.kernel.commands.pipeline import Runner
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.kernel.sheets import Sheet, write_sheet
from keguan.org import queries as org
from keguan.policies.rulebooks import current

SHOWN = 50
CHECKED = 5000
COUNTS = ("added", "updated", "skipped", "refused", "waiting")


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it stands. `counts` says how many rows were added, updated, skipped, refused, are waiting."""

    id: UUID
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


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. `rows` are the first ones, `checked` how many were looked at, `counts` by state."""

    sheet: Sheet
    mapping: Mapping[str, str]
    faults: tuple[Label, ...]
    rows: tuple[Verdict, ...]
    checked: int
    counts: Mapping[str, int]


def declared_fields() -> Mapping[str, Fact]:
    """The fields of customers that the rulebook in force declares."""
    return current(clock.now()).declared.get("customer", {})


def upload(run: Runner, ctx: Context, body: bytes, filename: str) -> Outcome:
    """Keep a sheet, with a guess of what its columns mean. `SheetFault` where it cannot be read as a table."""
    sheet, digest, table = keep(body, filename)
    args = {
        "title": filename[-200:],
        "digest": digest,
        "table": table,
        "total": len(sheet.rows),
        "mapping": propose(sheet, declared_fields()),
    }
    [outcome] = run(ctx, "import.upload", [(None, args)])
    return outcome


def visible_to(viewer: UUID) -> "QuerySet[models.Import]":
    """The imports that the viewer may see."""
    return models.Import.objects.filter(scopes.visible_to(viewer, "import"))


def find(viewer: UUID | None, key: UUID) -> Import | None:
    """The import, if the viewer (nothing for the system) may see it. One statement besides the viewer's grants."""
    found = visible_to(viewer) if viewer else models.Import.objects.all()
    return next(map(_import, found.filter(id=key)), None)


def recent(viewer: UUID, limit: int = 20) -> list[Import]:
    """The imports the viewer may see, newest first."""
    return list(map(_import, visible_to(viewer).order_by("-opened_at", "-id")[:limit]))


def running() -> list[UUID]:
    """The imports that are to be carried on, oldest first: the worker's list. One statement."""
    found = models.Import.objects.filter(stage="running").order_by("started_at", "id")
    return list(found.values_list("id", flat=True))


def sheet_of(found: Import) -> Sheet:
    """What was read from the uploaded file."""
    return kept(found.table)


def directory() -> Directory:
    """People (by name, staff number and sign-in name) and units (by name and number) as a sheet names them."""
    people: dict[str, UUID | None] = {}
    units: dict[str, UUID | None] = {}
    for person in org.people():
        for word in {person.name, person.code, person.username}:
            _enter(people, word, person.id)
    for unit in org.units():
        for word in {unit.name, unit.code}:
            _enter(units, word, unit.id)
    return Directory(people, units)


def preview(
    viewer: UUID | None,
    found: Import,
    mapping: Mapping[str, str] | None = None,
    on_duplicate: str | None = None,
) -> Preview:
    """What the import would do with another mapping or treatment of duplicates, or with its own. Writes nothing."""
    sheet = sheet_of(found)
    chosen = found.mapping if mapping is None else mapping
    declared = declared_fields()
    faults = tuple(check_mapping(chosen, sheet, targets(declared)))
    if faults:
        return Preview(sheet, chosen, faults, (), 0, {})
    looked_at = sheet.rows[:CHECKED]
    candidates_found = list(candidates(sheet, chosen, looked_at, directory(), declared))
    verdicts = judge(candidates_found, first_rows(candidates_found), on_duplicate or found.on_duplicate, viewer)
    counts: Counter[str] = Counter(verdict.state for verdict in verdicts)
    return Preview(sheet, chosen, (), tuple(verdicts[:SHOWN]), len(looked_at), counts)


def write_template(target: BinaryIO, language: str = "zh-hans") -> None:
    """An empty sheet with the titles we know, for people who want to fill one in."""
    write_sheet(target, [found.label.text(language) for found in targets(declared_fields())], [])


def example(found: Candidate) -> dict[str, str]:
    """The row's arguments as a preview shows them: lists joined, texts as they are."""
    return {
        name: "、".join(value) if isinstance(value, list) else str(value)
        for name, value in found.args.items()
        if not isinstance(value, dict)
    }


def _enter(table: dict[str, UUID | None], word: str, key: UUID) -> None:
    if word:
        table[folded(word)] = key if table.get(folded(word), key) == key else None


def _import(row: models.Import) -> Import:
    plain = {name: getattr(row, name) for name in Import.__slots__ if name not in ("counts", "mapping", "opened_by")}
    counts = {name: getattr(row, name) for name in COUNTS}
    return Import(**plain, mapping=row.mapping or {}, opened_by=row.opened_by_id, counts=counts)
