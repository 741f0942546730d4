"""One record by its address; where the caller may not see it, it is not there."""

from collections.abc import Collection
from uuid import UUID

from keguan.api.problems import not_found
from keguan.kernel.records.types import RecordType
from keguan.lists import reading
from keguan.lists.reading import Seen


def seen(person: UUID, record_type: RecordType, key: str, revealed: Collection[str] = ()) -> Seen:
    """The record with this id or code; the fault of a missing one where the person may not see it."""
    found = reading.seen(person, record_type, key, revealed=revealed)
    if found is None:
        raise not_found()
    return found
