"""Which corrections lifted a breach: those that were entered, by the courses of the records they set right.

What a correction that was refused would have lifted is not told: what it would have changed may be personal.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from keguan.controls.names import LIFTS_BREACH
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted

if TYPE_CHECKING:
    from keguan.mirror import Mirror

COLUMN = "lifts"


def is_asked(wanted: Wanted, record_type: RecordType) -> bool:
    """Whether a condition asks it."""
    return LIFTS_BREACH in wanted.facts and LIFTS_BREACH not in record_type.by_name


def with_lifted(mirror: "Mirror", table: Any, record_type: RecordType, name: str) -> Any:
    """The acts with whether they lifted a breach: NULL for attempts, and for what corrects nothing."""
    import ibis

    correcting = _correcting(record_type)
    lifted = sorted(_lifted(mirror, record_type, f"{name}_lifted")) if correcting else []
    is_told = table.verb.isin(correcting) & (table.turn == 0)
    found = table.event.isin(lifted) if lifted else ibis.literal(False)
    return table.mutate(**{COLUMN: ibis.cases((is_told, found))})


def _correcting(record_type: RecordType) -> Sequence[str]:
    return sorted(verb.name for verb in vocabulary.verbs.values() if verb.on == record_type.name and verb.corrects)


def _lifted(mirror: "Mirror", record_type: RecordType, name: str) -> frozenset[str]:
    from keguan.controls.batch import histories
    from keguan.controls.batch.versions import books, versions

    if not mirror.has(f"stream_{record_type.name}"):
        return frozenset()
    stream = mirror.table(f"stream_{record_type.name}")
    latest = stream.recorded_at.max().to_pyarrow().as_py()
    corrected = stream.filter(stream.verb.isin(_correcting(record_type))).select("object").distinct()
    records = frozenset(corrected.to_pyarrow()["object"].to_pylist())
    if not records:
        return frozenset()
    in_force = books(mirror)
    found = histories.obligations(
        mirror, versions(in_force), in_force, latest, name, besides={record_type.name: records}
    )  # fmt: skip
    return frozenset(found.lifted)
