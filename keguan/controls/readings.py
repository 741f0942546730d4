"""Who reads personal data: the one place that pages, REST and exports tell, and the policy decides what is kept."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction

from keguan.controls.live.made import Made
from keguan.controls.scene import Scene
from keguan.kernel import clock
from keguan.kernel.commands.context import Channel
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal import readings
from keguan.kernel.records.types import RecordType
from keguan.policies.rulebooks import current


def tell(
    viewer: UUID, channel: Channel, record_type: RecordType, records: Iterable[UUID],
    masked: Collection[str] = (), *, is_export: bool = False,
) -> int:  # fmt: skip
    """Keep that the viewer was shown the personal facts of these records that are not masked, if a clause asks for it.

    Gives how many readings were kept. Beside one look-up of the rulebook it costs nothing where no clause asks.
    """
    keys = list(dict.fromkeys(records))
    if not keys:
        return 0
    now, rows = clock.now(), Rows()
    scene = Scene(record_type, keys[0], now, actor=viewer)
    how = Made(rows, current(now)).setting(readings.READING_LOG.name, scene)
    if not readings.is_kept(how, is_export=is_export):
        return 0
    facts = readings.personal_facts(record_type, masked)
    with transaction.atomic():
        return readings.note(rows, viewer, channel, record_type, keys, facts, now)
