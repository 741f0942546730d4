"""Who sits at which extension: the one who took it last, unless he left it or sits elsewhere since."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from keguan.calls.models import Seat
from keguan.kernel.commands.rows import Rows

SITTING = """
    select s.extension, s.person from (
        select distinct on (extension) id, extension, person, left_at from calls_seat
        where extension = any(%s) order by extension, opened_at desc, id desc
    ) s
    where s.left_at is null and not exists (
        select from calls_seat o where o.person = s.person and o.id > s.id
    )
"""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat that somebody has now."""

    id: UUID
    extension: str


def plain(extension: str | None) -> str | None:
    """An extension in its one form: ８０１ is 801."""
    return unicodedata.normalize("NFKC", extension).strip() if extension else None


def sitting_at(extensions: Collection[str]) -> dict[str, UUID]:
    """Who sits at each of these extensions; those where nobody does are not named. One statement, none for none."""
    if not extensions:
        return {}
    return {row["extension"]: row["person"] for row in Rows().select(SITTING, [sorted(extensions)])}


def seat_of(person: UUID) -> Sitting | None:
    """Where somebody sits; nothing where he left, or another took the extension since. Two statements at most."""
    last = Seat.objects.filter(person=person).order_by("-opened_at", "-id").first()
    if last is None or last.left_at is not None or sitting_at([last.extension]).get(last.extension) != person:
        return None
    return Sitting(last.id, last.extension)
