import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.org import directory
from keguan.org.tests.conftest import Firm, act

NOW = dt.datetime(2026, 5, 20, 10, tzinfo=COMPANY_ZONE)


def day(text: str, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(hour), COMPANY_ZONE)


def names(firm: Firm, people: tuple[UUID, ...]) -> list[str]:
    by_id = {key: name for name, key in firm.people.items()}
    return [by_id[person] for person in people]


def test_a_profile_has_roles_units_and_all_below(firm: Firm) -> None:
    person = firm.people["苏敏"]
    profile = directory.profiles(Rows(), [person], NOW)[person]
    assert profile.name == "苏敏"
    assert profile.roles == {"service_manager"}
    assert profile.units == profile.heads == {firm.units["客服部"]}
    assert profile.units_below == {firm.units[name] for name in ("客服部", "热线组", "现场组")}
    assert profile.role_units == {("service_manager", firm.units["客服部"])}


def test_nobody_is_left_out_silently_but_those_who_do_not_exist(firm: Firm) -> None:
    unknown = UUID(int=1)
    without_post = firm.person("新人")
    found = directory.profiles(Rows(), [unknown, without_post], NOW)
    assert set(found) == {without_post}
    assert found[without_post].roles == frozenset()


@pytest.mark.parametrize(
    ("on", "holds"),
    [("2026-02-28", False), ("2026-03-01", True), ("2026-05-31", True), ("2026-06-01", False)],
)
def test_a_post_is_held_from_its_first_day_to_before_its_last(firm: Firm, on: str, holds: bool) -> None:
    firm.holds("白露", "销售部", "sales_dept_manager", starts="2026-03-01", ends="2026-06-01", head=True)
    for hour in (0, 23):
        found = directory.holders(Rows(), [("sales_dept_manager", None)], day(on, hour))
        assert names(firm, found["sales_dept_manager", None]) == (["白露"] if holds else [])


def test_days_are_those_of_the_company(firm: Firm) -> None:
    firm.holds("白露", "销售部", "sales_dept_manager", starts="2026-03-01")
    pair = ("sales_dept_manager", None)
    before = dt.datetime(2026, 2, 28, 15, 59, tzinfo=dt.UTC)
    assert directory.holders(Rows(), [pair], before)[pair] == ()
    assert directory.holders(Rows(), [pair], before + dt.timedelta(minutes=1))[pair] == (firm.people["白露"],)


def test_who_left_holds_nothing(firm: Firm) -> None:
    act("person.leave", firm.people["苏敏"], left_on="2026-05-01")
    person = firm.people["苏敏"]
    assert directory.profiles(Rows(), [person], day("2026-04-30"))[person].roles == {"service_manager"}
    assert directory.profiles(Rows(), [person], day("2026-05-01"))[person].roles == frozenset()


def test_posts_of_a_closed_unit_are_held_by_nobody(firm: Firm) -> None:
    act("unit.close", firm.units["销售部"], closed_on="2026-05-01")
    pair = ("salesperson", None)
    assert directory.holders(Rows(), [pair], day("2026-04-30"))[pair] != ()
    assert directory.holders(Rows(), [pair], day("2026-05-01"))[pair] == ()


def test_a_role_is_looked_for_in_the_unit_then_above(firm: Firm) -> None:
    pairs: list[directory.Pair] = [
        ("service_person", firm.units["现场组"]),
        ("service_person", firm.units["客服部"]),
        ("service_manager", firm.units["热线组"]),
        ("general_manager", firm.units["热线组"]),
        ("salesperson", firm.units["热线组"]),
        ("service_person", None),
        ("nobody", None),
    ]
    found = directory.holders(Rows(), pairs, NOW)
    assert [names(firm, found[pair]) for pair in pairs] == [
        ["唐果"], [], ["苏敏"], ["高岚"], [], ["唐果", "季安"], [],
    ]  # fmt: skip


def test_heads_and_while_nobody_heads_a_unit_those_above(firm: Firm) -> None:
    asked = [firm.units[name] for name in ("总部", "客服部", "热线组", "现场组", "销售部")]
    found = directory.heads(Rows(), asked, NOW)
    assert [names(firm, found[unit]) for unit in asked] == [["高岚"], ["苏敏"], ["苏敏"], ["罗平"], ["高岚"]]


def test_superiors(firm: Firm) -> None:
    firm.person("新人")
    expected = {
        "季安": ["苏敏"],
        "唐果": ["罗平"],
        "罗平": ["苏敏"],
        "苏敏": ["高岚"],
        "高岚": [],
        "韩立": ["高岚"],
        "新人": ["高岚"],
    }
    found = directory.superiors(Rows(), list(firm.people.values()), NOW)
    assert {name: names(firm, found[firm.people[name]]) for name in expected} == expected


def test_a_superior_on_leave_from_his_post_is_climbed_over(firm: Firm) -> None:
    act("post.relieve", firm.posts["现场组", "team_leader"], person=firm.people["罗平"], ends_on="2026-05-01")
    found = directory.superiors(Rows(), [firm.people["唐果"]], NOW)
    assert names(firm, found[firm.people["唐果"]]) == ["苏敏"]


def test_who_heads_two_units_has_the_next_other_head_above_him(firm: Firm) -> None:
    firm.holds("苏敏", "热线组", "team_leader", head=True)
    found = directory.superiors(Rows(), [firm.people["苏敏"]], NOW)
    assert names(firm, found[firm.people["苏敏"]]) == ["高岚"]


def test_the_number_of_statements_does_not_depend_on_the_list(firm: Firm) -> None:
    for number in range(30):
        firm.holds(f"员工{number}", "热线组", "service_person")
    everybody, every_unit = list(firm.people.values()), list(firm.units.values())
    rows = Rows()
    for some in (1, len(everybody)):
        before = Rows.total
        directory.profiles(rows, everybody[:some], NOW)
        directory.superiors(rows, everybody[:some], NOW)
        directory.heads(rows, every_unit[:some], NOW)
        directory.holders(rows, [("service_person", unit) for unit in every_unit[:some]], NOW)
        assert Rows.total - before == 5


def test_empty_questions_have_empty_answers(firm: Firm) -> None:
    rows = Rows()
    assert directory.profiles(rows, [], NOW) == {}
    assert directory.holders(rows, [], NOW) == {}
    assert directory.heads(rows, [], NOW) == {}
    assert directory.superiors(rows, [], NOW) == {}


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 20))


class Stretches(TestCase):
    """Whatever stretches are given, the directory says what the calendar says."""

    @settings(deadline=None, max_examples=25)
    @given(st.lists(st.tuples(DAYS, st.none() | st.integers(1, 8)), max_size=6), DAYS)
    def test_holders_are_those_whose_stretch_holds_the_day(
        self, stretches: list[tuple[dt.date, int | None]], asked: dt.date
    ) -> None:
        firm = Firm()
        firm.unit("店")
        expected = set()
        for number, (start, length) in enumerate(stretches):
            end = start + dt.timedelta(days=length) if length else None
            firm.holds(f"人{number}", "店", "clerk", starts=start.isoformat(), ends=end.isoformat() if end else None)
            if start <= asked and (end is None or asked < end):
                expected.add(f"人{number}")
        at = dt.datetime.combine(asked, dt.time(9), COMPANY_ZONE)
        found = directory.holders(Rows(), [("clerk", None)], at)["clerk", None]
        assert set(names(firm, found)) == expected
