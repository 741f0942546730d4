"""A sweep that comes late, twice or never leaves the same judgements as one that comes at every moment that matters."""

import datetime as dt

import pytest
from hypothesis import example, given

from tests.laws.company import Company
from tests.laws.conftest import tried
from tests.laws.histories import CUSTOMER, DAY, HOUR, Act, Calendar, Decide, History, Move, Succeed, histories
from tests.laws.running import How, left, lived, with_sweeps

pytestmark = pytest.mark.django_db


OPENED = Act("季安", "case.open", None, {"kind": "complaint", "title": "到货破损", "unit": "热线组", "owner": "季安"})
WEEK = 7 * DAY
SERIOUS = Act("季安", "case.open", None, {**OPENED.args, "severity": "serious"})
HANDED_ON = Act("季安", "case.assign", 0, {"owner": "苏敏"})
TAKEN = Act("苏敏", "case.accept", 0)
ASKED_BACK = Act("苏敏", "case.complete", 0, {"demand": "换货"})
MORNINGS = {"week": {"MON-SAT": ["08:00-12:00"]}}
THEIRS = Act("季安", "case.open", None, {**OPENED.args, "customer": CUSTOMER})


@given(history=histories())
@example(
    history=History(((0, OPENED), (WEEK, Succeed("苏敏", "唐果"))), 0)
)  # a week's clock, opened late, changes hands
@example(
    history=History(((0, THEIRS), (DAY, Move("上海")), (3 * DAY, Move("杭州")), (DAY, Move("上海"))), WEEK)
)  # clocks that hang on a customer start, are broken, end and start again
@example(
    history=History(((0, SERIOUS), (0, HANDED_ON), (3 * DAY, Decide("何川", "approval.consent"))), 0)
)  # a request whose time ran out is decided on
@example(
    history=History(
        (
            (0, OPENED),
            (0, TAKEN),
            (DAY, Calendar(MORNINGS)),
            (DAY, ASKED_BACK),
            (8 * HOUR, Act("苏敏", "case.note", 0, {"text": "客户来电"})),
        ),
        21 * DAY,
    )
)  # a clock that another calendar moved stands still and goes on
@tried()
def test_the_sweep_may_come_late_twice_or_never(company: Company, history: History) -> None:
    with lived(company, history) as life:
        never = left(life)
    with lived(company, history, with_sweeps(dt.timedelta(hours=9), 2, is_prompt=True)) as life:
        often = left(life)
    with lived(company, history, with_sweeps(dt.timedelta(days=7))) as life:
        weekly = left(life)
    assert never == often
    assert never == weekly


@given(history=histories())
@tried(2)
def test_the_same_history_gives_the_same(company: Company, history: History) -> None:
    with lived(company, history, How()) as life:
        one = left(life)
    with lived(company, history, How()) as life:
        assert left(life) == one
