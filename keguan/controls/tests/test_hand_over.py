"""A hand-over gives everything open to others, one command per record under the policies; what is refused stays."""

from collections.abc import Callable

import pytest

from keguan.controls import queries
from keguan.controls.gate import run_one
from keguan.controls.models import Approval, Obligation
from keguan.controls.tests.conftest import SYSTEM, Firm
from keguan.controls.tests.test_live import reasons
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.rows import Rows

STAYS = """
- prohibition: {id: serious-stays, of: case.assign, when: {title: 留给本人}}
- access: {id: movers, who: manager, may: [person.hand_over, customer.assign], see: [person, customer], scope: all}
"""
With = Callable[[str], Firm]


def owners(table: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in Rows().select(
        f"select p.name, t.id::text from {table} t join org_person p on p.id = t.owner order by t.id"
    ):
        found.setdefault(row["name"], []).append(row["id"])
    return found


def test_everything_open_goes_over_in_turn_and_what_is_refused_stays_with_its_clause(firm_with: With) -> None:
    firm = firm_with(STAYS)
    cases = [firm.accepted() for _ in range(6)]
    serious = [firm.accepted(title="留给本人") for _ in range(3)]
    customer = firm.must("季安", "customer.add", None, name="大客户", kind="organisation", owner=firm.people["季安"])
    outcome = run_one(
        SYSTEM, "person.hand_over", firm.people["季安"], {"to": [firm.people["唐果"], firm.people["苏敏"]]}
    )
    assert isinstance(outcome, Done), outcome
    found = owners("cases_case")
    assert sorted(found["唐果"] + found["苏敏"]) == sorted(map(str, cases))
    assert len(found["唐果"]) == len(found["苏敏"]) == 3
    assert found["季安"] == [str(key) for key in serious]
    assert owners("customers_customer") == {"唐果": [str(customer)]}
    said = queries.handed_over(outcome.event, firm.people["季安"])
    assert (said.done, said.waiting, said.open) == (7, 0, 0)
    assert [one.object for one in said.refused] == serious
    [clause] = {reason.citation.control for one in said.refused for reason in one.reasons if reason.citation}
    assert clause == "serious-stays"
    assert said.kept == ()
    for key in cases:
        [owed] = Obligation.objects.filter(object=key, state="running")
        assert owed.people != [firm.people["季安"]], "obligations follow their records"


def test_each_record_has_an_event_of_its_own_under_one_set_command(firm: Firm) -> None:
    for _ in range(3):
        firm.accepted()
    firm.system("person.hand_over", firm.people["季安"], to=[firm.people["唐果"]])
    rows = Rows().select("select batch, caused_by from kernel_event where verb = 'case.assign'")
    assert len(rows) == 3
    assert len({row["batch"] for row in rows}) == 1 and rows[0]["batch"] is not None


def test_under_a_policy_that_asks_consent_it_is_asked(firm_with: With) -> None:
    firm = firm_with(STAYS)
    keys = [firm.accepted() for _ in range(2)]
    outcome = firm.do("苏敏", "person.hand_over", firm.people["季安"], to=[firm.people["唐果"]])
    assert isinstance(outcome, Done), outcome
    assert queries.handed_over(outcome.event, firm.people["季安"]).waiting == 2
    assert owners("cases_case") == {"季安": [str(key) for key in keys]}
    assert Approval.objects.filter(state="waiting", verb="case.assign").exists()


def test_what_is_his_by_his_post_is_named(firm: Firm) -> None:
    firm.do("苏敏", "case.settle", firm.found(), amount="3200", handling="discount")
    outcome = run_one(SYSTEM, "person.hand_over", firm.people["何川"], {"to": [firm.people["唐果"]]})
    assert isinstance(outcome, Done)
    [kept] = queries.handed_over(outcome.event, firm.people["何川"]).kept
    assert kept.what == "approval"
    assert "岗位" in kept.reasons[0].message.zh


@pytest.mark.parametrize("whose", ["季安"])
def test_nobody_hands_over_to_himself(firm: Firm, whose: str) -> None:
    outcome = run_one(SYSTEM, "person.hand_over", firm.people[whose], {"to": [firm.people[whose]]})
    assert "不能移交给本人" in reasons(outcome)
