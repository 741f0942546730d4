"""Calendars stand in rulebooks: setting one enters a new rulebook, as setting a parameter does."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Outcome, Refused
from keguan.kernel.commands.rows import Rows
from keguan.org.calendars import STANDARD
from keguan.org.models import Calendar
from keguan.policies import compiling
from keguan.policies.adoption import ensure_base
from keguan.policies.rulebooks import current, current_number, forget, rulebook
from keguan.policies.tests.test_adoption import NOON, SYSTEM, run

FRIDAY, SATURDAY = dt.date(2026, 10, 9), dt.date(2026, 10, 17)
LATER = NOON + dt.timedelta(seconds=3)


def act(verb: str, key: UUID | None = None, **args: Any) -> UUID:
    outcome = attempt(verb, key, **args)
    assert isinstance(outcome, Done), outcome
    return outcome.object


def attempt(verb: str, key: UUID | None = None, **args: Any) -> Outcome:
    return run(SYSTEM, verb, [(key, args)])[0]


def refusal(verb: str, key: UUID | None = None, **args: Any) -> str:
    outcome = attempt(verb, key, **args)
    assert isinstance(outcome, Refused), outcome
    assert outcome.reasons[0].cure is not None
    return outcome.reasons[0].message.zh


def works(day: dt.date, unit: UUID | None = None, person: UUID | None = None, at: dt.datetime = LATER) -> int:
    """Minutes worked on a day."""
    windows = current(at).calendars.of(unit=unit, person=person).day(day).hours
    return sum(one.end - one.start for one in windows) // 60


class Firm:
    def __init__(self) -> None:
        act("company.found", name="青禾软件")
        ensure_base(run, SYSTEM)
        self.calendar = Calendar.objects.get().id
        self.head = act("unit.open", name="总部")
        self.service = act("unit.open", name="客服部", parent=self.head)
        self.team = act("unit.open", name="热线组", parent=self.service)
        self.person = act("person.add", name="季安")
        role = act("role.declare", code="agent", zh="客服")
        post = act("post.establish", unit=self.team, role=role)
        act("post.assign", post, person=self.person, starts_on="2020-01-01")


@pytest.fixture
def firm(db: None) -> Iterator[Firm]:
    forget()
    with clock.pinned(NOON):
        yield Firm()
    forget()


def test_the_companys_calendar_counts_from_a_new_rulebook(firm: Firm) -> None:
    before = current_number(LATER)
    assert rulebook(before).calendars.of() == STANDARD
    act("calendar.set", firm.calendar, spec={"week": {"MON-FRI": ["09:00-12:00"]}})
    assert current_number(NOON + dt.timedelta(seconds=1)) == before, "running commands never meet a new rulebook"
    assert works(FRIDAY) == 180
    assert works(FRIDAY, at=NOON + dt.timedelta(seconds=1)) == 450
    assert rulebook(before).calendars.of() == STANDARD, "what was in force stays as it was"


def test_units_and_people_differ_and_inherit(firm: Firm) -> None:
    act("calendar.add", unit=firm.service, spec={"week": {"SAT": ["10:00-16:00"]}})
    mine = act("calendar.add", person=firm.person, spec={"week": {"FRI": ["10:00-12:00"]}})
    assert [works(SATURDAY, unit) for unit in (None, firm.head, firm.service, firm.team)] == [0, 0, 360, 360]
    assert works(FRIDAY, firm.team) == 450
    assert (works(FRIDAY, None, firm.person), works(SATURDAY, None, firm.person)) == (120, 360)
    assert Calendar.objects.get(id=mine).unit_id == firm.team, "his post's unit is what his hours differ from"
    act("calendar.withdraw", mine)
    assert works(FRIDAY, None, firm.person) == 450


def test_days_apart_and_shift_plans(firm: Firm) -> None:
    act("calendar.add_days", firm.calendar, on="2026-10-09", name="厂庆")
    assert works(FRIDAY) == 0
    act("calendar.add_days", firm.calendar, on="2026-12-31", hours="上午", name="盘点")
    assert works(dt.date(2026, 12, 31)) == 180
    mine = act("calendar.add", person=firm.person, spec={"week": {"MON-FRI": ["09:00-18:00"]}})
    act("calendar.roster", mine, on="2026-10-05", to="2026-10-11", shifts="08:00-16:00；22:00-06:00;休")
    assert [works(dt.date(2026, 10, day), None, firm.person) for day in range(5, 12)] == [480, 480, 0, 480, 480, 0, 480]
    act("calendar.roster", mine, on="2026-10-06", to="2026-10-06", shifts="休")
    assert works(dt.date(2026, 10, 6), None, firm.person) == 0


def test_moving_and_opening_units_moves_their_calendar(firm: Firm) -> None:
    before = current_number(LATER)
    act("unit.open", name="销售部", parent=firm.head)
    assert current_number(LATER) == before, "no calendar hangs on it"
    act("calendar.add", unit=firm.service, spec={"week": {"SAT": ["10:00-16:00"]}})
    new = act("unit.open", name="现场组", parent=firm.service)
    assert works(SATURDAY, new) == 360
    act("unit.change", firm.team, parent=str(firm.head))
    assert (works(SATURDAY, firm.team), works(SATURDAY, new)) == (0, 360)
    number = current_number(LATER)
    act("unit.change", firm.head, name="本部")
    assert current_number(LATER) == number


def test_a_list_of_calendars_is_one_rulebook(firm: Firm) -> None:
    people = [act("person.add", name=name) for name in "甲乙丙"]
    before = current_number(LATER)
    spec: dict[str, Any] = {"week": {"MON": []}}
    outcomes = run(SYSTEM, "calendar.add", [(None, {"person": person, "spec": spec}) for person in people])
    assert all(isinstance(outcome, Done) for outcome in outcomes)
    assert current_number(LATER) == before + 1
    assert all(works(dt.date(2026, 10, 12), None, person) == 0 for person in people)


def test_another_roster_compiles_nothing(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = act("calendar.add", person=firm.person, spec={"week": {"FRI": ["10:00-12:00"]}})
    known = current(LATER)
    assert known.controls

    def never(*_args: object) -> None:
        raise AssertionError("compiled anew")

    monkeypatch.setattr(compiling, "compile_controls", never)
    act("calendar.roster", mine, on="2026-10-05", to="2026-10-11", shifts="08:00-16:00")
    found = current(LATER)
    assert found.number == known.number + 1
    assert found.hash != known.hash
    assert found.controls is known.controls and found.cache is known.cache
    assert found.calendars != known.calendars


def test_what_cannot_run_is_refused_kindly(firm: Firm) -> None:
    number = current_number(LATER)
    assert "week.MON" in refusal("calendar.set", firm.calendar, spec={"week": {"MON": ["25:00-12:00"]}})
    assert "看不懂时段" in refusal("calendar.roster", firm.calendar, on="2026-10-05", to="2026-10-11", shifts="早班")
    assert "终止日" in refusal("calendar.add_days", firm.calendar, on="2026-10-05", to="2026-10-01")
    assert "谁的日历" in refusal("calendar.add", spec={"week": {"MON": []}})
    assert "总要有日历" in refusal("calendar.withdraw", firm.calendar)
    act("calendar.add", unit=firm.team, spec={"week": {"MON": []}})
    assert "已经有一份" in refusal("calendar.add", unit=firm.team, spec={"week": {"TUE": []}})
    act("calendar.add", person=firm.person, spec={"week": {"MON": []}})
    assert "自己的日历" in refusal("calendar.add", person=firm.person, spec={"week": {"TUE": []}})
    assert current_number(LATER) == number + 2


def test_a_company_elsewhere_keeps_its_own_time(db: None) -> None:
    forget()
    with clock.pinned(NOON):
        act("company.found", name="Tokyo Shop", zone="Asia/Tokyo")
        ensure_base(run, SYSTEM)
        assert current(NOON).calendars.of().zone_name == "Asia/Tokyo"
    forget()


def test_entering_costs_the_same_for_many_calendars(firm: Firm) -> None:
    def cost(count: int) -> int:
        people = [act("person.add", name=f"{count}-{number}") for number in range(count)]
        before = Rows.total
        run(SYSTEM, "calendar.add", [(None, {"person": who, "spec": {"week": {"MON": []}}}) for who in people])
        return Rows.total - before

    cost(1)
    assert cost(1) == cost(12)
