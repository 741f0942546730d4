"""With the live tables dropped, journal and mirror give back what they held, row for row."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keguan.controls.batch.lived import lived
from keguan.controls.batch.recount import compared, recount
from keguan.controls.batch.tests.test_recount import dropped
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.tried import OFTEN
from keguan.kernel import clock
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import follow, opened
from keguan.policies import rulebooks
from tests.laws.company import START, Company
from tests.laws.conftest import tried
from tests.laws.founded import Founded
from tests.laws.histories import History, histories
from tests.laws.running import How, Life


@pytest.fixture
def settled(transactional_db: None) -> Iterator[tuple[Company, Founded]]:
    """The company, committed: the mirror reads through a connection of its own."""
    company, founded = Company(), Founded()
    yield company, founded
    founded.forget()
    rulebooks.forget()


# judging costs what the rulebook is long, hardly what happened: many histories are recounted together
SEVERAL = 30 if OFTEN else 12


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@given(several=st.lists(histories(), min_size=SEVERAL // 2, max_size=SEVERAL))
@tried(1, together=SEVERAL)
def test_the_mirror_gives_the_live_tables_back(settled: tuple[Company, Founded], several: list[History]) -> None:
    company, founded = settled
    founded.put_back()
    rulebooks.forget()
    company.begins_at = START
    for history in several:
        life = Life(company, How())
        life.live(history)
        company.begins_at = life.now
    with clock.pinned(company.begins_at), tempfile.TemporaryDirectory() as place:
        sweep_all()
        seal_all()
        follow(Path(place))
        live = lived(company.begins_at)
        with opened(Path(place)) as mirror, dropped():
            counted = recount(mirror, company.begins_at)
            assert [one.as_json() for one in compared(mirror, counted, live)] == []
            assert counted.obligations == live.obligations
            assert counted.evidence == live.evidence
