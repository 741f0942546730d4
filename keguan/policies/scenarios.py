"""Scenarios as packs write them: who does what when, and what is to come of it. Reads and checks; runs nothing.

A step is an act (`as`, `do`, `of`, `with`, `expect`) or only a look (`then`). `call` names the record that an act
creates; people, units and named records stand by their names wherever a record is meant. Times are the company's.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field

from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.book import VERB
from keguan.policies.faults import Fault, Place
from keguan.policies.looks import EVERYBODY, At, Check
from keguan.policies.packs.forms import Code, Form, OrganisationForm, UnitForm, Words
from keguan.policies.packs.text import Document
from keguan.policies.packs.wording import validate

RULE = r"^[A-Z][A-Z0-9]*-\d+[a-z]?$"
PERSON = Label("人物", "person of the cast")
NAME = Label("名字", "name")
CONTROL = Label("管控", "control")
FORM = Label("表单", "form")
Rule = Annotated[str, Field(pattern=RULE)]


class Expectation(Form):
    """What is to come of an act. `hidden`: the actor may not even learn that the record exists.

    `warnings` are all that warn, by clause with the fields that they name; nothing else may.
    """

    outcome: Literal["done", "waiting", "refused", "hidden"] = "done"
    by: str | None = None
    clause: str | None = None
    field: str | None = None
    warned: str | None = None
    warnings: dict[str, tuple[str, ...]] | None = None
    code: str | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _short(cls, raw: Any) -> Any:
        """`done`, `hidden`, `{waiting: role, clause: …}`, `{refused: clause}`, `{done: …}` with warnings and number."""
        if isinstance(raw, str):
            return {"outcome": raw}
        if not isinstance(raw, dict):
            return raw
        found = dict(raw)
        for key, place in (("waiting", "by"), ("refused", "clause"), ("done", None)):
            if key in found:
                value = found.pop(key)
                found = {"outcome": key, **({place: value} if place else {}), **found}
        return found


class StepForm(Form):
    """One step. `rules` are the ledger's rules that it proves."""

    at: At
    who: str | None = Field(None, alias="as")
    do: str | None = None
    of: str | None = None
    given: dict[str, Any] = Field({}, alias="with")
    call: Code | None = None
    expect: Expectation | None = None
    then: tuple[Check, ...] = ()
    rules: tuple[Rule, ...] = ()
    note: str = ""


class ScenarioForm(Form):
    """One scenario: a story whose steps follow each other in time."""

    scenario: Words
    about: str = ""
    steps: list[StepForm]


class ScenariosForm(Form):
    """A file of scenarios."""

    scenarios: list[ScenarioForm]


@dataclass(frozen=True)
class Scenario:
    """A scenario with the place of each step, for what is printed when it fails."""

    name: str
    file: str
    line: int
    steps: tuple[StepForm, ...]
    lines: tuple[int, ...]

    @property
    def rules(self) -> frozenset[str]:
        """Rules that its steps cite."""
        return frozenset(rule for step in self.steps for rule in step.rules)


def read_scenarios(
    documents: Iterable[Document], cast: OrganisationForm | None, controls: Iterable[str]
) -> tuple[list[Scenario], list[Fault]]:
    """The scenarios of a pack and all their faults. `controls` are the pack's control ids."""
    faults: list[Fault] = []
    found: list[Scenario] = []
    known = _Known(cast, frozenset(controls))
    for document in documents:
        place = Place(document.file, 1, lines=document.lines)
        form: ScenariosForm | None = document.data and validate(ScenariosForm, document.data, place, faults.append)
        for position, scenario in enumerate(form.scenarios if form else ()):
            path = ("scenarios", position)
            faults.extend(known.faults(scenario, place, path))
            found.append(
                Scenario(
                    scenario.scenario,
                    document.file,
                    document.line(*path),
                    tuple(scenario.steps),
                    tuple(document.line(*path, "steps", step) for step in range(len(scenario.steps))),
                )
            )
    return found, faults


def named(of: str) -> str:
    """The name in `receivable of late`: the newest record of a type that belongs to the one of that name."""
    kind, is_of, name = of.partition(" of ")
    return name if is_of and kind in vocabulary.types else of


def units_of(units: Iterable[UnitForm], above: str | None = None) -> Iterator[tuple[UnitForm, str | None]]:
    """Units with the code of the unit above each, parents first."""
    for unit in units:
        yield unit, above
        yield from units_of(unit.units, unit.unit)


@dataclass(frozen=True)
class _Known:
    """What scenarios may name."""

    cast: OrganisationForm | None
    controls: frozenset[str]

    def faults(self, scenario: ScenarioForm, place: Place, path: tuple[str | int, ...]) -> Iterator[Fault]:
        """What is wrong in a scenario's steps."""
        people = {person.person for person in self.cast.people} if self.cast else set()
        names: set[str] = set()
        last: dt.datetime | None = None
        for position, step in enumerate(scenario.steps):
            here = (*path, "steps", position)
            if last is not None and step.at < last:
                message = Label("这一步早于上一步", "this step lies before the one above it")
                yield place.fault(message, Label("按时间先后排列", "put the steps in order of time"), *here, "at")
            last = step.at
            yield from self._act(step, place, here, people, names)
            if step.call:
                names.add(step.call)
            for number, check in enumerate(step.then):
                yield from self._check(check, place, (*here, "then", number), people, names)

    def _act(
        self, step: StepForm, place: Place, here: tuple[str | int, ...], people: set[str], names: set[str]
    ) -> Iterator[Fault]:
        if step.who is not None and step.who not in people:
            yield place.unknown(PERSON, step.who, people, *here, "as")
        if step.do is None:
            if not step.then or step.expect or step.given or step.of:
                message = Label("这一步没有写做什么", "this step does nothing")
                yield place.fault(message, Label("写 do，或只写 then", "give do, or only then"), *here)
            return
        verb = vocabulary.verbs.get(step.do)
        if verb is None:
            yield place.unknown(
                VERB, step.do, (v.name for v in vocabulary.verbs.values() if not v.internal), *here, "do"
            )
            return
        if (step.of is None) is not verb.creates:
            message = Label(f"{step.do} 没有写办理哪一件", f"it is not said which record {step.do} is about")
            if verb.creates:
                message = Label(f"{step.do} 是新建，不能写 of", f"{step.do} creates a record; it takes no of")
            yield place.fault(message, Label("用 of 写名字；新建用 call", "of: its name; call: names a new one"), *here)
        elif step.of is not None and named(step.of) not in names | people:
            yield place.unknown(NAME, step.of, names, *here, "of")
        for name in step.given:
            if verb.argument(name) is None:
                arguments = [argument.name for argument in verb.arguments]
                yield place.unknown(Label("参数", "argument"), name, arguments, *here, "with", name)

    def _check(
        self, check: Check, place: Place, here: tuple[str | int, ...], people: set[str], names: set[str]
    ) -> Iterator[Fault]:
        for kind in ("fact", "obligation", "notice", "evidence", "sight", "settings", "rights", "form"):
            found = getattr(check, kind)
            if found is None:
                continue
            values: Mapping[str, Any] = found.__dict__
            known_by: Mapping[str, tuple[Iterable[str], Label]] = {
                "of": (names, NAME),
                "to": (people, PERSON),
                "who": ({*people, EVERYBODY} if kind == "rights" else people, PERSON),
                "control": (self.controls, CONTROL),
                "type": (vocabulary.types, FORM),
            }
            for key, (known, what) in known_by.items():
                if values.get(key) is not None and (named(values[key]) if key == "of" else values[key]) not in known:
                    yield place.unknown(what, values[key], known, *here, kind, key)
