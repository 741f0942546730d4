"""The seals themselves: does each follow from the last, are all there, are they those that a witness outside saw?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal import witness
from keguan.kernel.journal.findings import Findings
from keguan.kernel.journal.seal import START, entries_of, merkle_root

SEALED = "audited_entry"
AT_ONCE = 8


@dataclass
class Chain:
    """What the seals in the database come to."""

    seals: int = 0
    last: int = 0
    entries: int = 0


def check(rows: Rows, findings: Findings) -> Chain:
    """Recompute every seal, and note all entries in a table of this transaction (`SEALED`) for the walk after it."""
    rows.execute(f"drop table if exists pg_temp.{SEALED}")
    rows.execute(f"create temp table {SEALED} (id uuid not null, digest bytea not null) on commit drop")
    chain, previous = Chain(), START
    for row in _seals(rows):
        number, root = row["number"], bytes(row["root"])
        entries = entries_of(bytes(row["entries"]))
        if number != chain.last + 1:
            missing = f"{chain.last + 1}" if number == chain.last + 2 else f"{chain.last + 1}–{number - 1}"
            findings.add("seal_gap", missing, f"第 {missing} 号封存不见了", f"seal {missing} is missing")
        elif bytes(row["previous"]) != previous:
            findings.add("seal", number, f"第 {number} 号封存与前一号不符", f"seal {number} does not follow the last")
        if merkle_root(bytes(row["previous"]), entries) != root:
            findings.add("seal", number, f"第 {number} 号封存被改过", f"seal {number} was changed")
        rows.insert(SEALED, ("id", "digest"), entries)
        chain.seals += 1
        chain.entries += len(entries)
        chain.last, previous = number, root
    rows.execute(f"create index on {SEALED} (id)")
    rows.execute(f"analyze {SEALED}")
    return chain


def _seals(rows: Rows) -> Iterator[dict[str, Any]]:
    last = 0
    while True:
        found = rows.select(
            "select number, previous, root, entries from kernel_seal where number > %s order by number limit %s",
            [last, AT_ONCE],
        )
        yield from found
        if len(found) < AT_ONCE:
            return
        last = found[-1]["number"]


@dataclass
class Roots:
    """Roots of the database's seals by number, some thousand at a time."""

    rows: Rows
    known: dict[int, bytes] = field(default_factory=dict)
    window: range = range(0)

    def of(self, number: int) -> bytes | None:
        """The root of a seal; nothing where it is missing."""
        if number not in self.window:
            self.window = range(number, number + 2000)
            found = self.rows.select(
                "select number, root from kernel_seal where number between %s and %s",
                [self.window.start, self.window.stop - 1],
            )
            self.known = {row["number"]: bytes(row["root"]) for row in found}
        return self.known.get(number)


@dataclass
class Differences:
    """Seals that a witness saw and the database does not have so: their least and greatest numbers."""

    missing: list[int] = field(default_factory=list)
    other: list[int] = field(default_factory=list)

    def note(self, place: list[int], number: int) -> None:
        """One more."""
        place[:] = [min([number, *place]), max([number, *place])]

    def explain(self, note: witness.Restored) -> None:
        """What a noted restore took away is no finding."""
        for place in (self.missing, self.other):
            if place and place[1] > note.now:
                place[:] = [place[0], note.now] if place[0] <= note.now else []


def compare(rows: Rows, chain: Chain, place: Path, findings: Findings) -> int:
    """Compare the seals with a file of witnessed ones; gives how many restores were noted.

    Missing seals at the end mean a truncated tail where the database is still the one that made them, and an older
    backup where it is another one, or the same at an earlier moment: no dump and no copy of files carries along how
    far the database had come.
    """
    roots, differences = Roots(rows), Differences()
    last: witness.Witnessed | None = None
    went_back: int | None = None
    notes = []
    for line in witness.lines(place):
        if isinstance(line, witness.Restored):
            differences.explain(line)
            notes.append(line)
            last = None
            continue
        if last is not None and line.number <= last.number:
            went_back = line.number
        root = roots.of(line.number)
        if root is None and line.number > chain.last:
            differences.note(differences.missing, line.number)
        elif root is not None and root != line.root:
            differences.note(differences.other, line.number)
        last = line
    own = witness.seals_file()
    if own.exists() and own != place:
        for line in witness.lines(own):
            if isinstance(line, witness.Restored):
                differences.explain(line)
    _tell(rows, chain, differences, last, went_back, findings)
    return len(notes)


def _tell(
    rows: Rows, chain: Chain, found: Differences, last: witness.Witnessed | None, went_back: int | None,
    findings: Findings,
) -> None:  # fmt: skip
    if not (found.missing or found.other or went_back):
        return
    life, xact = witness.life(rows)
    is_other = last is not None and bool(last.life) and (last.life != life or xact < last.xact)
    if went_back is not None or is_other:
        number = went_back - 1 if went_back is not None else min([*found.other, chain.last + 1]) - 1
        findings.add(
            "restored", number,
            f"数据库被换成了第 {number} 号封存时的旧备份，没有用 keguan restore 记录",
            f"an older state, that of seal {number}, was put back without keguan restore noting it",
        )  # fmt: skip
        return
    if found.missing:
        least, most = found.missing[0], found.missing[-1]
        findings.add(
            "truncated", least,
            f"末尾被截断：库外记有第 {least}–{most} 号封存，库里没有",
            f"the tail is cut off: seals {least}–{most} were witnessed and are not in the database",
        )  # fmt: skip
    if found.other:
        least, most = found.other[0], found.other[-1]
        findings.add(
            "seal", least,
            f"第 {least}–{most} 号封存与库外所记不同",
            f"seals {least}–{most} are not those that were witnessed",
        )  # fmt: skip
