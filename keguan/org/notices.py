"""Telling people something inside the product: notices are written with the command that causes them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from keguan.kernel.ids import uuid7
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from keguan.kernel.commands.rows import Rows

COLUMNS = ("id", "person", "zh", "en", "hant", "control", "object_type", "object_id", "created_at")


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told; `control` is the key (`policy#id`) of the control that says so."""

    person: UUID
    text: Label
    control: str | None = None
    object_type: str | None = None
    object_id: UUID | None = None


def send(rows: "Rows", messages: Sequence[Message], at: dt.datetime) -> None:
    """Write a notice for each message in the caller's transaction, `at` its time of recording. Two COPYs.

    Equal messages are written once. Each notice gets the head of a stream, so that `notice.read` can lock it.
    """
    told = [(uuid7(at), message) for message in dict.fromkeys(messages)]
    rows.insert("kernel_head", ("id", "type", "n", "recorded_at"), [(key, "notice", 0, at) for key, _ in told])
    rows.insert(
        "org_notice",
        COLUMNS,
        [
            (key, m.person, m.text.zh, m.text.en, m.text.hant or None, m.control, m.object_type, m.object_id, at)
            for key, m in told
        ],
    )
