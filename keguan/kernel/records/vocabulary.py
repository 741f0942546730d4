"""The one vocabulary: every record type, verb and setting of the product, registered when its app is ready.

Nothing is registered twice; policies, REST, pages and reference docs read from here and declare nothing.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from keguan.kernel.records.kinds import Kind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType

if TYPE_CHECKING:
    from keguan.kernel.commands.verbs import Verb


Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Setting:
    """A product parameter to which a policy may give a value; `default` holds where none does."""

    name: str
    kind: Kind
    label: Label
    default: Any = None


@dataclass
class Vocabulary:
    """All declared names."""

    types: dict[str, RecordType] = field(default_factory=dict)
    verbs: dict[str, "Verb"] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    computed: set[tuple[str, str]] = field(default_factory=set)
    """(record type, name) of what controls work out of records: it is read like a fact and never stored."""

    def add_type(self, record_type: RecordType) -> RecordType:
        """Register a record type under its name."""
        return _add(self.types, record_type.name, record_type)

    def add_verb(self, verb: "Verb") -> "Verb":
        """Register a verb under its name."""
        return _add(self.verbs, verb.name, verb)

    def ensure_verb(self, verb: "Verb") -> "Verb":
        """Register a verb unless one of its name is known: what every control on a record type brings along."""
        return self.verbs.setdefault(verb.name, verb)

    def add_setting(self, setting: Setting) -> Setting:
        """Register a setting under its name."""
        return _add(self.settings, setting.name, setting)

    def verbs_on(self, record_type: str) -> list["Verb"]:
        """The verbs of a record type in the order of declaration, those of the machinery left out."""
        return [verb for verb in self.verbs.values() if verb.on == record_type and not verb.internal]


def _add(place: dict[str, Thing], name: str, thing: Thing) -> Thing:
    if place.get(name, thing) is not thing:
        raise RuntimeError(f"{name} is declared twice")
    place[name] = thing
    return thing


def suggestions(name: str, known: Iterable[str]) -> list[str]:
    """Known names that a misspelt one may have meant, best first."""
    return difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)


vocabulary = Vocabulary()
