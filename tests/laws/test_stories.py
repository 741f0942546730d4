"""Stories that the laws must tell right: written up late, corrected, moved by the hundred, erased."""

import datetime as dt
import json
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.models import Evidence, Obligation
from keguan.controls.queries import evidence as figures
from keguan.controls.sweep import sweep_all
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.agreement import compare
from keguan.kernel.journal.read import timeline
from keguan.kernel.journal.seal import seal_all
from keguan.kernel.journal.verify import verify
from tests.laws.company import START, Company

pytestmark = pytest.mark.django_db
CLOSE = "complaints#close"


def act(company: Company, who: str, verb: str, key: UUID | None, at: dt.datetime | None = None, **args: Any) -> UUID:
    ctx = Context(company.people[who], "page", happened_at=at)
    outcome = gate.run_one(ctx, verb, key, args)
    assert isinstance(outcome, Done), outcome
    return outcome.object


def opened(company: Company, at: dt.datetime | None = None, **more: Any) -> UUID:
    facts = {"kind": "complaint", "title": "到货破损", "unit": company.units["热线组"], "owner": company.people["季安"]}
    return act(company, "季安", "case.open", None, at, **facts, **more)


def clocks(case: UUID, control: str = CLOSE) -> list[Obligation]:
    return list(Obligation.objects.filter(object=case, control=control).order_by("opened_at"))


def shown(case: UUID, control: str = CLOSE) -> list[str]:
    return list(Evidence.objects.filter(object=case, control=control).order_by("id").values_list("outcome", flat=True))


def counted(case: UUID, control: str = CLOSE) -> list[str]:
    return list(
        figures.standing().filter(object=case, control=control).order_by("id").values_list("outcome", flat=True)
    )


def test_a_complaint_written_up_two_days_late_starts_its_clock_when_it_happened(company: Company) -> None:
    with clock.pinned(START + dt.timedelta(days=2)):
        case = opened(company, START)
        act(company, "季安", "case.accept", case, START + dt.timedelta(hours=1))
    [clock_] = clocks(case)
    assert clock_.opened_at == START + dt.timedelta(hours=1)
    # six days from the 9th end with the 15th, Shanghai time
    assert clock_.due_at == dt.datetime(2026, 2, 15, 16, tzinfo=dt.UTC)
    [event] = [passage for passage in timeline(case) if passage.verb == "case.accept"]
    assert event.recorded_at - event.happened_at > dt.timedelta(days=1)


def test_a_wrong_receipt_date_is_corrected_and_both_judgements_show(company: Company) -> None:
    with clock.pinned(START):
        case = opened(company, START - dt.timedelta(days=5))
        act(company, "季安", "case.accept", case, START - dt.timedelta(days=5))
    with clock.pinned(START + dt.timedelta(days=3)):
        sweep_all()
        assert [one.state for one in clocks(case)] == ["broken"]
        assert counted(case) == ["opened", "broken"]
        [accepted] = [passage for passage in timeline(case) if passage.verb == "case.accept"]
        act(company, "苏敏", "case.correct", case, event=accepted.id, actual_at=START, reason="收件日写早了五天")
        [clock_] = clocks(case)
        assert (clock_.state, clock_.opened_at) == ("running", START)
        assert "broken" not in counted(case), "the figures count what stands now"
        assert "broken" in shown(case), "what was judged first stays readable"
        breaches = [p for p in timeline(case) if p.verb == "obligation.break" and (CLOSE, "broken") in p.controls]
        assert len(breaches) == 1
        newest = timeline(case)[0]
        assert newest.corrects == (accepted.id, START - dt.timedelta(days=5), START)


def test_what_was_done_in_time_but_written_up_late_is_kept_after_all(company: Company) -> None:
    with clock.pinned(START):
        case = opened(company)
        act(company, "季安", "case.classify", case, kind="consultation")
        act(company, "季安", "case.accept", case)
    with clock.pinned(START + dt.timedelta(days=8)):
        sweep_all()
        assert counted(case)[-1] == "broken"
        done = START + dt.timedelta(days=4)
        act(company, "季安", "case.reply", case, done, reply_channel="phone", reply="已告知")
        act(company, "季安", "case.close", case, done)
    [clock_] = clocks(case)
    assert (clock_.state, clock_.met_at) == ("kept", done)
    assert counted(case) == ["opened", "kept"] and "broken" in shown(case)


def test_five_hundred_cases_are_reassigned_at_once_and_three_are_refused_with_their_clauses(company: Company) -> None:
    facts = {"kind": "complaint", "title": "到货破损", "unit": company.units["热线组"], "owner": company.people["季安"]}
    rated = {**facts, "severity": "ordinary"}
    with clock.pinned(START):
        given = [(None, facts if n in (7, 100, 400) else rated) for n in range(500)]
        outcomes = gate.run_set(Context(company.people["季安"], "page"), "case.open", given)[1]
        cases = [outcome.object for outcome in outcomes if isinstance(outcome, Done)]
        assert len(cases) == 500
        before = Rows.total
        moved = [(key, {"owner": company.people["唐果"]}) for key in cases]
        _, outcomes = gate.run_set(Context(company.people["苏敏"], "page"), "case.assign", moved)
        spent = Rows.total - before
    refused = {n: outcome for n, outcome in enumerate(outcomes) if isinstance(outcome, Refused)}
    assert sorted(refused) == [7, 100, 400], "whether they are serious is not known, so who consents is not either"
    for outcome in refused.values():
        [reason] = outcome.reasons
        assert reason.message.zh == "缺少“轻重”，无法判断是否允许"
        assert reason.citation is not None and (reason.citation.policy, reason.citation.clause) == ("clocks", "第八条")
    assert spent < 100, "five hundred cost no more statements than one"
    owners = Rows().select("select owner, count(*) as n from cases_case group by owner")
    assert {row["owner"]: row["n"] for row in owners}[company.people["唐果"]] == 497


def test_a_customer_is_erased_and_the_audit_is_sound_and_says_so(company: Company) -> None:
    with clock.pinned(START):
        customer = act(
            company, "季安", "customer.add", None, name="𠮷川机电有限公司", contact_name="单经理", remark="老客户"
        )
        case = opened(company, customer=customer, contact_name="单经理", description="单经理来电")
        act(company, "季安", "case.accept", case)
        act(company, "苏敏", "case.void", case, reason="误登")
        seal_all()
        outcome = gate.run_one(Context(None, "command_line"), "customer.erase", customer, {"why": "本人要求"})
        assert isinstance(outcome, Done), outcome
        seal_all()
        report, facts = verify(), compare()
    assert report.findings == [] and report.erased > 0
    assert facts.findings == [] and facts.erased > 0
    everything = json.dumps([
        row["text"]
        for table in ("kernel_event", "kernel_payload", "cases_case", "customers_customer", "customers_contact")
        for row in Rows().select(f"select to_jsonb(t)::text as text from {table} t")
    ], ensure_ascii=False)  # fmt: skip
    assert "𠮷川" not in everything and "单经理" not in everything
