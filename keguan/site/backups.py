"""Backups of this installation: made by hand or each night, counted, and what a restore has to make good."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from keguan import __version__
from keguan.database import backup
from keguan.database.address import address
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal import witness
from keguan.kernel.journal.seal import seal_all
from keguan.kernel.records.vocabulary import vocabulary
from keguan.site.migration import migrate

logger = logging.getLogger(__name__)
ENDING = ".backup"


@dataclass(frozen=True, slots=True)
class Last:
    """The last backup that succeeded, and why a later one failed, if one did."""

    made_at: str
    file: str
    bytes: int
    fault: str = ""


@dataclass
class Restored:
    """What a restore came to: the seals before and after it, erasures done again, and those that could not be."""

    made_at: str
    was: int
    now: int
    erased: int
    left: list[str]


def folder() -> Path:
    """Where backups go unless somebody names a file."""
    return Path(settings.DATA_DIR) / "backups"


def make(target: Path | None = None) -> backup.Backup:
    """Make a backup and note it as the last one. `DatabaseFault` where it cannot be made."""
    now = clock.now()
    place = target or folder() / f"keguan-{now:%Y%m%d-%H%M%S}{ENDING}"
    about = {"made_at": now.isoformat(), "version": __version__, "seal": _last_seal()}
    made = backup.back_up(address(), place, about)
    _note(Last(made.made_at, str(made.place), made.bytes))
    return made


def nightly(kept: int) -> None:
    """The scheduled backup: the newest `kept` stay in the folder; a failure is noted for `keguan doctor`."""
    try:
        make()
    except Exception as error:
        before = last()
        fault = str(error).strip() or type(error).__name__
        _note(Last(*((before.made_at, before.file, before.bytes) if before else ("", "", 0)), fault))
        raise
    for old in sorted(folder().glob(f"keguan-*{ENDING}"))[:-kept]:
        old.unlink()


def last() -> Last | None:
    """The last success, as noted; nothing where there was none and no failure."""
    try:
        return Last(**json.loads((folder() / "last.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _note(what: Last) -> None:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder() / "last.json"
    body = {"made_at": what.made_at, "file": what.file, "bytes": what.bytes, "fault": what.fault}
    new = place.with_suffix(".new")
    new.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    new.rename(place)


def restore(checked: backup.Backup, erasures: Path | None = None) -> Restored:
    """Put the backup in the database's place, note it beside the seals, and erase again what was erased since.

    `erasures`: another file that lists erasures (`keguan audit export` writes one), for a machine that has none.
    """
    seal_before = witness.last_number()
    connections.close_all()
    with backup.replaced(address(), checked):
        try:
            migrate()
            now = _last_seal()
            erased, left = _erase_again(erasures)
        finally:
            connections.close_all()
    witness.note_restore(max(seal_before, now), now, checked.made_at)
    seal_all()
    return Restored(checked.made_at, seal_before, now, erased, left)


def holds_a_company() -> bool:
    """Whether there is anything that a restore would replace."""
    rows = Rows()
    [row] = rows.select("select to_regclass('org_company') is not null as found")
    return bool(row["found"] and rows.select("select 1 from org_company limit 1"))


def _last_seal() -> int:
    rows = Rows()
    [row] = rows.select("select to_regclass('kernel_seal') is not null as found")
    return int(rows.select("select coalesce(max(number), 0) as n from kernel_seal")[0]["n"]) if row["found"] else 0


def _erase_again(other: Path | None) -> tuple[int, list[str]]:
    """Repeat the erasures that the backup does not know; gives how many, and what could not be erased."""
    from keguan.controls.gate import run

    known = witness.erasures(witness.erasures_file()) + (witness.erasures(other) if other else [])
    rows = Rows()
    there = rows.select("select id from kernel_event where id = any(%s)", [[UUID(one.event) for one in known]])
    done = {str(row["id"]) for row in there}
    erased: set[tuple[str, str]] = set()
    left: list[str] = []
    for one in known:
        verb = vocabulary.verbs.get(f"{one.type}.erase")
        if one.event in done or (one.type, one.object) in erased or verb is None:
            continue
        key = UUID(one.object)
        if not rows.select(f"select 1 from {verb.type.table} where id = %s", [key]):  # noqa: S608 – declared names
            continue  # it came into being after the backup
        ctx = Context(None, "restore", idempotency_key=f"restore:{one.event}")
        [outcome] = run(ctx, verb.name, [(key, {"why": "request"})])
        if isinstance(outcome, Done):
            erased.add((one.type, one.object))
        else:
            why = outcome.reasons[0].message.en if isinstance(outcome, Refused) else "it waits for consent"
            left.append(f"{one.type} {one.object}: {why}")
    return len(erased), left


def as_json(found: Restored) -> dict[str, Any]:
    """For `--json`."""
    return {
        "made_at": found.made_at, "seal_before": found.was, "seal_after": found.now, "erased_again": found.erased,
        "left": found.left,
    }  # fmt: skip
