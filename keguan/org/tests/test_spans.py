"""The law of spans: whatever happens to posts, units, people and delegations, looking up gives what one would work out.

Both as it stands now and as it was known after each step. Mutating either side (a bound, the climb, a delegation that
counts) makes it fail.
"""

import datetime as dt
import itertools
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from keguan.controls.tests.tried import times
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org.spans import ANYWHERE, HEAD, SELF, SUPERIOR, TOP, Key
from keguan.org.spans.reading import asked, look_up
from keguan.org.spans.rebuild import fill
from keguan.org.tests.conftest import act, command
from keguan.org.tests.naive import Snapshot, snapshot

START = dt.datetime(2026, 3, 2, 10, tzinfo=COMPANY_ZONE)
UNITS, PEOPLE, ROLES = 4, 4, ("clerk", "chief")
VERB = "post.assign"
DAYS = st.integers(-4, 8)
UNIT, PERSON = st.integers(0, UNITS - 1), st.integers(0, PEOPLE - 1)
LENGTH = st.none() | st.integers(1, 6)
ASSIGN = st.tuples(st.just("assign"), UNIT, st.integers(0, 1), PERSON, DAYS, LENGTH)
DELEGATE = st.tuples(st.just("delegate"), PERSON, PERSON, st.integers(0, 4), LENGTH, st.booleans(), st.booleans())
CHANGE = st.one_of(
    ASSIGN,
    DELEGATE,
    st.tuples(st.just("relieve"), st.integers(0, 9), DAYS),
    st.tuples(st.just("leave"), PERSON, DAYS),
    st.tuples(st.just("close"), st.integers(1, UNITS - 1), DAYS),
    st.tuples(st.just("move"), st.integers(1, UNITS - 1), UNIT),
    st.tuples(st.just("end"), st.integers(0, 3)),
)
# a company that is staffed first: else most of what happens happens to nobody
STEPS = st.tuples(
    st.lists(ASSIGN, min_size=3, max_size=6), st.lists(DELEGATE, max_size=2), st.lists(CHANGE, max_size=6)
).map(lambda parts: [step for part in parts for step in part])


class Histories:
    """A company in which steps are tried: what is refused changes nothing."""

    def __init__(self) -> None:
        act("company.found", name="甲")
        self.units: list[UUID] = []
        for number in range(UNITS):
            above: dict[str, Any] = {"parent": self.units[(number - 1) // 2]} if number else {}
            self.units.append(act("unit.open", name=f"部{number}", opened_on="2020-01-01", **above))
        self.people = [act("person.add", name=f"人{n}", joined_on="2020-01-01") for n in range(PEOPLE)]
        self.roles = {code: act("role.declare", code=code, zh=code) for code in ROLES}
        self.posts = {
            (unit, code): act("post.establish", unit=unit, role=role, is_head=code == "chief")
            for unit in self.units
            for code, role in self.roles.items()
        }

    def day(self, offset: int) -> str:
        return (START.date() + dt.timedelta(days=offset)).isoformat()

    def do(self, step: tuple[object, ...]) -> bool:
        what, *args = step
        return isinstance(getattr(self, what)(*args), Done)  # type: ignore[call-overload]

    def assign(self, unit: int, role: int, person: int, start: int, length: int | None) -> object:
        ends = self.day(start + length) if length else None
        post = self.posts[self.units[unit], ROLES[role]]
        return command("post.assign", post, person=self.people[person], starts_on=self.day(start), ends_on=ends)

    def relieve(self, which: int, day: int) -> object:
        held = Rows().select("select post, person from org_holding order by id")
        if not held:
            return None
        one = held[which % len(held)]
        return command("post.relieve", one["post"], person=one["person"], ends_on=self.day(day))

    def leave(self, person: int, day: int) -> object:
        return command("person.leave", self.people[person], left_on=self.day(day))

    def close(self, unit: int, day: int) -> object:
        return command("unit.close", self.units[unit], closed_on=self.day(day))

    def move(self, unit: int, parent: int) -> object:
        return command("unit.change", self.units[unit], parent=self.units[parent])

    def delegate(self, who: int, to: int, start: int, length: int | None, for_role: bool, for_verb: bool) -> object:
        starts = clock.now() + dt.timedelta(days=start, hours=5)
        return command(
            "delegation.appoint", delegator=self.people[who], delegate=self.people[to], starts_at=starts,
            ends_at=starts + dt.timedelta(days=length) if length else None,
            roles=[self.roles["clerk"]] if for_role else None, verbs=[VERB] if for_verb else None,
        )  # fmt: skip

    def end(self, which: int) -> object:
        found = Rows().select("select id from org_delegation order by id")
        return command("delegation.end", found[which % len(found)]["id"]) if found else None

    def keys(self) -> list[Key]:
        found: list[Key] = [(TOP, ANYWHERE), *((role, ANYWHERE) for role in ROLES)]
        found += [(role, unit) for role in (*ROLES, HEAD) for unit in self.units]
        return found + [(role, person) for role in (SELF, SUPERIOR) for person in self.people]

    def agrees(self, meant: Snapshot, known: dt.datetime | None) -> None:
        for offset, verb in itertools.product((-3, 0, 1.4, 4, 9), (None, VERB)):
            at = START + dt.timedelta(days=offset)
            found = look_up(Rows(), self.keys(), at, known)
            for key, sittings in found.items():
                got = {(one.person, one.holder) for one in asked(sittings, verb)}
                assert got == meant.answer(key, at, verb), (key, at, verb, known)


class Law(TestCase):
    """Random org histories."""

    @settings(deadline=None, max_examples=times(20), suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS)
    def test_looking_up_gives_what_one_would_work_out(self, steps: list[tuple[object, ...]]) -> None:
        with clock.pinned(START):
            company = Histories()
        taken: list[tuple[dt.datetime, Snapshot]] = []
        for number, step in enumerate(steps):
            at = START + dt.timedelta(hours=number + 1)
            with clock.pinned(at):
                company.do(step)
            taken.append((at, snapshot()))
        company.agrees(snapshot(), None)
        for at, then in taken:
            company.agrees(then, at)

    @settings(deadline=None, max_examples=times(5), suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS)
    def test_computing_all_of_it_at_once_gives_the_same(self, steps: list[tuple[object, ...]]) -> None:
        with clock.pinned(START):
            company = Histories()
            for step in steps:
                company.do(step)
            Rows().execute("delete from org_holder_span")
            assert fill(Rows()) > 0
            assert fill(Rows()) == 0
        company.agrees(snapshot(), None)


def test_a_row_is_never_edited_but_for_the_end_of_its_being_known(db: None) -> None:
    with clock.pinned(START):
        company = Histories()
        company.assign(0, 1, 0, 0, None)
    before = {row["id"]: row for row in Rows().select("select * from org_holder_span")}
    with clock.pinned(START + dt.timedelta(days=1)):
        company.relieve(0, 2)
    after = {row["id"]: row for row in Rows().select("select * from org_holder_span")}
    assert before.keys() < after.keys()
    assert {key: {**row, "known_to": None} for key, row in after.items() if key in before} == before
    assert any(row["known_to"] == START + dt.timedelta(days=1) for row in after.values())


def test_what_a_command_costs_does_not_depend_on_the_company(db: None) -> None:
    company = Histories()
    costs = []
    for number in range(2):
        for _ in range(15 * number):
            person = act("person.add", name="另")
            act("post.assign", company.posts[company.units[1], "clerk"], person=person, starts_on="2026-01-01")
        before = Rows.total
        company.assign(0, 1, number, 0, None)
        costs.append(Rows.total - before)
    assert costs[0] == costs[1]


def test_a_stretch_that_holds_no_time_is_no_row(db: None) -> None:
    with clock.pinned(START):
        company = Histories()
        company.assign(0, 0, 0, 1, None)
        company.relieve(0, -1)
    assert Rows().select("select from org_holder_span where isempty(valid)") == []
