"""The journal accounts for everything: folding it gives the tables, and it is as it was sealed."""

import pytest
from hypothesis import given

from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.agreement import compare
from keguan.kernel.journal.seal import seal_all
from keguan.kernel.journal.verify import verify
from tests.laws.company import Company
from tests.laws.conftest import tried
from tests.laws.histories import History, histories
from tests.laws.running import left, lived

pytestmark = pytest.mark.django_db
UNDUE = """
    select c.code, c.due_at from cases_case c where c.due_at <> coalesce(
        (select min(o.due_at) from controls_obligation o where o.object = c.id and o.state in ('running', 'broken')),
        '9999-12-31 00:00:00+00')
"""


@given(history=histories())
@tried()
def test_folding_the_journal_gives_the_tables(company: Company, history: History) -> None:
    with lived(company, history) as life:
        left(life)
        report = compare()
        assert [one.as_json() for one in report.findings] == []
        assert Rows().select(UNDUE) == [], "a case is due when its nearest open clock is"
        seal_all()
        assert verify().findings == []
