"""Keeping the mirror up with the seals: new parts, parts that were spoilt, small parts joined by month.

One process at a time (a lock on a file); whoever reads meanwhile keeps the parts of the manifest he opened.
"""

import contextlib
import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror import manifest as manifests
from keguan.mirror.faults import spoilt
from keguan.mirror.fetching import Fetcher, write
from keguan.mirror.manifest import File, Manifest, Part, mirror_directory
from keguan.mirror.pictures import pictures
from keguan.mirror.shapes import FOUND, RULEBOOKS, Range, Shape, declared_of, shapes

MOST_ENTRIES = 1_000_000
SMALL = 8
KEPT_SECONDS = 3600.0
SEALS = """
    select number, encode(root, 'hex') as root, to_char(made_at at time zone 'UTC', 'YYYY-MM') as month,
        length(entries) / 48 as entries, encode(substr(entries, 1, 16), 'hex') as first,
        encode(substr(entries, length(entries) - 47, 16), 'hex') as last
    from kernel_seal where number > %s order by number
"""
Tell = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Followed:
    """What was done: parts added, parts made anew because they were spoilt, and parts that were joined."""

    added: int
    mended: tuple[str, ...]
    joined: int
    sealed: int


before_following: list[Callable[[], None]] = []
"""What stands higher makes its record types known here first: a stream that nobody declared is left out."""


def follow(directory: Path | None = None, *, thoroughly: bool = False) -> Followed:
    """Bring the mirror up to the last seal; make anew what is gone or cut short (`thoroughly`: or altered).

    `MirrorFault` where the mirror belongs to another journal: it must be rebuilt.
    """
    place = directory or mirror_directory()
    for prepare in before_following:
        prepare()
    with _alone(place), Fetcher() as fetcher:
        found = manifests.load(place)
        check_journal(found)
        mended = _mend(fetcher, place, found, thoroughly=thoroughly)
        added = _add(fetcher, place, found)
        joined = _join(place, found)
        _picture(fetcher, place, found)
        if mended or added or joined or not (place / manifests.NAME).exists():
            found.put(place)
        _sweep(place, found)
        return Followed(added, tuple(mended), joined, found.sealed)


def rebuild(directory: Path | None = None) -> Followed:
    """Throw the mirror away and make it again from the journal."""
    place = directory or mirror_directory()
    with _alone(place):
        for path in place.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != LOCK:
                path.unlink()
    return follow(place)


def check_journal(found: Manifest) -> None:
    """`MirrorFault` where the last seal that the mirror saw is not in this journal."""
    if not found.sealed:
        return
    rows = Rows().select("select encode(root, 'hex') as root from kernel_seal where number = %s", [found.sealed])
    if not rows or rows[0]["root"] != found.root:
        raise spoilt(
            f"镜像跟到第 {found.sealed} 号封存，这个日志里没有它（可能恢复过备份）",
            f"the mirror follows seal {found.sealed}, which is not in this journal (was a backup restored?)",
        )


LOCK = "lock"


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _add(fetcher: Fetcher, directory: Path, found: Manifest) -> int:
    """Parts for the seals that came since, each of at most so many entries."""
    seals = Rows().select(SEALS, [found.sealed])
    added = 0
    while seals:
        taken, entries = 0, 0
        while taken < len(seals) and (not taken or entries + seals[taken]["entries"] <= MOST_ENTRIES):
            if taken and seals[taken]["month"] != seals[0]["month"]:
                break
            entries += seals[taken]["entries"]
            taken += 1
        several, seals = seals[:taken], seals[taken:]
        found.parts.append(_part(fetcher, directory, several))
        found.sealed, found.root = several[-1]["number"], several[-1]["root"]
        added += 1
    return added


def _part(fetcher: Fetcher, directory: Path, seals: list[dict[str, Any]]) -> Part:
    first, last = seals[0]["number"], seals[-1]["number"]
    span = Range(first - 1, last, min(seal["first"] for seal in seals), max(seal["last"] for seal in seals))
    files: dict[str, File] = {}
    for shape in _shapes(fetcher, span):
        file = fetcher.write(shape.select(span), directory, f"{shape.name}/{first:08}-{last:08}.parquet")
        if file is not None:
            files[shape.name] = file
    return Part(first, last, seals[-1]["month"], files)


def every_query(fetcher: Fetcher) -> list[str]:
    """The statements that a mirror made from the beginning sends for its rows (for whoever compares)."""
    seals = Rows().select(SEALS, [0])
    if not seals:
        return []
    span = Range(0, seals[-1]["number"], min(one["first"] for one in seals), max(one["last"] for one in seals))
    whole = [shape.select(span) for shape in _shapes(fetcher, span)]
    return [*whole, RULEBOOKS, *pictures.values()]


def _shapes(fetcher: Fetcher, span: Range) -> list[Shape]:
    query = Shape("found", FOUND).select(span)
    kinds = [(row["what"], row["type"]) for row in fetcher.rows(query)]
    bodies = [row["body"] for row in fetcher.rows(RULEBOOKS)]
    return shapes(kinds, vocabulary, declared_of(bodies))


def _mend(fetcher: Fetcher, directory: Path, found: Manifest, *, thoroughly: bool) -> list[str]:
    """Make anew each part of which a file is not as it was written; gives the paths of those files."""
    bad = {file.path for file in found.spoilt(directory, thoroughly=thoroughly)}
    if not bad:
        return []
    for place, part in enumerate(found.parts):
        if any(file.path in bad for file in part.files.values()):
            seals = [seal for seal in Rows().select(SEALS, [part.first - 1]) if seal["number"] <= part.last]
            found.parts[place] = _part(fetcher, directory, seals)
    for name in [name for name, file in found.pictures.items() if file.path in bad]:
        del found.pictures[name]
    return sorted(bad)


def _join(directory: Path, found: Manifest) -> int:
    """Join the parts of a month that is over, and of the running one when they have become many."""
    months: dict[str, list[Part]] = {}
    for part in found.parts:
        months.setdefault(part.month, []).append(part)
    joined = 0
    latest = max(months, default="")
    for month, parts in months.items():
        if len(parts) > (SMALL if month == latest else 1) and _entries(parts) <= MOST_ENTRIES:
            whole = _joined(directory, month, parts)
            place = found.parts.index(parts[0])
            found.parts[place : place + len(parts)] = [whole]
            joined += len(parts)
    return joined


def _entries(parts: list[Part]) -> int:
    return sum(file.rows for part in parts for name, file in part.files.items() if name.startswith("stream_"))


def _joined(directory: Path, month: str, parts: list[Part]) -> Part:
    import pyarrow as pa
    import pyarrow.parquet as pq

    first, last = parts[0].first, parts[-1].last
    files: dict[str, File] = {}
    for name in dict.fromkeys(name for part in parts for name in part.files):
        tables = [pq.read_table(directory / part.files[name].path) for part in parts if name in part.files]
        table = pa.concat_tables(tables, promote_options="default")
        file = write(table.to_reader(), directory, f"{name}/{first:08}-{last:08}.parquet")
        if file is not None:
            files[name] = file
    return Part(first, last, month, files)


def _picture(fetcher: Fetcher, directory: Path, found: Manifest) -> None:
    """Tables that are pictured whole: rulebooks, and those that stand higher and asked for it."""
    for name, query in {"rulebook": RULEBOOKS, **pictures}.items():
        file = fetcher.write(query, directory, f"{name}/{found.sealed:08}-{_fresh(found, name)}.parquet")
        before = found.pictures.get(name)
        if file is None:
            found.pictures.pop(name, None)
        elif before is None or before.sha256 != file.sha256:
            found.pictures[name] = file
            found.put(directory)
        else:
            (directory / file.path).unlink()


def _fresh(found: Manifest, name: str) -> int:
    """A number that the picture in place does not bear."""
    before = found.pictures.get(name)
    return int(Path(before.path).stem.rpartition("-")[2]) + 1 if before else 0


def _sweep(directory: Path, found: Manifest) -> None:
    """Take away files that no manifest names any more, once nobody can still be reading them."""
    known = {directory / file.path for file in found.all_files()}
    edge = clock.now().timestamp() - KEPT_SECONDS
    for path in directory.glob("*/*"):
        if path not in known and path.stat().st_mtime < edge:
            path.unlink(missing_ok=True)


def as_json(found: Manifest) -> str:
    """What `status` prints for programs."""
    return json.dumps({"sealed": found.sealed, "parts": len(found.parts), "tables": found.tables()})
