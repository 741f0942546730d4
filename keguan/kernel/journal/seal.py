"""Sealing: what is committed goes into numbered seals, each with a Merkle root over its entries and the last seal's."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal import witness

LOCK = 7_210_001
START = bytes(32)
WIDTH = 48
MOST = 50_000


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal: its number, root and how many entries it holds."""

    number: int
    root: bytes
    entries: int


def merkle_root(previous: bytes, entries: Sequence[tuple[UUID, bytes]]) -> bytes:
    """SHA-256 Merkle root over the previous root and (id, digest) pairs in id order (leaves 0x00, nodes 0x01)."""
    level = [hashlib.sha256(b"\x00" + key.bytes + digest).digest() for key, digest in entries]
    level.insert(0, hashlib.sha256(b"\x00" + previous).digest())
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        level = [
            hashlib.sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=True)
        ]
    return level[0]


def seal(made_at: dt.datetime | None = None) -> Seal | None:
    """Take everything committed out of the intake into the next seal; nothing when there is nothing.

    One sealer at a time; a transaction that commits late is picked up by a later seal. Once committed the seal is
    added to the file outside the database.
    """
    with transaction.atomic():
        rows = Rows()
        rows.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        taken = rows.select(
            "delete from kernel_intake where id in (select id from kernel_intake order by id limit %s)"
            " returning id, digest",
            [MOST],
        )
        if not taken:
            return None
        last = rows.select("select number, root from kernel_seal order by number desc limit 1")
        number, previous = (last[0]["number"] + 1, bytes(last[0]["root"])) if last else (1, START)
        entries = sorted((row["id"], bytes(row["digest"])) for row in taken)
        root = merkle_root(previous, entries)
        body = b"".join(key.bytes + digest for key, digest in entries)
        rows.execute(
            "insert into kernel_seal (number, previous, root, entries, made_at) values (%s, %s, %s, %s, %s)",
            [number, previous, root, body, made_at or clock.now()],
        )
        transaction.on_commit(lambda: witness.keep(number))
        return Seal(number, root, len(entries))


def seal_all() -> int:
    """Seal until nothing is left; gives the number of seals made."""
    made = 0
    while seal() is not None:
        made += 1
    return made


def entries_of(body: bytes) -> list[tuple[UUID, bytes]]:
    """The (id, digest) pairs of a seal."""
    return [(UUID(bytes=body[i : i + 16]), body[i + 16 : i + WIDTH]) for i in range(0, len(body), WIDTH)]
