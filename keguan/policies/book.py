"""A rulebook in the making: what the forms of its controls may name, and the faults found while compiling."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import Kind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import Vocabulary, vocabulary
from keguan.policies.faults import Fault, Place

ROLE = Label("角色", "role")
VERB = Label("动作", "verb")
NOUN = Label("对象", "noun")
TYPE = Label("记录类型", "record type")
FACT = Label("事实", "fact")
PARAMETER = Label("参数", "parameter")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure that the company sets. `value` is typed by `kind`; None where it was never set.

    `suggestion` is what the pack proposes: shown at adoption, never used by itself.
    """

    name: str
    kind: Kind
    label: Label
    value: Any = None
    suggestion: Any = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A control as written: its engine's name, its checked form (None where the form itself has faults), its place."""

    engine: str
    form: Any
    place: Place


@dataclass
class BookDraft:
    """What engines may ask while they compile. Collects faults; never touches the database."""

    roles: Mapping[str, Label] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    currency: str = "CNY"
    entries: tuple[Entry, ...] = ()
    vocabulary: Vocabulary = field(default_factory=lambda: vocabulary)
    faults: list[Fault] = field(default_factory=list)
    made: dict[str, dict[str, Fact]] = field(default_factory=dict)
    _gathered: dict[str, tuple[object, Mapping[str, Fact]]] = field(default_factory=dict)

    def make(self, record_type: str, fact: Fact, place: Place, *path: str | int) -> None:
        """A control makes a fact of a record type (a measure, a setting); reports a name that is taken."""
        if fact.name in self.facts(record_type):
            message = Label(f"“{record_type}.{fact.name}”已经有了", f"{record_type}.{fact.name} exists already")
            self.report(place.fault(message, Label("换一个名字", "take another name"), *path))
            return
        self.made.setdefault(record_type, {})[fact.name] = fact
        self.vocabulary.computed.add((record_type, fact.name))

    def report(self, *faults: Fault) -> None:
        """Keep faults; compiling goes on, so that all are told at once."""
        self.faults.extend(faults)

    def facts(self, record_type: str) -> Mapping[str, Fact]:
        """The type's facts by name: its own, those that the pack declares, those that controls make."""
        known, made = self.vocabulary.types.get(record_type), self.made.get(record_type, {})
        now = known, len(made)
        if record_type not in self._gathered or self._gathered[record_type][0] != now:
            declared = self.declared.get(record_type, {})
            self._gathered[record_type] = now, {**(known.by_name if known else {}), **declared, **made}
        return self._gathered[record_type][1]

    def find(self, policy: str, control: str) -> Entry | None:
        """The control written under an id: in the same policy, or elsewhere as `policy#id`."""
        policy, _, name = control.rpartition("#") if "#" in control else (policy, "", control)
        return next(
            (e for e in self.entries if e.form is not None and e.place.policy == policy and e.form.id == name), None
        )

    def verb(self, name: str, place: Place, *path: str | int) -> Verb | None:
        """The verb of that name; reports a fault and gives None where there is none."""
        found = self.vocabulary.verbs.get(name)
        if found is None or found.internal:
            self.report(place.unknown(VERB, name, self._open_verbs(), *path))
            return None
        return found

    def verbs(self, names: str | Iterable[str], place: Place, *path: str | int) -> tuple[Verb, ...]:
        """Verbs named one or several, `case.*` for all of a noun; reports those that do not exist."""
        found: list[Verb] = []
        for name in [names] if isinstance(names, str) else names:
            if name == "*":
                found.extend(verb for verb in self.vocabulary.verbs.values() if not verb.internal)
            elif name.endswith(".*"):
                of_noun = [self.vocabulary.verbs[verb] for verb in self._open_verbs() if verb.startswith(name[:-1])]
                found.extend(of_noun)
                if not of_noun:
                    nouns = (verb.partition(".")[0] for verb in self._open_verbs())
                    self.report(place.unknown(NOUN, name[:-2], nouns, *path))
            elif verb := self.verb(name, place, *path):
                found.append(verb)
        return tuple(dict.fromkeys(found))

    def role(self, name: str, place: Place, *path: str | int) -> str | None:
        """The role's code; reports a fault and gives None where no pack declares it."""
        if name in self.roles:
            return name
        self.report(place.unknown(ROLE, name, self.roles, *path))
        return None

    def record_type(self, name: str, place: Place, *path: str | int) -> RecordType | None:
        """The record type of that name; reports a fault and gives None where there is none."""
        if name in self.vocabulary.types:
            return self.vocabulary.types[name]
        self.report(place.unknown(TYPE, name, self.vocabulary.types, *path))
        return None

    def fact(self, record_type: str, name: str, place: Place, *path: str | int) -> Fact | None:
        """The fact of a record type; reports a fault and gives None where there is none."""
        facts = self.facts(record_type)
        if name in facts:
            return facts[name]
        self.report(place.unknown(FACT, name, facts, *path))
        return None

    def parameter(self, name: str, place: Place, *path: str | int) -> Parameter | None:
        """The parameter of that name (without `@`); reports a fault and gives None where no pack declares it."""
        if name in self.parameters:
            return self.parameters[name]
        self.report(place.unknown(PARAMETER, name, self.parameters, *path))
        return None

    def _open_verbs(self) -> list[str]:
        return [verb.name for verb in self.vocabulary.verbs.values() if not verb.internal]
