"""A sweep that comes late, twice or never leaves the same judgements as one that comes by every minute that matters."""

import datetime as dt

import pytest
from hypothesis import given

from tests.laws.company import Company
from tests.laws.conftest import tried
from tests.laws.histories import History, histories
from tests.laws.running import How, left, lived, with_sweeps

pytestmark = pytest.mark.django_db


@given(history=histories())
@tried()
def test_the_sweep_may_come_late_twice_or_never(company: Company, history: History) -> None:
    with lived(company, history) as life:
        never = left(life)
    with lived(company, history, with_sweeps(dt.timedelta(hours=1), 2)) as life:
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
