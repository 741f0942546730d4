"""Running an import: parts of 1,000 rows through the pipeline, each recorded; and the sheet of what was left out.

The rows of a part and the record of how far the import has come are one transaction. It can be killed anywhere and
taken up again: what was not recorded was not written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction

from keguan.imports.directory import Directory
from keguan.imports.importer import Importer
from keguan.imports.models import ImportProblem
from keguan.imports.queries import Import, find, sheet_of
from keguan.imports.rows import Candidate, Key, Undone, Writing, first_rows
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Fault, Outcome, Reason, Refused, Waiting
from keguan.kernel.commands.pipeline import Runner
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label, join
from keguan.kernel.sheets import Row, Sheet, Written, write_sheet

CHUNK = 1000
TRIES = 4
BUSY = frozenset((409, 503))
WAITING = Reason(Label("已提交审批，批准后生效", "handed in for consent; it takes effect when granted"))
PROBLEM = Label("问题", "Problem")
STARTED = "select event from kernel_event_object where object = %s and verb = 'import.start' order by n limit 1"


@dataclass
class Running:
    """An import that is being run: what stays the same from part to part."""

    run: Runner
    ctx: Context
    viewer: UUID | None
    job: Import
    importer: Importer
    sheet: Sheet
    known: Directory
    first: Mapping[Key, int]
    found: dict[int, Candidate]


@dataclass
class Tally:
    """What became of a part."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: dict[str, dict[str, Any]] = field(default_factory=dict)

    def count(self, state: str) -> None:
        """One more row came to this."""
        self.counts[state] = self.counts.get(state, 0) + 1

    def leave_out(self, row: int, outcome: str, reasons: Sequence[Reason]) -> None:
        """A row was not imported, and why."""
        self.count(outcome)
        told = {"reasons": [reason.as_json() for reason in reasons]}
        self.problems[str(row)] = {"outcome": outcome, "reasons": told}


class Elsewhere(Exception):
    """Somebody else carried the import on: what was written beside him is taken back."""


def carry_on(key: UUID) -> str:
    """Carry an import on as whoever started it; the stage it is in then."""
    from keguan.controls.gate import run

    job = find(None, key)
    return run_import(run, key, job.opened_by).stage if job is not None else ""


def run_import(run: Runner, key: UUID, viewer: UUID | None = None) -> Import:
    """Carry a running import on to its end, or until it is stopped; gives it as it stands then.

    `viewer` is whoever imports (nothing for the system). `Fault` when the database goes away: call
    again later. Calling it twice at once is wasteful but harmless.
    """
    job = _job(key)
    if job.stage != "running":
        return job
    running = open_run(run, job, viewer)
    while job.stage == "running":
        advance(running, job)
        job = _job(key)
    return job


def open_run(run: Runner, job: Import, viewer: UUID | None) -> Running:
    """Read the sheet and look through it once for rows that are alike."""
    sheet, importer = sheet_of(job), job.importer
    known = importer.look_up(viewer, sheet, job.mapping)
    found = list(importer.candidates(sheet, job.mapping, sheet.rows, known))
    first = first_rows(found)
    todo = {row.number for row in sheet.rows[job.position :]}
    by_row = {candidate.row: candidate for candidate in found if candidate.row in todo}
    ctx = Context(job.opened_by, "import", batch=job.id, caused_by=_start_event(job.id), imported=True)
    return Running(run, ctx, viewer, job, importer, sheet, known, first, by_row)


def advance(running: Running, job: Import) -> None:
    """Import the next part of the rows and record it, both or neither."""
    rows = running.sheet.rows[job.position : job.position + CHUNK]
    refused: dict[int, Sequence[Reason]] = {}
    tries = 0
    while True:
        try:
            with transaction.atomic():
                _record(running, job, _part(running, job, rows, refused), job.position + len(rows))
            break
        except Undone as undone:
            refused.update(undone.rows)
        except Elsewhere:
            break
        except Fault as fault:
            tries += 1
            if fault.status not in BUSY or tries == TRIES:
                raise
    for row in rows:
        running.found.pop(row.number, None)


def _record(running: Running, job: Import, tally: Tally, position: int) -> None:
    args = {"since": job.position, "position": position, "problems": tally.problems, **tally.counts}
    ctx = Context(None, "import", on_behalf_of=job.opened_by, caused_by=running.ctx.caused_by)
    [outcome] = running.run(ctx, "import.record", [(job.id, args)])
    if isinstance(outcome, Refused):
        if [reason.field for reason in outcome.reasons] == ["position"]:
            raise Elsewhere
        raise Fault(list(outcome.reasons))


def _part(running: Running, job: Import, rows: Sequence[Row], refused: Mapping[int, Sequence[Reason]]) -> Tally:
    tally = Tally()
    found = [running.found[row.number] for row in rows if row.number not in refused]
    verdicts = running.importer.judge(found, running.first, job.on_duplicate, running.viewer)
    states = {verdict.candidate.row: verdict.state for verdict in verdicts}
    for verdict in verdicts:
        if verdict.state not in ("add", "update"):
            tally.leave_out(verdict.candidate.row, verdict.state, verdict.reasons)
    for row, reasons in refused.items():
        tally.leave_out(row, "refused", reasons)
    outcomes = running.importer.write(Writing(running.run, running.ctx, job.id), verdicts)
    for row, outcome in outcomes.items():
        _tell(tally, row, outcome, "added" if states[row] == "add" else "updated")
    return tally


def _tell(tally: Tally, row: int, outcome: Outcome, state: str) -> None:
    if isinstance(outcome, Done):
        tally.count(state)
    elif isinstance(outcome, Waiting):
        tally.leave_out(row, "waiting", [WAITING])
    else:
        tally.leave_out(row, "refused", outcome.reasons)


def _job(key: UUID) -> Import:
    job = find(None, key)
    if job is None:
        raise KeyError(key)
    return job


def _start_event(key: UUID) -> UUID | None:
    rows = Rows().select(STARTED, [key])
    return rows[0]["event"] if rows else None


def write_problems(viewer: UUID | None, key: UUID, target: BinaryIO, language: str = "zh-hans") -> Written | None:
    """The rows that were left out, in their own columns, with a column that says why; nothing for a stranger."""
    job = find(viewer, key)
    if job is None:
        return None
    try:
        sheet = sheet_of(job)
    except KeyError:
        return None  # the sheet went with a person who was erased
    found = ImportProblem.objects.filter(of=key).values_list("row", "reasons")
    problems = {row: reasons["reasons"] for row, reasons in found}
    titles = [*(column.title for column in sheet.columns), PROBLEM.text(language)]
    rows = ([*row.cells, _words(problems[row.number], language)] for row in sheet.rows if row.number in problems)
    return write_sheet(target, titles, rows, name=PROBLEM.text(language))


def _words(reasons: Sequence[Mapping[str, Any]], language: str) -> str:
    words = []
    for reason in reasons:
        message = Label.from_json(reason["message"])
        cure = Label.from_json(reason["cure"]) if reason["cure"] else None
        words.append(join([message, cure], "。", ". ") if cure else message)
    return join(words, "；", "; ").text(language)
