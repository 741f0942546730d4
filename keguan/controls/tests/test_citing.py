"""What no policy may lift is refused with the clause under which the record stands, where one in force says so."""

import json
from typing import Any

from keguan.controls import gate
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import Firm
from keguan.controls.tests.test_overrides import GRANTS, With, asked
from keguan.controls.tests.test_registers import GRANT, SLIP, SOON, noted
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Citation, Reason, Refused, Waiting
from keguan.kernel.commands.rows import Rows


def reason(outcome: Any) -> Reason:
    assert isinstance(outcome, Refused), outcome
    [found] = outcome.reasons
    assert found.kind == "invariant"
    return found


def said(found: Citation | None) -> tuple[str, str] | None:
    return None if found is None else (found.clause, found.control)


def kept() -> dict[str, Any]:
    """The clause of the last attempt's reason, as the journal keeps it."""
    [row] = Rows().select("select envelope from kernel_attempt order by id desc limit 1")
    [found] = json.loads(row["envelope"])["reasons"]
    clause: dict[str, Any] = found["clause"] or {}
    return clause


def test_a_request_that_was_decided_cites_the_clause_that_asked_for_it(firm: Firm) -> None:
    waiting = firm.do("苏敏", "case.assign", firm.accepted(), owner=firm.people["唐果"])
    assert isinstance(waiting, Waiting)
    firm.must("何川", "approval.reject", waiting.approval, comment="不必")
    ctx = Context(firm.people["何川"], "page")
    before = gate.preview(ctx, "approval.consent", waiting.approval, {})
    told = reason(firm.do("何川", "approval.consent", waiting.approval))
    assert said(told.citation) == ("第六条", "reassign")
    assert before.reasons == [told], "the preview says what the command says"
    assert (kept()["clause"], kept()["control"]) == ("第六条", "reassign")


def test_an_exception_cites_the_clause_from_which_it_is_one(firm_with: With) -> None:
    firm = firm_with(GRANTS)
    told = reason(firm.do("苏敏", "override.confirm", asked(firm, firm.accepted())))
    assert said(told.citation) == ("第一条", "frozen")


def test_a_register_cites_the_clause_that_declares_it(club: Firm) -> None:
    shop.enact(SLIP, grant=GRANT)
    with clock.pinned(SOON):
        slip = noted(club)
        club.must("苏敏", "return_note.pass_on", slip, copy=2)
        told = reason(club.do("苏敏", "return_note.pass_on", slip, copy=2))
    assert told.citation is not None
    assert told.citation.control == "slips"


def test_where_no_control_says_so_nothing_is_cited(firm: Firm) -> None:
    case = firm.found()
    firm.must("韩立", "case.settle", case, amount="100", handling="discount")
    firm.must("苏敏", "case.reply", case, reply_channel="phone", reply="好")
    firm.must("苏敏", "case.close", case)
    told = reason(firm.do("苏敏", "case.classify", case, severity="serious"))
    assert told.citation is None
    assert kept() == {}
