"""Printing a record for somebody who sees it: the PDF, kept in the reading log as something that was given away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from keguan.controls import readings
from keguan.controls.queries.settings import settings_here
from keguan.kernel.commands.context import Channel
from keguan.kernel.commands.outcomes import Fault, Reason
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.lists.reading import Seen
from keguan.prints.copies import Copy, copies_of
from keguan.prints.drawing import pdf
from keguan.prints.forms import form

NUMBERS = re.compile(r"[1-9]\d?(,[1-9]\d?)*")
NO_COPIES = Reason(
    Label("没有这一联", "there is no such copy"),
    Label("copies 写联次，如 1,3；不写则全部打印", "write copies by number, such as 1,3; leave it out for all"),
    field="copies",
    kind="input",
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed record and what its file is called."""

    body: bytes
    name: str


def copies(kind: RecordType, record: UUID) -> list[Copy]:
    """The copies in which a record of the type is printed."""
    given = {one.setting.name.partition(".")[2]: one.value for one in settings_here(kind.name, record)}
    return copies_of(kind, given)


def wanted(text: str) -> list[int]:
    """The copies that an address asks for, such as `1,3`; a `Fault` where it cannot be read."""
    if not text:
        return []
    if not NUMBERS.fullmatch(text):
        raise Fault([NO_COPIES], status=422)
    return [int(part) for part in text.split(",")]


def print_(viewer: UUID, channel: Channel, found: Seen, asked: Sequence[int], url: str, language: str) -> Printed:
    """The record on paper; a `Fault` where none of the copies asked for is there."""
    kind: RecordType = found.sight.type
    drawn, marked = form(viewer, found, asked, url, language)
    if not marked or set(asked) - {one.number for one in marked}:
        raise Fault([NO_COPIES], status=422)
    readings.tell(viewer, channel, kind, [found.record.id], found.sight.masked, is_export=True)
    return Printed(pdf(drawn, language), f"{kind.label.text(language)} {drawn['code']}".strip())
