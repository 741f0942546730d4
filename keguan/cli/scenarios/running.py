"""Runs scenarios through the gate at their own times, and sweeps at each due moment between steps.

Everything happens in one transaction that is rolled back; the company of the pack is founded once, and each scenario
runs on a savepoint of its own.
"""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.cli.scenarios.cast import CastFault, Names, found
from keguan.cli.scenarios.expecting import differences
from keguan.cli.scenarios.looking import Looks
from keguan.controls.gate import run
from keguan.controls.models import Approval
from keguan.controls.sweep import next_moment, sweep_all
from keguan.kernel import clock
from keguan.kernel.commands.arguments import references
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Fault, Outcome, Refused, Waiting
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import Listing, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.faults import Faulty
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import Pack
from keguan.policies.rulebooks import current, forget
from keguan.policies.scenarios import Expectation, Scenario, StepForm, read_scenarios

SYSTEM = Context(None, "scenario")
EVE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Failure:
    """A step that came out otherwise."""

    file: str
    line: int
    message: Label

    def text(self, language: str = "zh-hans") -> str:
        """One line for people."""
        return f"{self.file}:{self.line} {self.message.text(language)}"


@dataclass
class Result:
    """How a scenario went. `proven` are the rules that its passing steps cite."""

    scenario: Scenario
    failures: list[Failure] = field(default_factory=list)
    proven: set[str] = field(default_factory=set)

    @property
    def is_passed(self) -> bool:
        """Whether every step came out as expected."""
        return not self.failures


def scenarios_of(pack: Pack) -> list[Scenario]:
    """The pack's scenarios; `Faulty` with all faults of pack and scenarios where there is any."""
    controls, faults = check_pack(pack)
    known = {name for control in controls for name in (control.id, control.key)}
    scenarios, more = read_scenarios(pack.scenarios, pack.organisation, known)
    if faults or more:
        raise Faulty([*faults, *more])
    return scenarios


def run_pack(pack: Pack, only: str | None = None) -> list[Result]:
    """Run the scenarios of a pack (those whose name holds `only`); nothing of it stays in the database."""
    scenarios = [scenario for scenario in scenarios_of(pack) if only is None or only in scenario.name]
    if not scenarios or pack.organisation is None:
        return []
    with founded(pack, scenarios) as names:
        return [run_scenario(scenario, names, pack) for scenario in scenarios]


@contextlib.contextmanager
def founded(pack: Pack, scenarios: Iterable[Scenario]) -> Iterator[Names]:
    """The pack adopted and its company founded before the first of the scenarios; rolled back after the block."""
    if pack.organisation is None:
        raise CastFault(f"the pack {pack.code} has no organisation")
    start = min(step.at for scenario in scenarios for step in scenario.steps) - EVE
    try:
        with transaction.atomic():
            with clock.pinned(start - EVE):
                forget()
                ensure_base(run, SYSTEM)
                adopt(run, SYSTEM, pack, values=pack.organisation.values)
            with clock.pinned(start):
                names = found(run, SYSTEM, pack.organisation, pack.form.currency)
            yield names
            transaction.set_rollback(True)
    finally:
        forget()


def run_scenario(
    scenario: Scenario,
    names: Names,
    pack: Pack,
    *,
    until_failure: bool = False,
    after: Callable[[], None] | None = None,
) -> Result:
    """Play a scenario and roll it back; `after` looks at what came of it while it still stands."""
    result = Result(scenario)
    world = World(Names(names.people, names.units), pack)
    with transaction.atomic():
        for step, line in zip(scenario.steps, scenario.lines, strict=True):
            failures = [Failure(scenario.file, line, message) for message in world.play(step)]
            result.failures.extend(failures)
            if not failures:
                result.proven.update(step.rules)
            elif until_failure:
                break
        if after is not None:
            after()
        transaction.set_rollback(True)
    return result


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does: people, units and records by their names. `call` names the record that it creates."""

    do: str
    who: str | None = None
    of: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    call: str | None = None
    happened_at: dt.datetime | None = None


class World:
    """The company while a scenario plays."""

    def __init__(self, names: Names, pack: Pack) -> None:
        self.names = names
        self.pack = pack
        self.keys = {
            name: f"{control.place.policy}#{control.raw['id']}"
            for policy in pack.policies
            for control in policy.controls
            for name in (control.raw["id"], f"{control.place.policy}#{control.raw['id']}")
        }

    def play(self, step: StepForm) -> Iterator[Label]:
        """Let the time come, do what the step says, look at what it wants looked at; gives what differs."""
        self.until(step.at)
        with clock.pinned(step.at):
            if step.do is not None:
                yield from self._act(step)
            looks = Looks(self.names, self.keys)
            for check in step.then:
                yield from looks.differences(check)

    def until(self, moment: dt.datetime) -> None:
        """Sweep at each due moment up to and with this one."""
        while (due := next_moment()) is not None and due <= moment:
            with clock.pinned(due):
                sweep_all()
            if next_moment() == due:
                raise RuntimeError(f"the sweep at {due} left what was due")

    def act(self, step: StepForm) -> Outcome | None:
        """Let the time come and do what the step says; nothing where its object is not there."""
        self.until(step.at)
        with clock.pinned(step.at):
            return self._do(step)

    def _act(self, step: StepForm) -> Iterator[Label]:
        outcome = self._do(step)
        if outcome is None:
            yield Label(f"没有等待审批的“{step.of}”", f"nothing waits for “{step.of}”")
            return
        yield from differences(step.expect or Expectation(), outcome, current(step.at).roles)

    def _do(self, step: StepForm) -> Outcome | None:
        deed = Deed(step.do or "", step.who, step.of, step.given, step.call)
        return self.perform(deed)

    def perform(self, deed: Deed) -> Outcome | None:
        """Do a deed now, wherever the clock stands; nothing where its object is not there."""
        verb = vocabulary.verbs[deed.do]
        actor = self.names.people[deed.who] if deed.who else None
        target = self._target(deed.of)
        if deed.of and target is None:
            return None
        ctx = Context(actor, "scenario", happened_at=deed.happened_at)
        outcome = self._outcome(ctx, verb, target, deed.given)
        if deed.call and isinstance(outcome, Done | Waiting):
            self.names.records[deed.call] = (verb.on, outcome.object)
        return outcome

    def _outcome(self, ctx: Context, verb: Verb, target: UUID | None, given: Mapping[str, Any]) -> Outcome:
        try:
            [outcome] = run(ctx, verb.name, [(target, self._arguments(verb, given))])
        except Fault as fault:
            return Refused(target, tuple(fault.reasons))
        return outcome

    def _target(self, name: str | None) -> UUID | None:
        if name is None:
            return None
        kind, _, about = name.partition(" of ")
        if kind == "approval" and name not in self.names.records:
            found = self.names.id_of(about)
            waiting = Approval.objects.filter(object=found, state="waiting").order_by("-requested_at", "-id").first()
            return waiting.id if waiting else None
        return self.names.id_of(name)

    def _arguments(self, verb: Verb, given: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments with names of people, units and records turned into ids."""
        found = dict(given)
        for name, value in given.items():
            argument = verb.argument(name)
            if argument is not None and value is not None:
                found[name] = self.names_in(argument.kind, value)
        return found

    def names_in(self, kind: Any, value: Any) -> Any:
        """A value with names turned into ids where its kind points to records."""
        if isinstance(kind, Reference):
            found = self.names.act(str(value)) if kind.to == "event" else self.names.id_of(str(value))
            return found or value
        if isinstance(kind, Listing) and references(kind, [])[0] and isinstance(value, Sequence):
            return [self.names.id_of(str(part)) or part for part in value]
        return value


def proven(results: Iterable[Result]) -> frozenset[str]:
    """Rules proven by scenarios in which every step came out as expected."""
    return frozenset(rule for result in results if result.is_passed for rule in result.proven)
