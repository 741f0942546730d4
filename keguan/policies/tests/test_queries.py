"""What pages read of policies."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from keguan.kernel import clock
from keguan.policies.adoption import ensure_base
from keguan.policies.queries import policy_list, policy_page, version_list
from keguan.policies.tests.test_adoption import NOON, SYSTEM, at, run, shop
from keguan.policies.tests.test_adoption import _at_noon as _at_noon  # noqa: PLC0414 – the fixture


def test_the_list_shows_what_holds_and_what_was_replaced() -> None:
    ensure_base(run, SYSTEM)
    at(NOON + dt.timedelta(minutes=1), shop())
    with clock.pinned(NOON + dt.timedelta(hours=1)):
        rows = {(row.pack, row.state): row for row in policy_list()}
    assert set(rows) == {("shop", "in_force"), ("base", "replaced")}
    assert rows["shop", "in_force"].controls == 1


def test_a_policy_reads_as_its_clause_tree() -> None:
    ensure_base(run, SYSTEM)
    with clock.pinned(NOON + dt.timedelta(hours=1)):
        page = policy_page("access")
    assert page
    assert [clause.number for clause in page.clauses] == ["第一条", "第二条", "第三条"]
    assert [clause.is_statement for clause in page.clauses] == [True, False, False]
    assert (page.running, page.statements, page.unconfigured) == (2, 1, 0)
    control, imports = page.clauses[2].controls
    assert (control.key, imports.key) == ("access#administration", "access#own-imports")
    assert "系统管理员" in control.says.zh
    assert policy_page("nothing") is None


def test_versions_can_be_read_before_and_after_their_days() -> None:
    at(NOON, shop())
    at(NOON, shop("person.add, person.change"), effective_on=dt.date(2026, 4, 1))
    with clock.pinned(NOON + dt.timedelta(hours=1)):
        states = [(row.number, row.state) for row in version_list("access")]
        first, second = policy_page("access"), policy_page("access", 2)
    assert states == [(2, "announced"), (1, "in_force")]
    assert first
    assert second
    assert first.version.number == 1
    assert "变更" not in first.clauses[0].controls[0].says.zh
    assert first.clauses[0].controls[0].says != second.clauses[0].controls[0].says
    with clock.pinned(NOON + dt.timedelta(days=40)):
        assert [row.state for row in version_list("access")] == ["in_force", "ended"]


def test_a_page_costs_the_same_for_any_number_of_clauses() -> None:
    ensure_base(run, SYSTEM)
    with clock.pinned(NOON + dt.timedelta(hours=1)):
        policy_page("access")
        with CaptureQueriesContext(connection) as queries:
            policy_page("access")
        assert len(queries) <= 3
