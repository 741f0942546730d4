"""Which version of which control judges which acts: the rulebooks of the mirror compiled, equal versions as one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keguan.kernel.commands.rows import canonical
from keguan.policies.compiling import digest, rulebook_of
from keguan.policies.engines import Control, Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror


@dataclass(frozen=True)
class Version:
    """One wording of a control, the rulebook that it is read in, and the numbers of all rulebooks that have it so.

    `numbers` of None: it judges every act, whatever was in force (a draft).
    """

    control: Control
    book: Rulebook
    numbers: frozenset[int] | None

    @property
    def key(self) -> str:
        """The control's key."""
        return self.control.key


def books(mirror: "Mirror") -> dict[int, Rulebook]:
    """The rulebooks by number, compiled from the mirror."""
    found: dict[int, Rulebook] = {}
    by_hash: dict[str, Rulebook] = {}
    rows = mirror.table("rulebook").order_by("number").to_pyarrow().to_pylist() if mirror.has("rulebook") else []
    for row in rows:
        if row["hash"] not in by_hash:
            by_hash[row["hash"]] = rulebook_of(row["number"], json.loads(row["body"]), row["hash"])
        found[row["number"]] = by_hash[row["hash"]]
    return found


def versions(several: dict[int, Rulebook]) -> list[Version]:
    """Every control of these rulebooks, once for each wording that it had."""
    made: dict[str, tuple[Control, Rulebook, set[int]]] = {}
    for number, book in several.items():
        for control in book.controls:
            if control.is_configured:
                made.setdefault(wording(control, book), (control, book, set()))[2].add(number)
    return [Version(control, book, frozenset(numbers)) for control, book, numbers in made.values()]


def of_draft(book: Rulebook) -> list[Version]:
    """The controls of a draft: they judge everything."""
    return [Version(control, book, None) for control in book.controls if control.is_configured]


def wording(control: Control, book: Rulebook) -> str:
    """What makes two versions the same: key, form, and everything that its book gives it from outside."""
    return repr((control.key, control.engine, control.form, _outside(book, control.engine == "deadline")))


def _outside(book: Rulebook, with_calendars: bool) -> str:
    key = ("batch outside", with_calendars, canonical(book.calendars.body) if with_calendars else "")
    found: str | None = book.cache.get(key)
    if found is None:
        values = {name: getattr(one, "value", one) for name, one in sorted(book.parameters.items())}
        found = book.cache[key] = digest({"values": repr(values), "currency": book.currency, "calendars": key[2]})
    return found


def by_key(several: Iterable[Version]) -> dict[str, list[Version]]:
    """The versions of each control."""
    found: dict[str, list[Version]] = {}
    for one in several:
        found.setdefault(one.key, []).append(one)
    return found
