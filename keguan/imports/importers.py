"""Which record types can come from sheets, and how: those with a creating verb that a row can fill; registers too."""

from keguan.imports.importer import Importer
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import Fields
from keguan.kernel.records.vocabulary import vocabulary

BY_HAND = frozenset(
    ("import", "override", "signature", "batch", "company", "seat", "call", "token", "delegation", "observation")
)
"""Types whose creating verb is an act of the moment, not an entry of what is known."""
own: dict[str, type[Importer]] = {}
"""Types that have an importer of their own."""


def register(name: str, importer: type[Importer]) -> None:
    """Make the importer of a type known."""
    own[name] = importer


def importer_of(name: str) -> Importer | None:
    """The importer of a record type; nothing where its records cannot come from sheets."""
    verb = _creating(name)
    return own.get(name, Importer)(verb) if verb is not None else None


def importable() -> list[Importer]:
    """The importers of all types that can be imported now, registers included, in the order of declaration."""
    return [found for name in list(vocabulary.types) if (found := importer_of(name)) is not None]


def _creating(name: str) -> Verb | None:
    """The verb that creates records of the type from what a sheet can hold."""
    if name in BY_HAND or name not in vocabulary.types:
        return None
    for verb in vocabulary.verbs_on(name):
        if verb.creates:
            return None if any(one.required and isinstance(one.kind, Fields) for one in verb.arguments) else verb
    return None
