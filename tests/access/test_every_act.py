"""Every verb of the registry, by everybody, on records in every scope, at every door, against the policy as written.

The pipeline is asked for the whole product of verbs, people and scopes. A door never looks at rights itself, it says
who asks for what; so each door is tried for each verb once for every kind of answer that anybody gets (may, may not,
does not know of it), with another person and another scope from verb to verb: whoever it was, the door must say what
the policy says. What is refused writes nothing but the attempt.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.vocabulary import vocabulary
from tests.access import written
from tests.access.company import NOW, Company, opened
from tests.access.doors import HIDDEN, MAY, Doors, Verdict, at_the_gate, has_pages, has_rest
from tests.access.given import args_of

BY_OTHER_RULES = frozenset(("approval", "override", "proposal", "signature"))
"""Records of the machinery: who decides on them is said by the control that asks, not by grants."""
DOORS = ("rest", "rest list", "page", "bulk")
CLAUSELESS: frozenset[str | None] = frozenset((None,))
WRITTEN = """
    select relname, n_tup_ins + n_tup_upd + n_tup_del as n from pg_stat_xact_user_tables
    where n_tup_ins + n_tup_upd + n_tup_del > 0
"""
BY_REFUSALS = ("kernel_attempt", "kernel_intake", "controls_evidence")
"""The tables that a refusal writes: what was tried, that it is to be sealed, and that the clause was applied."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One verb, one person, records on all of which the same is expected."""

    verb: Verb
    name: str
    person: written.Person
    keys: tuple[UUID | None, ...]
    expected: str


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Company]:
    with django_db_blocker.unblock():
        yield from opened()


@pytest.fixture(scope="module")
def doors(company: Company) -> Doors:
    with clock.pinned(NOW):
        return Doors(company)


@pytest.fixture(autouse=True)
def _at_work(db: None) -> Iterator[None]:
    with clock.pinned(NOW):
        yield


def acts() -> list[Verb]:
    """Every verb that anybody could be given."""
    return [verb for verb in vocabulary.verbs.values() if not verb.internal and verb.on not in BY_OTHER_RULES]


def probes(company: Company) -> list[Probe]:
    """Everybody with every verb on records in every scope, gathered by what the policy says of them."""
    found = []
    for verb in acts():
        for name, person in company.people.items():
            keys: list[UUID | None] = [None] if verb.creates else [*company.around(person, verb.on)]
            by_answer: dict[str, list[UUID | None]] = {}
            for key in keys:
                by_answer.setdefault(expected(company, person, verb, key), []).append(key)
            found += [Probe(verb, name, person, tuple(some), what) for what, some in by_answer.items()]
    return found


def expected(company: Company, person: written.Person, verb: Verb, key: UUID | None) -> str:
    """What the policy says of one record: the verdict's word."""
    place = None if key is None else company.records[verb.on][key]
    if written.may(company.grants, person, verb.name, place):
        return MAY.what
    return "denied" if key is None or company.knows(person, verb.on, key) else HIDDEN.what


def judged(company: Company, probe: Probe, verdict: Verdict) -> bool:
    """Whether a door said what the policy says, and under a clause that gives the verb to somebody, if any does."""
    clauses = written.clauses(company.grants, probe.verb.name) or CLAUSELESS
    return verdict.what == probe.expected and (verdict.what != "denied" or verdict.clauses <= clauses)


def attempts() -> "Counter[tuple[Any, ...]]":
    rows = Rows().select("select actor, verb, object from kernel_attempt")
    return Counter((row["actor"], row["verb"], row["object"]) for row in rows)


def written_to() -> dict[str, int]:
    """How many rows of each table this transaction has written, without those that refusals write."""
    return {row["relname"]: row["n"] for row in Rows().select(WRITTEN) if not row["relname"].startswith(BY_REFUSALS)}


def test_everybody_may_do_what_the_policy_says_and_nothing_else(company: Company) -> None:
    every = probes(company)
    assert {probe.expected for probe in every} == {"may", "denied", "hidden"} and len(every) > 3000
    before, changed = attempts(), written_to()
    wrong, refused = [], Counter[tuple[Any, ...]]()
    for _, several in groupby(every, key=lambda probe: (probe.verb.name, probe.name)):
        closed = [(probe, key) for probe in several if probe.expected != MAY.what for key in probe.keys]
        if closed:
            [first, *_], keys = closed[0], [key for _, key in closed]
            verdicts = at_the_gate(first.person, first.verb, keys, args_of(first.verb, company.any))
            pairs = zip(closed, verdicts, strict=True)
            wrong += [(probe, one) for (probe, _), one in pairs if not judged(company, probe, one)]
            refused.update((first.person.key, first.verb.name, key) for key in keys)
    assert wrong == []
    assert attempts() - before == refused
    assert written_to() == changed
    for probe in every:
        if probe.expected == MAY.what:
            with transaction.atomic():
                verdicts = at_the_gate(probe.person, probe.verb, probe.keys, args_of(probe.verb, company.any))
                transaction.set_rollback(True)
            wrong += [(probe, one) for one in verdicts if not judged(company, probe, one)]
    assert wrong == []


def turns(company: Company) -> dict[str, list[Probe]]:
    """For each verb one probe for each answer that anybody gets, of whoever had the fewest turns before."""
    by_answer: dict[tuple[str, str], list[Probe]] = {}
    for probe in probes(company):
        by_answer.setdefault((probe.verb.name, probe.expected), []).append(probe)
    found: dict[str, list[Probe]] = {}
    had: Counter[str] = Counter()
    for (verb, _), several in by_answer.items():
        chosen = min(several, key=lambda probe: had[probe.name])
        had[chosen.name] += 1
        found.setdefault(verb, []).append(chosen)
    return found


def openings(doors: Doors, probe: Probe) -> dict[str, tuple[Sequence[UUID | None], Callable[[], list[Verdict]]]]:
    """The doors at which the verb can be tried: on which of the records, and how."""
    verb, person = probe.verb, probe.person
    keys = probe.keys[-2:] if probe.expected == MAY.what else probe.keys
    args = args_of(verb, doors.company.any)
    found: dict[str, tuple[Sequence[UUID | None], Callable[[], list[Verdict]]]] = {}
    if has_rest(verb):
        if not verb.creates or next(one for one in vocabulary.verbs_on(verb.on) if one.creates) is verb:
            found["rest"] = (keys[-1:], lambda: [doors.rest(person, verb, keys[-1], args)])
        found["rest list"] = (keys, lambda: doors.rest_list(person, verb, keys, args))
    if has_pages(verb):
        found["page"] = (keys[-1:], lambda: [doors.page(person, verb, keys[-1], args)])
        if not verb.creates and not verb.corrects:
            found["bulk"] = (keys, lambda: doors.bulk(person, verb, keys, args))
    return found


def test_every_door_says_what_the_policy_says(company: Company, doors: Doors) -> None:
    wrong: list[Any] = []
    tried: set[tuple[str, str]] = set()
    before = attempts()
    for first, (verb, several) in enumerate(turns(company).items()):
        for turn, probe in enumerate(several, first):
            found = openings(doors, probe)
            # of a verb to which all get one answer every door is tried at once, else the doors take turns
            for door in list(found) if len(several) == 1 else list(found)[turn % 2 :: 2]:
                keys, ask = found[door]
                with transaction.atomic():
                    wrong += [(door, probe, one) for one in ask() if not judged(company, probe, one)]
                    if probe.expected != MAY.what:
                        kept = Counter((probe.person.key, verb, key) for key in keys)
                        assert attempts() - before == kept, (door, probe)
                    transaction.set_rollback(True)
                tried |= {(door, verb), (door, probe.expected), (door, probe.name)}
    assert wrong == []
    assert tried >= {(door, what) for door in DOORS for what in ("may", "denied", *company.people)}
    for verb, [probe, *_] in turns(company).items():
        assert tried >= {(door, verb) for door in openings(doors, probe)}, verb
