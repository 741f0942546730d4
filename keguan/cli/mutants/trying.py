"""Mutants against scenarios, in one process: the company is founded once, a mutant only changes what controls say."""

import contextlib
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

from keguan.cli.faults import CommandFault
from keguan.cli.mutants.reach import Footprint, Reach
from keguan.cli.mutants.verdicts import KILLED, REFUSED, SURVIVED, Verdict
from keguan.cli.scenarios.cast import Names
from keguan.cli.scenarios.running import Failure, founded, run_scenario, scenarios_of
from keguan.policies.faults import Faulty
from keguan.policies.mutation.mutants import Mutant
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import Pack
from keguan.policies.rulebooks import changed, last_number, rulebook
from keguan.policies.scenarios import Scenario


class Trial:
    """A pack's company, founded, and its scenarios, each of which passes while nothing is changed."""

    def __init__(self, pack: Pack, names: Names, reach: Reach) -> None:
        self._pack = pack
        self._names = names
        self._reach = reach

    def judge(self, mutant: Mutant) -> Verdict:
        """Whether a scenario that the control touches notices the mutant; the first one that does is enough."""
        with changed(mutant.of):
            try:
                for number in range(1, last_number() + 1):
                    rulebook(number)
            except Faulty:
                return Verdict(mutant.id, REFUSED)
            for scenario in self._reach.of(mutant):
                line = self._noticed(scenario)
                if line is not None:
                    self._reach.noticed(mutant, scenario)
                    cites = bool(set(mutant.rules) & scenario.rules)
                    return Verdict(mutant.id, KILLED, scenario.name, scenario.file, line, cites)
        return Verdict(mutant.id, SURVIVED)

    def _noticed(self, scenario: Scenario) -> int | None:
        """The line of the step that comes out otherwise; a step that the product cannot even do is one, too."""
        try:
            result = run_scenario(scenario, self._names, self._pack, until_failure=True)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # noqa: BLE001 – whatever breaks there breaks because of the mutant
            return scenario.line
        return result.failures[0].line if result.failures else None


@contextlib.contextmanager
def trial(pack: Pack) -> Iterator[Trial]:
    """The trial of a pack for the block; `CommandFault` where a scenario fails before anything is changed."""
    scenarios = scenarios_of(pack)
    if not scenarios or pack.organisation is None:
        raise CommandFault("这个制度包没有情景", "this pack has no scenarios")
    controls, _ = check_pack(pack)
    with founded(pack, scenarios) as names:
        footprints: list[tuple[Scenario, Footprint]] = []
        failures: list[Failure] = []
        for scenario in scenarios:

            def take(scenario: Scenario = scenario) -> None:
                footprints.append((scenario, Footprint.of(scenario, scenario.steps[0].at)))

            failures.extend(run_scenario(scenario, names, pack, after=take).failures)
        if failures:
            raise CommandFault(
                "\n".join(["情景本身就未通过，先改好：", *(failure.text() for failure in failures)]),
                "\n".join(["scenarios fail as it is; mend these first:", *(one.text("en") for one in failures)]),
            )
        yield Trial(pack, names, Reach(pack, controls, footprints))
