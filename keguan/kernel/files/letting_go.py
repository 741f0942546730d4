"""Stored files that must go with a person: do they hold his words, and does anybody else still need them?"""

import gzip
import io
import zipfile
from collections.abc import Collection, Mapping
from uuid import UUID

from psycopg import sql

from keguan.kernel import files
from keguan.kernel.commands import store
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.vocabulary import vocabulary

MOST_UNPACKED = 200 * 1024 * 1024
OWN_COUNTRY = "+86"


def bare(text: str) -> str:
    """The text as it is looked for: without blanks, dashes and our country's code."""
    return "".join(text.split()).replace("-", "").removeprefix(OWN_COUNTRY)


def escaped(word: str) -> str:
    """The word inside a pattern of LIKE."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def holds(digest: str, words: Collection[str]) -> bool:
    """Whether one of the words stands in the stored file, also inside a packed one (gzip, xlsx)."""
    return bool(standing(digest, words))


def standing(digest: str, words: Collection[str]) -> set[str]:
    """Those of the words that stand in the stored file."""
    texts = [
        bare(part.decode(encoding, "ignore")).casefold()
        for part in _parts(files.read(digest))
        for encoding in ("utf-8", "gb18030")
    ]
    return {word for word in words if any(word.casefold() in text for text in texts)}


def _parts(body: bytes) -> list[bytes]:
    if body.startswith(b"\x1f\x8b"):
        with gzip.open(io.BytesIO(body)) as packed:
            return [packed.read(MOST_UNPACKED)]
    if body.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                found = []
                for entry in archive.infolist():
                    with archive.open(entry) as part:
                        found.append(part.read(MOST_UNPACKED))
                return found
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            return [body]
    return [body]


def drop(rows: Rows, digests: Collection[str], without: Mapping[str, Collection[UUID]]) -> None:
    """Delete these stored files unless a record other than those `without` (ids by type) still has them."""
    if not digests:
        return
    needed: set[str] = set()
    for record_type in store.present(rows, vocabulary.types.values()):
        for kind, key in record_type.tables():
            for fact in kind.facts:
                if fact.is_file:
                    query = sql.SQL("select {c} as digest from {t} where {c} = any(%s) and {k} <> all(%s)").format(
                        c=sql.Identifier(fact.name), t=sql.Identifier(kind.table), k=sql.Identifier(key)
                    )
                    mine = list(without.get(record_type.name, ()))
                    found = rows.select(query.as_string(None), [list(digests), mine])
                    needed |= {row["digest"] for row in found}
    rows.execute("delete from kernel_blob where digest = any(%s)", [sorted(set(digests) - needed)])
