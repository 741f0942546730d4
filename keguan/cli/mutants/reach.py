"""Which scenarios a control can make a difference to: the others need not be run against its mutants."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from keguan.controls.models import Evidence, Obligation
from keguan.kernel.commands.rows import Rows, canonical
from keguan.policies.engines import Control
from keguan.policies.mutation.mutants import Mutant
from keguan.policies.packs.pack import Pack
from keguan.policies.scenarios import Scenario

EVERYWHERE = frozenset({"access", "measure", "setting", "register", "decision"})
"""Engines whose controls are read by acts that they do not name."""

BY_TIME = frozenset({"every", "at", "while", "before", "each"})
"""Keys by which a control acts without an act."""

VERBS = "select distinct verb from kernel_event where recorded_at >= %s"


EVERYONE = "everyone"
APPOINTING = ("post.", "person.", "delegation.", "role.", "unit.")
"""Acts after which somebody holds another role than the cast says."""


@dataclass(frozen=True)
class Footprint:
    """What happened in a scenario: verbs, controls that left a trace, and the people it names.

    `looked_for` are controls and forms it looks at by name; `rights` people of whom it says all that they may do.
    """

    verbs: frozenset[str]
    controls: frozenset[str]
    people: frozenset[str]
    looked_for: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()

    @classmethod
    def of(cls, scenario: Scenario, since: dt.datetime) -> "Footprint":
        """Taken while what the scenario did still stands."""
        verbs = {step.do for step in scenario.steps if step.do}
        verbs.update(row["verb"] for row in Rows().select(VERBS, [since]))
        looked_for = frozenset(_looked_for(scenario))
        controls = {*Evidence.objects.values_list("control", flat=True), *looked_for}
        controls.update(Obligation.objects.values_list("control", flat=True))
        rights = frozenset(check.rights.who for step in scenario.steps for check in step.then if check.rights)
        return cls(frozenset(verbs), frozenset(controls), frozenset(_people(scenario)), looked_for, rights)


class Reach:
    """For each control of a pack the scenarios it may touch, those first that are the likeliest to notice a mutant.

    That is the one that noticed the control's last mutant; then those that cite one of its rules, of these and of the
    others those first that look at it by name.
    """

    def __init__(
        self, pack: Pack, controls: Iterable[Control], footprints: Sequence[tuple[Scenario, Footprint]]
    ) -> None:
        self._footprints = footprints
        self._compiled = {control.key: control for control in controls}
        self._written = {
            f"{policy.code}#{written.raw['id']}": written for policy in pack.policies for written in policy.controls
        }
        self._texts: Mapping[str, str] = {key: canonical(dict(one.raw)) for key, one in self._written.items()}
        self._kept: dict[str, list[tuple[Scenario, Footprint]]] = {}
        self._noticed: dict[str, Scenario] = {}
        cast = pack.organisation.people if pack.organisation else ()
        self._roles = {person.person: {post.role for post in person.posts} for person in cast}

    def of(self, mutant: Mutant) -> list[Scenario]:
        """The scenarios to run against a mutant."""
        control = mutant.control
        if control not in self._kept:
            self._kept[control] = self._find(control)
        found = [
            scenario
            for scenario, footprint in self._kept[control]
            if mutant.written.engine != "access" or self._grants(mutant, footprint)
        ]
        return sorted(found, key=lambda scenario: scenario is not self._noticed.get(control))

    def noticed(self, mutant: Mutant, scenario: Scenario) -> None:
        """A scenario noticed a mutant: it is the first to be run against the control's others."""
        self._noticed[mutant.control] = scenario

    def _grants(self, mutant: Mutant, footprint: Footprint) -> bool:
        """Whether a scenario names anybody whom the grant is about, before or after; and uses the verb that is gone."""
        forms = [form for form in (mutant.written.raw, mutant.form) if form is not None]
        roles = {role for form in forms for role in _several(form.get("who", ()))}
        if any(verb.startswith(APPOINTING) for verb in footprint.verbs) or self._tells(roles, footprint):
            return True
        if EVERYONE not in roles and not any(self._roles.get(who, set()) & roles for who in footprint.people):
            return False
        if mutant.path[:1] != ("may",):
            return True
        gone = set(_several(mutant.written.raw["may"])) - set(_several((mutant.form or {}).get("may", ())))
        return any(fnmatchcase(verb, pattern) for pattern in gone for verb in footprint.verbs)

    def _find(self, control: str) -> list[tuple[Scenario, Footprint]]:
        concerned = self._with_readers(control)
        touched = [
            (scenario, footprint)
            for scenario, footprint in self._footprints
            if any(self._touches(key, footprint) for key in concerned)
        ]
        raw = self._written[control].raw
        rules, names = set(raw.get("rules", ())), {control, raw["id"], raw.get("type", "")}
        if self._written[control].engine == "setting":
            names.add(f".{str(raw['of']).partition('.')[2]}")
        roles = set(_several(raw.get("who", ()))) if self._written[control].engine == "access" else set()
        return sorted(
            touched,
            key=lambda pair: (
                not rules & pair[0].rules,
                not (names & pair[1].looked_for or (roles and self._tells(roles, pair[1]))),
            ),
        )

    def _tells(self, roles: set[str], footprint: Footprint) -> bool:
        """Whether a scenario says all that somebody with one of the roles may do."""
        return any(who in roles or self._roles.get(who, set()) & roles for who in footprint.rights)

    def _touches(self, key: str, footprint: Footprint) -> bool:
        control, written = self._compiled.get(key), self._written[key]
        if control is None or not control.verbs or written.engine in EVERYWHERE or BY_TIME & set(written.raw):
            return True
        return bool(control.verbs & footprint.verbs) or bool({key, written.raw["id"]} & footprint.controls)

    def _with_readers(self, control: str) -> set[str]:
        """The control and those that name it: `breach:close`, `covered_by: settle`, and who names these."""
        found, waiting = {control}, [control]
        while waiting:
            name = re.escape(waiting.pop().partition("#")[2])
            pattern = re.compile(rf'[":#]{name}"')
            for key, text in self._texts.items():
                if key not in found and pattern.search(text):
                    found.add(key)
                    waiting.append(key)
        return found


def _several(raw: Any) -> tuple[str, ...]:
    return (raw,) if isinstance(raw, str) else tuple(raw)


def _people(scenario: Scenario) -> Iterator[str]:
    """Whoever acts, is told, owes or looks."""
    for step in scenario.steps:
        if step.who:
            yield step.who
        for check in step.then:
            if check.notice:
                yield check.notice.to
            if check.sight:
                yield check.sight.who
            if check.obligation:
                yield from check.obligation.people or ()


def _looked_for(scenario: Scenario) -> Iterator[str]:
    """Controls that a scenario asks about, by key or id; forms by their type, settings by their name after a dot."""
    for step in scenario.steps:
        for check in step.then:
            for look in (check.obligation, check.notice, check.evidence):
                if look is not None:
                    yield look.control
            if check.clause:
                yield from check.clause.controls
            if check.form:
                yield check.form.type
            if check.settings:
                yield from (f".{name}" for name in check.settings.are)
