"""The reading log: who saw which personal facts of which record, and through which door. No values are kept.

Nothing is kept unless a policy asks for it by the setting `reading.log`; what is kept is sealed like events. A list
is one reading: it has no `object`, and `facts` says which facts of which records it showed under which filters.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.ids import uuid7
from keguan.kernel.journal.write import event_digest
from keguan.kernel.records.kinds import Choice
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import Setting, vocabulary

READING_COLUMNS = ("id", "actor", "channel", "type", "object", "facts", "recorded_at", "digest")

HOW = {
    "none": Label("不记录", "Not at all"),
    "exports": Label("只记导出", "Exports only"),
    "all": Label("查看与导出都记", "Views and exports"),
}
READING_LOG = vocabulary.add_setting(
    Setting("reading.log", Choice(HOW), Label("个人信息查阅记录", "Log of readings of personal data"), default="none")
)


def is_kept(how: Any, *, is_export: bool) -> bool:
    """Whether the setting's value asks for this reading to be kept."""
    return how == "all" or (how == "exports" and is_export)


def personal_facts(record_type: RecordType, masked: Collection[str] = ()) -> list[str]:
    """The personal facts and line facts (`phones.digits`) of a type that somebody sees when these are masked."""
    own = [fact.name for fact in record_type.facts if fact.personal and not fact.derived]
    lines = [
        f"{line.name}.{fact.name}" for line in record_type.lines if line.name not in masked
        for fact in line.facts if fact.personal and not fact.derived
    ]  # fmt: skip
    return [name for name in (*own, *lines) if name not in masked]


def note(
    rows: Rows, actor: UUID | None, channel: str, record_type: RecordType, records: Iterable[UUID],
    facts: Collection[str], at: dt.datetime,
) -> int:  # fmt: skip
    """Keep that somebody read these facts of these records; gives how many readings. Two COPYs for any number."""
    names = canonical(sorted(facts))
    if not facts:
        return 0
    return _enter(rows, [(uuid7(at), actor, channel, record_type.name, record, names, at)
                         for record in dict.fromkeys(records)])  # fmt: skip


def note_list(
    rows: Rows, actor: UUID | None, channel: str, record_type: RecordType, records: Collection[UUID],
    facts: Collection[str], filters: Mapping[str, Any], at: dt.datetime,
) -> int:  # fmt: skip
    """Keep as one reading that somebody was shown a list: its filters, how many records, which ones, which facts.

    The filters must not hold anything personal, such as the words of a search: readings cannot be erased.
    """
    if not facts or not records:
        return 0
    keys = [str(key) for key in records]
    said = canonical({"count": len(keys), "facts": sorted(facts), "filters": dict(filters), "records": keys})
    return _enter(rows, [(uuid7(at), actor, channel, record_type.name, None, said, at)])


def _enter(rows: Rows, entries: Iterable[tuple[Any, ...]]) -> int:
    found = [(*columns, event_digest(columns)) for columns in entries]
    rows.insert("kernel_reading", READING_COLUMNS, found)
    rows.insert("kernel_intake", ("id", "digest"), [(row[0], row[-1]) for row in found])
    return len(found)
