"""The reading log as a list: the newest first, of everybody or of one person."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.engines.setting import SettingControl
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.readings import READING_LOG
from keguan.policies.engines import Rulebook

NEWEST = """
    select id, actor, channel, type, object, facts, recorded_at from kernel_reading
    where (%(before)s::uuid is null or id < %(before)s::uuid) {whose} order by id desc limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody saw facts of a record, or (`count`, no object) of the records of a list under some filters."""

    id: UUID
    actor: UUID | None
    channel: str
    type: str
    object: UUID | None
    facts: tuple[str, ...]
    recorded_at: dt.datetime
    count: int = 1
    is_export: bool = False


def readings(person: UUID | None = None, before: UUID | None = None, most: int = 50) -> list[Reading]:
    """Up to `most` readings, the newest first, older than the one named; one statement."""
    query = NEWEST.format(whose="and actor = %(person)s" if person is not None else "")
    rows = Rows().select(query, {"before": before, "person": person, "most": most})
    return [_reading(row) for row in rows]


def asking(book: Rulebook) -> SettingControl | None:
    """The control that asks for readings to be kept; nothing where no clause does."""
    return next(
        (
            one for one in book.controls
            if isinstance(one, SettingControl) and one.setting == READING_LOG.name and one.value != "none"
        ),
        None,
    )  # fmt: skip


def _reading(row: dict[str, Any]) -> Reading:
    said: Any = json.loads(row["facts"])
    listed: dict[str, Any] = said if isinstance(said, dict) else {"facts": said}
    return Reading(
        row["id"], row["actor"], row["channel"], row["type"], row["object"], tuple(listed["facts"]),
        row["recorded_at"], listed.get("count", 1), bool(listed.get("filters", {}).get("export")),
    )  # fmt: skip
