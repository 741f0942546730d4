"""Who is found by what somebody types of a name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keguan.org.searching import search_people
from keguan.org.tests.conftest import Firm, act


@pytest.fixture
def named(firm: Firm) -> Firm:
    """With people whose names are read in two ways, written in the other script, or not Chinese."""
    for name, code in (("曾小贤", "S-071"), ("歐陽娜", None), ("Anna Lee", None), ("贤小满", None)):
        act("person.add", name=name, code=code)
    gone = act("person.add", name="曾离职", joined_on="2020-01-01")
    act("person.leave", gone, left_on="2020-02-01")
    return firm


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("唐", ["唐果"]),
        ("tangguo", ["唐果"]),
        ("TangG", ["唐果"]),
        ("tg", ["唐果"]),
        ("guo", ["唐果"]),
        ("tguo", ["唐果"]),
        ("zengxiaoxian", ["曾小贤"]),
        ("cengxx", ["曾小贤"]),
        ("xian", ["贤小满", "曾小贤"]),
        ("欧阳", ["歐陽娜"]),
        ("ouyang", ["歐陽娜"]),
        ("anna l", ["Anna Lee"]),
        ("s-07", ["曾小贤"]),
        ("tanggou", []),
        ("%", []),
    ],
)
def test_people_are_found(named: Firm, text: str, found: list[str]) -> None:
    assert [row.name for row in search_people(text)] == found


def test_who_has_left_is_not_found_and_many_cost_as_much_as_one(named: Firm) -> None:
    counts = []
    for text in ("zeng", "", "nobody"):
        with CaptureQueriesContext(connection) as seen:
            found = search_people(text)
        counts.append((len(seen), "曾离职" in {row.name for row in found}))
    assert counts == [(3, False), (3, False), (1, False)]
