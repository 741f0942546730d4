"""What a control is to everybody: the engines' protocol and registry, compiled controls, and rulebooks.

The engines themselves stand in `controls`, which registers them when its app is ready; policies only read packs with
their forms and keep what they compile. A rulebook is the compiled whole that was in force under one number.

Conditions: the `Names` that conditions need are built in `controls` from a `BookDraft` and a verb. The draft gives
`draft.vocabulary` (verbs with their arguments, record types), `draft.facts(type)` (own and declared facts by name),
`draft.roles`, `draft.parameters` (typed values; None where not set) and `draft.currency`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol, runtime_checkable

import pydantic

from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.records.kinds import Kind
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.org.calendars import Calendars
from keguan.policies.book import BookDraft, Entry, Parameter
from keguan.policies.faults import Fault, Faulty, Place

__all__ = [
    "BookDraft",
    "Control",
    "ControlForm",
    "Engine",
    "Entry",
    "Fault",
    "Faulty",
    "Kind",
    "Parameter",
    "Place",
    "Rulebook",
    "add_engine",
    "engines",
    "on_compiled",
]


class ControlForm(pydantic.BaseModel):
    """What every control has in YAML. Engines extend it; a key that is not declared is a fault.

    `id` is stable across versions, `rules` are ids of the requirement ledger, `trial` (试行) observes only, `overrides`
    names controls (`policy#control`) that do not count while this one does. What an `urgent` control tells people
    reaches them in their quiet hours too.
    Numbers come as int or Decimal, dates as ISO text: forms read the same from YAML and from what is stored.
    """

    model_config: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True
    )

    id: str = pydantic.Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
    rules: tuple[str, ...] = ()
    trial: bool = False
    overrides: tuple[str, ...] = ()
    urgent: bool = False

    @pydantic.field_validator("overrides", mode="before")
    @classmethod
    def _several(cls, raw: Any) -> Any:
        return (raw,) if isinstance(raw, str) else raw


@dataclass(frozen=True, kw_only=True)
class Control:
    """A compiled control. Engines extend it with what they need live; `says` is its sentence, without a full stop.

    `verbs`: those it is asked for. `missing`: parameters it needs that have no value; such a control is *not
    configured*: it does nothing and never counts as kept.
    """

    id: str
    engine: str
    place: Place
    form: ControlForm
    says: Label
    rules: tuple[str, ...] = ()
    verbs: frozenset[str] = frozenset()
    trial: bool = False
    missing: tuple[str, ...] = ()

    @classmethod
    def common(cls, engine: str, form: ControlForm, place: Place) -> dict[str, Any]:
        """The arguments that every control takes from its form and place."""
        return {"id": form.id, "engine": engine, "place": place, "form": form, "rules": form.rules, "trial": form.trial}

    @property
    def key(self) -> str:
        """`policy#id`: how the journal and evidence name the control."""
        return f"{self.place.policy}#{self.id}"

    @property
    def policy(self) -> str:
        """The policy's code."""
        return self.place.policy

    @property
    def policy_title(self) -> str:
        """The policy's title."""
        return self.place.policy_title

    @property
    def clause(self) -> str:
        """The clause's number as printed."""
        return self.place.clause

    @property
    def citation(self) -> Citation:
        """How it is cited."""
        return self.place.citation(self.id)

    @property
    def is_configured(self) -> bool:
        """Whether all parameters it needs have values."""
        return not self.missing

    def sentence(self, language: str = "zh-hans") -> str:
        """The control in one plain sentence."""
        return self.says.text(language)


@runtime_checkable
class Engine(Protocol):
    """One kind of control."""

    name: str
    label: Label
    form: type[ControlForm]

    def compile(self, form: Any, place: Place, book: BookDraft) -> Control:
        """The control; `book.report(fault)` for each fault that can be told, or `Faulty` where nothing can be made."""
        ...

    def checks(self, controls: Sequence[Control], book: BookDraft) -> Iterable[Fault]:
        """Faults that show only over all controls of the rulebook (every engine's are given)."""
        ...


@runtime_checkable
class Declaring(Protocol):
    """An engine whose controls bring names that others may use. `turn` orders them: lower ones are asked first."""

    turn: int

    def declare(self, form: Any, place: Place, book: BookDraft) -> None:
        """Make the names known in `book`, before anything is compiled."""
        ...


@runtime_checkable
class Noting(Protocol):
    """An engine that notes more of a form as it is read from a pack than what was written."""

    def noted(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """The form with what was noted."""
        ...


engines: dict[str, Engine] = {}


def noted(engine: str, raw: Any) -> Any:
    """The form of a control as it was read, with what its engine notes of it."""
    known: object = engines.get(engine)
    return known.noted(raw) if isinstance(known, Noting) and isinstance(raw, Mapping) else raw


def add_engine(engine: Engine) -> Engine:
    """Register an engine under its name; called once per engine when the controls are ready."""
    if engines.get(engine.name, engine) is not engine:
        raise RuntimeError(f"the engine {engine.name} is declared twice")
    engines[engine.name] = engine
    return engine


@dataclass(frozen=True)
class Rulebook:
    """What is in force under one number. Immutable, shared by threads.

    `cache` is for what engines derive from the controls; books that differ in `calendars` only share it, so nothing
    that hangs on a calendar may go there.
    """

    number: int
    hash: str
    controls: tuple[Control, ...] = ()
    roles: Mapping[str, Label] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, Fact]] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)
    currency: str = "CNY"
    versions: Mapping[str, int] = field(default_factory=dict)
    running: Mapping[str, Any] = field(default_factory=dict)
    calendars: Calendars = field(default_factory=Calendars)
    cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def running_of(self, policy: str, record_type: str) -> str:
        """How a policy's version deals with what runs on records of a type when it comes into force."""
        how = self.running.get(policy, "keep")
        return str(how.get(record_type, "keep")) if isinstance(how, Mapping) else str(how)

    @cached_property
    def by_key(self) -> Mapping[str, Control]:
        """Controls by `policy#id`."""
        return {control.key: control for control in self.controls}

    @cached_property
    def _index(self) -> Mapping[tuple[str, str], tuple[Control, ...]]:
        found: dict[tuple[str, str], list[Control]] = {}
        for control in self.controls:
            for verb in control.verbs:
                for engine in ("", control.engine):
                    found.setdefault((verb, engine), []).append(control)
        return {pair: tuple(controls) for pair, controls in found.items()}

    def by_verb(self, verb: str, engine: str = "") -> tuple[Control, ...]:
        """Controls asked for the verb, of one engine or of all, in the order of the policies."""
        return self._index.get((verb, engine), ())

    def of_engine(self, engine: str) -> tuple[Control, ...]:
        """All controls of one engine."""
        return tuple(control for control in self.controls if control.engine == engine)


compiled_hooks: list[Callable[[Rulebook], None]] = []


def on_compiled(hook: Callable[[Rulebook], None]) -> None:
    """Have `hook` called once for every rulebook that this process compiles (to prepare indexes, load plans …)."""
    compiled_hooks.append(hook)
