"""Finding people of the company by what somebody types: part of the name, its pinyin or initials, the staff number.

Nobody's readings are kept: a company's people are read in one statement, and each name is spelled once in a process.
"""

import functools
from uuid import UUID

from keguan.kernel.records.pinyin import is_begun_by, readings
from keguan.kernel.records.scripts import folded
from keguan.org.queries import FEW, PersonRow, people_by_id, today, working

KNOWN = 20_000


def search_people(text: str, limit: int = FEW) -> list[PersonRow]:
    """People who work here whom the text may mean; those whose name begins so come first, then by name.

    Three statements.
    """
    asked = folded(text)
    found: list[tuple[int, str, UUID]] = []
    for key, name, code in working(today()).values_list("id", "name", "code"):
        place = _place(asked, name, (code or "").lower())
        if place is not None:
            found.append((place, name, key))
    keys = [key for _, _, key in sorted(found)[:limit]]
    rows = people_by_id(keys)
    return [rows[key] for key in keys]


def _place(asked: str, name: str, code: str) -> int | None:
    """How well the text means this person: 0 from the beginning of the name on, 1 otherwise, nothing not at all."""
    at = folded(name).find(asked)
    if at < 0 and asked.isascii() and asked.isalpha():
        at = min((at for reading in _readings(name) if (at := _begun_at(reading, asked)) >= 0), default=-1)
    if at >= 0:
        return 1 if at else 0
    return 1 if code and asked in code else None


def _begun_at(reading: tuple[str, ...], asked: str) -> int:
    """The first syllable from which on the name is spelled so."""
    return next((at for at in range(len(reading)) if is_begun_by(reading[at:], asked)), -1)


@functools.lru_cache(maxsize=KNOWN)
def _readings(name: str) -> tuple[tuple[str, ...], ...]:
    """Each way in which a name is read, without blanks."""
    ways = dict.fromkeys(tuple(part for part in reading if not part.isspace()) for reading in readings(name))
    return tuple(way for way in ways if way)
