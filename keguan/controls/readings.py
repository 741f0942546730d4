"""Who reads personal data: the one place that pages, REST and exports tell, and the policy decides what is kept."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.controls import scopes
from keguan.controls.live.made import Made
from keguan.controls.scene import Scene
from keguan.kernel import clock
from keguan.kernel.commands.context import Channel
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal import readings
from keguan.kernel.records.types import RecordType
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import current


def tell(
    viewer: UUID, channel: Channel, record_type: RecordType, records: Iterable[UUID],
    masked: Collection[str] = (), *, is_export: bool = False,
) -> int:  # fmt: skip
    """Keep that the viewer was shown the personal facts of these records that are not masked, if a clause asks for it.

    Gives how many readings were kept. Beside one look-up of the rulebook it costs nothing where no clause asks.
    """
    keys, now, rows = list(dict.fromkeys(records)), clock.now(), Rows()
    if not keys or not _is_kept(rows, viewer, record_type, keys[0], now, is_export=is_export):
        return 0
    facts = readings.personal_facts(record_type, masked)
    with transaction.atomic():
        return readings.note(rows, viewer, channel, record_type, keys, facts, now)


def tell_list(
    viewer: UUID, channel: Channel, record_type: RecordType, records: Iterable[UUID], shown: Collection[str],
    filters: Mapping[str, Any], *, is_export: bool = False, rules: Rulebook | None = None,
) -> int:  # fmt: skip
    """Keep that the viewer was shown a list of these records with these facts, if a clause asks for it: one reading.

    `rules` saves looking up the rulebook in force.

    `filters` is what the list was narrowed to, by name; of a list that was exported it says so. Facts that are not
    personal, or masked for him, do not count.
    """
    keys, now, rows = list(dict.fromkeys(records)), clock.now(), Rows()
    if not keys or not _is_kept(rows, viewer, record_type, keys[0], now, is_export=is_export, rules=rules):
        return 0
    personal = readings.personal_facts(record_type, scopes.masked(viewer, record_type.name))
    facts = [name for name in shown if name in personal]
    exported = {"export": True} if is_export else {}
    with transaction.atomic():
        return readings.note_list(rows, viewer, channel, record_type, keys, facts, {**_said(filters), **exported}, now)


def _is_kept(
    rows: Rows, viewer: UUID, record_type: RecordType, record: UUID, now: dt.datetime, *, is_export: bool,
    rules: Rulebook | None = None,
) -> bool:  # fmt: skip
    scene = Scene(record_type, record, now, actor=viewer)
    how = Made(rows, rules or current(now)).setting(readings.READING_LOG.name, scene)
    return readings.is_kept(how, is_export=is_export)


def _said(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as the log keeps them: of a search only that there was one, for its words may name somebody."""
    found: dict[str, Any] = {}
    for name, value in filters.items():
        if value is None or value in ("", (), False):
            continue
        found[name] = True if name == "text" else value if isinstance(value, bool) else _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
