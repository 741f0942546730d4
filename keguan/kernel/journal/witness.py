"""Seals outside the database: a file in the data directory to which every seal is added, one JSON object a line.

What somebody with the owner's rights does to the database he cannot do unseen while this file, or a copy of it kept
elsewhere, says what the seals were. Beside it stands the list of erasures (ids only), so that a restored backup can
be made to forget again. Lines are only ever added.
"""

import fcntl
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from keguan.kernel.commands.rows import Rows, canonical

logger = logging.getLogger(__name__)

LIFE = """
    select (select system_identifier from pg_control_system())::text || '/'
        || (select oid from pg_database where datname = current_database())::text as life,
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint as xact
"""
ERASURES = """
    select e.id, e.recorded_at, (e.envelope::jsonb -> 'objects' -> 0) ->> 1 as type,
        (e.envelope::jsonb -> 'objects' -> 0) ->> 2 as object
    from kernel_event e where (%(ids)s::uuid[] is null or e.id = any(%(ids)s)) and e.verb like '%%.erase' order by e.id
"""
TAIL = 65_536


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One seal as the file tells it. `life` names the database it was made in, `xact` how far that had come."""

    number: int
    root: bytes
    life: str
    xact: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that `keguan restore` noted: the last seal before it, and the last one of the backup."""

    was: int
    now: int


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure: its event and the record that it was about."""

    event: str
    type: str
    object: str


def seals_file() -> Path:
    """Where this installation keeps its seals outside the database."""
    return Path(settings.DATA_DIR) / "seals.jsonl"


def erasures_file() -> Path:
    """Where this installation keeps the list of erasures outside the database."""
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def life(rows: Rows) -> tuple[str, int]:
    """The identity of this database, which no dump carries along, and the next number of a transaction in it."""
    [row] = rows.select(LIFE)
    return row["life"], row["xact"]


def keep(made: int) -> None:
    """Add seal number `made` to the file, with those before it that a crash left out, and their erasures.

    The seals stand in the database whatever becomes of the file: a full disk is logged and made good later.
    """
    try:
        _keep(made)
    except OSError as error:
        logger.warning("the seals could not be kept outside the database: %s", error)


def _keep(made: int) -> None:
    place = seals_file()
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last, known = _tail(place)
        first = min(made, last + 1)
        rows = Rows()
        who, xact = life(rows)
        if not _ends_well(file):
            file.write(b"\n")  # the last line was torn
        for number in range(first, made + 1):
            # one at a time: a seal holds up to fifty thousand entries
            found = rows.select("select number, root, entries, made_at from kernel_seal where number = %s", [number])
            for row in found:
                if known.get(number) == bytes(row["root"]).hex():
                    continue  # another sealer was quicker with it
                _add_erasures(rows, bytes(row["entries"]))
                body = {"number": number, "root": bytes(row["root"]).hex(), "made_at": row["made_at"]}
                file.write((canonical({**body, "life": who, "xact": xact}) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())


def _ends_well(file: IO[bytes]) -> bool:
    if not file.seek(0, os.SEEK_END):
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _add_erasures(rows: Rows, entries: bytes) -> None:
    from keguan.kernel.journal.seal import entries_of

    found = rows.select(ERASURES, {"ids": [key for key, _ in entries_of(entries)]})
    append(erasures_file(), [_erasure(row) for row in found])


def append(place: Path, bodies: Sequence[Any]) -> None:
    """Add lines to one of the files, so that they survive a power cut."""
    if bodies:
        with place.open("a", encoding="utf-8") as file:
            file.writelines(canonical(body) + "\n" for body in bodies)
            file.flush()
            os.fsync(file.fileno())


def export() -> Iterator[str]:
    """Every seal of the database and every erasure as lines of these files, for a copy kept elsewhere."""
    rows, last = Rows(), 0
    who, xact = life(rows)
    while found := rows.select(
        "select number, root, made_at from kernel_seal where number > %s order by number limit 1000", [last]
    ):
        for row in found:
            body = {"number": row["number"], "root": bytes(row["root"]).hex(), "made_at": row["made_at"]}
            yield canonical({**body, "life": who, "xact": xact})
        last = found[-1]["number"]
    for row in rows.select(ERASURES, {"ids": None}):
        yield canonical(_erasure(row))


def _erasure(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"event": row["id"], "type": row["type"], "object": row["object"], "at": row["recorded_at"]}


def note_restore(was: int, now: int, made_at: object) -> None:
    """Note that a backup was restored on purpose: seals after `now` up to `was` are no longer in the database."""
    append(seals_file(), [{"restored": {"was": was, "now": now, "backup_made_at": made_at}}])


def last_number() -> int:
    """The last seal that the file tells of; 0 where there is none."""
    return _tail(seals_file())[0]


def _tail(place: Path) -> tuple[int, dict[int, str]]:
    """The number in the last whole line that has one, and roots by number in the lines before it."""
    last: int | None = None
    known: dict[int, str] = {}
    if not place.exists():
        return 0, known
    with place.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL))
        for line in reversed(file.read().splitlines()):
            body = _read(line)
            if body is not None and "restored" in body:
                last = int(body["restored"]["now"]) if last is None else last
                break  # what came before it counts no more
            if body is not None and "number" in body:
                number = int(body["number"])
                last = number if last is None else last
                known.setdefault(number, body["root"])
    return last or 0, known


def lines(place: Path) -> Iterator[Witnessed | Restored]:
    """What a file of seals tells, in its order; lines that cannot be read (a torn last one) are left out."""
    with place.open("rb") as file:
        for line in file:
            body = _read(line)
            if body is not None and "restored" in body:
                yield Restored(int(body["restored"]["was"]), int(body["restored"]["now"]))
            elif body is not None and "number" in body:
                root = bytes.fromhex(body["root"])
                yield Witnessed(int(body["number"]), root, str(body.get("life", "")), int(body.get("xact", 0)))


def erasures(place: Path) -> list[Erasure]:
    """The erasures that a file tells of, each once, in its order."""
    found: dict[str, Erasure] = {}
    if place.exists():
        with place.open("rb") as file:
            for line in file:
                body = _read(line)
                if body is not None and "event" in body:
                    one = Erasure(str(body["event"]), str(body["type"]), str(body["object"]))
                    found.setdefault(one.event, one)
    return list(found.values())


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(line)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
