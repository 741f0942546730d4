"""Running an import: batches of 1,000 rows through the pipeline, each recorded; and the sheet of what was left out.

It can be killed anywhere and taken up again. A batch that was added but not recorded is asked for again under the
same idempotency key; if meanwhile other customers made its rows look different, the rows that were added are known
by the import and row their customers keep.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from uuid import UUID

from keguan.customers.candidates import Candidate, candidates, first_rows
from keguan.customers.commands import PROFILE
from keguan.customers.duplicates import Key, Own
from keguan.customers.imports import Import, directory, find, sheet_of
from keguan.customers.models import ImportProblem
from keguan.customers.verdicts import judge
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Fault, Outcome, Reason, Refused, Waiting
from keguan.kernel.commands.pipeline import Given, Runner
from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.records.labels import Label, join
from keguan.kernel.sheets import Row, Sheet, Written, write_sheet

CHUNK = 1000
WAITING = Reason(Label("已提交审批，批准后生效", "handed in for consent; it takes effect when granted"))
PROBLEM = Label("问题", "Problem")


@dataclass
class Running:
    """An import that is being run: what stays the same from batch to batch."""

    run: Runner
    ctx: Context
    viewer: UUID | None
    job: Import
    sheet: Sheet
    first: Mapping[Key, int]
    found: dict[int, Candidate]


@dataclass
class Tally:
    """What became of a batch."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: dict[str, dict[str, Any]] = field(default_factory=dict)

    def count(self, state: str) -> None:
        """One more row came to this."""
        self.counts[state] = self.counts.get(state, 0) + 1

    def leave_out(self, row: int, outcome: str, reasons: Sequence[Reason]) -> None:
        """A row was not imported, and why."""
        self.count(outcome)
        self.problems[str(row)] = {"outcome": outcome, "reasons": [reason.as_json() for reason in reasons]}


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
    sheet = sheet_of(job)
    found = list(candidates(sheet, job.mapping, sheet.rows, directory()))
    first = first_rows(found)
    todo = {row.number for row in sheet.rows[job.position :]}
    by_row = {candidate.row: candidate for candidate in found if candidate.row in todo}
    ctx = Context(job.opened_by, "import", batch=job.id, caused_by=_start_event(job.id))
    return Running(run, ctx, viewer, job, sheet, first, by_row)


def advance(running: Running, job: Import) -> None:
    """Import the next batch of rows and record it."""
    rows = running.sheet.rows[job.position : job.position + CHUNK]
    tally = _batch(running, job, rows)
    position = job.position + len(rows)
    args = {"since": job.position, "position": position, "problems": tally.problems, **tally.counts}
    ctx = Context(None, "import", on_behalf_of=job.opened_by, caused_by=running.ctx.caused_by)
    [outcome] = running.run(ctx, "import.record", [(job.id, args)])
    if isinstance(outcome, Refused) and [reason.field for reason in outcome.reasons] != ["position"]:
        raise Fault(list(outcome.reasons))
    for row in rows:
        running.found.pop(row.number)


def _batch(running: Running, job: Import, rows: Sequence[Row]) -> Tally:
    found = [running.found[row.number] for row in rows]
    own = Own(job.id, tuple(row.number for row in rows))
    verdicts = judge(found, running.first, job.on_duplicate, running.viewer, own)
    added = _added(job.id, own.rows)
    tally = Tally()
    adding: list[tuple[Candidate, Given]] = []
    updating: list[tuple[Candidate, Given]] = []
    for verdict in verdicts:
        candidate = verdict.candidate
        if verdict.state == "add" or candidate.row in added:
            args = {**candidate.args, "imported_from": str(job.id), "import_row": candidate.row}
            adding.append((candidate, (None, args)))
        elif verdict.state == "update":
            updating.append((candidate, (verdict.known, _changes(candidate))))
        else:
            tally.leave_out(candidate.row, verdict.state, verdict.reasons)
    _tell(tally, adding, _add(running, job, [given for _, given in adding], added), "added")
    _tell(tally, updating, _update(running, job, [given for _, given in updating]), "updated")
    return tally


def _changes(candidate: Candidate) -> dict[str, Any]:
    """What a row changes in a customer we know: its particulars and phones, never its name, kind or number."""
    return {name: value for name, value in candidate.args.items() if name in (*PROFILE, "phones")}


def _add(running: Running, job: Import, items: list[Given], added: Mapping[int, Outcome]) -> list[Outcome]:
    key = f"import:{job.id}:{job.position}:add"
    if not items:
        return []
    try:
        return running.run(running.ctx.but(idempotency_key=key), "customer.add", items)
    except Fault as fault:
        if [reason.field for reason in fault.reasons] != ["idempotency_key"]:
            raise
    rest: list[Given] = [(None, args) for _, args, *_ in items if args["import_row"] not in added]
    outcomes = iter(running.run(running.ctx.but(idempotency_key=_own_key(key, rest)), "customer.add", rest))
    return [added.get(args["import_row"]) or next(outcomes) for _, args, *_ in items]


def _update(running: Running, job: Import, items: list[Given]) -> list[Outcome]:
    if not items:
        return []
    key = _own_key(f"import:{job.id}:{job.position}:update", items)
    return running.run(running.ctx.but(idempotency_key=key), "customer.update", items)


def _own_key(key: str, items: Sequence[Given]) -> str:
    return f"{key}:{hashlib.sha256(canonical(list(items)).encode()).hexdigest()[:16]}"


def _tell(tally: Tally, given: Sequence[tuple[Candidate, Given]], outcomes: Sequence[Outcome], state: str) -> None:
    for (candidate, _), outcome in zip(given, outcomes, strict=True):
        if isinstance(outcome, Done):
            tally.count(state)
        elif isinstance(outcome, Waiting):
            tally.leave_out(candidate.row, "waiting", [WAITING])
        else:
            tally.leave_out(candidate.row, "refused", outcome.reasons)


def _job(key: UUID) -> Import:
    job = find(None, key)
    if job is None:
        raise KeyError(key)
    return job


def _start_event(key: UUID) -> UUID | None:
    query = "select event from kernel_event_object where object = %s and verb = 'customer.import' order by n limit 1"
    rows = Rows().select(query, [key])
    return rows[0]["event"] if rows else None


def _added(key: UUID, numbers: Sequence[int]) -> dict[int, Outcome]:
    """The rows whose customers are there already, as outcomes."""
    query = (
        "select c.id, c.code, c.import_row, o.event from customers_customer c"
        " join kernel_event_object o on o.object = c.id and o.n = 1"
        " where c.imported_from = %s and c.import_row = any(%s)"
    )
    rows = Rows().select(query, [key, list(numbers)])
    return {row["import_row"]: Done(row["id"], row["event"], row["code"]) for row in rows}


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
