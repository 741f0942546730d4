"""Files that belong to records: kept in the database under their SHA-256, so that a backup has them too."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO

from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import BadValue

LARGEST = 20 * 1024 * 1024
SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"PK\x03\x04": "application/zip",
}
SHOWN_IN_PLACE = frozenset(("application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"))


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: `digest` is the hexadecimal SHA-256 of its bytes, `media_type` what its first bytes show."""

    digest: str
    size: int
    media_type: str
    name: str


def media_type_of(body: bytes) -> str:
    """What the bytes are, by their beginning; never what somebody claims."""
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in SIGNATURES.items() if body.startswith(start)), "application/octet-stream")


def store(stream: BinaryIO, name: str) -> Blob:
    """Keep the bytes of `stream`; storing the same bytes again changes nothing. `BadValue` when too large or empty."""
    body = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise BadValue("“{name}”超过 {size} MB", "“{name}” is larger than {size} MB", name=name, size=LARGEST >> 20)
    if not body:
        raise BadValue("“{name}”是空文件", "“{name}” is empty", name=name)
    blob = Blob(hashlib.sha256(body).hexdigest(), len(body), media_type_of(body), name[-200:])
    Rows().execute(
        "insert into kernel_blob (digest, size, media_type, body) values (%s, %s, %s, %s) on conflict do nothing",
        [blob.digest, blob.size, blob.media_type, body],
    )
    return blob


def known(rows: Rows, digests: list[str]) -> set[str]:
    """Those of the digests that are stored."""
    return {row["digest"] for row in rows.select("select digest from kernel_blob where digest = any(%s)", [digests])}


def read(digest: str) -> bytes:
    """The bytes of a stored file; KeyError where there is none."""
    found = Rows().select("select body from kernel_blob where digest = %s", [digest])
    if not found:
        raise KeyError(digest)
    return bytes(found[0]["body"])
