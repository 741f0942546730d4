"""Consultations, suggestions and services: short courses, mostly in time."""

import datetime as dt
from collections.abc import Generator

from keguan.cli.demo.acting import Act, Course
from keguan.cli.demo.firm import Firm
from keguan.cli.demo.hours import later
from keguan.kernel.commands.outcomes import Outcome

DAY = 7.5 * 60


def consultation(firm: Firm, name: str, opened_at: dt.datetime) -> Course:
    """A question: answered within hours, or not."""
    chance, agent = firm.chance(name), firm.chance(name, "agent").pick(("cheng_agent", "su_agent"))
    customer = {"customer": chance.pick(firm.customers)} if chance.often(0.85) else {}
    given = {"kind": "consultation", "channel": chance.weighed({"phone": 5, "online": 4, "visit": 1}),
             "title": chance.pick(firm.words["consultations"]), "severity": "ordinary", **customer}  # fmt: skip
    yield Act(opened_at, agent, "case.open", None, given, name)
    at = later(opened_at, chance.minutes(12))
    yield Act(at, agent, "case.accept", name)
    if chance.often(0.03):
        # a fee for advice: the policy forbids it
        at = later(at, 5)
        yield Act(at, "zhou_sales", "case.settle", name, {"amount": 200, "handling": "none"})
    is_late = chance.often(0.09 * firm.load(at))
    at = later(at, DAY * 1.2 if is_late else chance.minutes(50) * firm.haste(at))
    answer = {"reply_channel": chance.weighed({"phone": 7, "written": 3}), "reply": chance.pick(firm.words["answers"])}
    yield Act(at, "shi_marketing", "case.reply", name, {**answer, "is_accepted": True})
    at = later(at, chance.minutes(30))
    yield Act(at, agent, "case.close", name)


def suggestion(firm: Firm, name: str, opened_at: dt.datetime) -> Course:
    """An idea: noted, weighed, answered."""
    chance, agent = firm.chance(name), firm.chance(name, "agent").pick(("cheng_agent", "su_agent"))
    given = {"kind": "suggestion", "channel": chance.weighed({"survey": 5, "online": 3, "phone": 2}),
             "customer": chance.pick(firm.customers), "title": chance.pick(firm.words["suggestions"])}  # fmt: skip
    yield Act(
        opened_at, agent, "case.open", None, given | ({"severity": "ordinary"} if chance.often(0.9) else {}), name
    )
    at = later(opened_at, chance.minutes(90))
    yield Act(at, agent, "case.accept", name)
    if chance.often(0.6):
        at = later(at, chance.minutes(60))
        yield Act(at, agent, "case.note", name, {"text": "已转研发部评估"})
    at = later(at, chance.minutes(DAY * 1.5))
    channel = chance.weighed({"phone": 6, "written": 3, "visit": 1})
    answer = {"reply_channel": channel, "reply": chance.pick(firm.words["answers"]), "is_accepted": True}
    yield Act(at, "shi_marketing", "case.reply", name, answer)
    at = later(at, chance.minutes(60))
    yield Act(at, agent, "case.close", name)


def service(firm: Firm, name: str, at: dt.datetime) -> Course:
    """A call at the customer's with its voucher; what he pays goes to finance; what he thinks of it is asked."""
    chance, asking = firm.chance(name), firm.chance(name, "survey")
    request = {"customer": chance.pick(firm.customers), "request": chance.pick(firm.words["requests"])}
    yield Act(at, "cheng_agent", "service_request.open", None, request, name)
    agent, survey = asking.pick(("cheng_agent", "su_agent")), f"{name}_survey"
    mailing = {"service_request": name, "customer": request["customer"]}
    is_forgotten = asking.often(0.07)
    if not is_forgotten:
        at = later(at, asking.minutes(60))
        yield Act(at, agent, "survey_form.open", None, mailing, survey)
    at = later(at, DAY * 2.4 if chance.often(0.12) else chance.minutes(120))
    voucher = {"voucher_no": f"V-{chance.between(1000, 9999)}"}
    yield Act(at, "han_technician", "service_request.draw_voucher", name, voucher)
    at = later(at, chance.minutes(DAY))
    yield Act(at, "han_technician", "service_request.bring_back", name)
    done = {"content": "已处理，客户签字确认"} if chance.often(0.85) else {}
    at = later(at, 20)
    yield Act(at, "han_technician", "service_request.archive", name, done)
    if chance.often(0.5):
        at = yield from _paid(firm, name, at)
    if is_forgotten:
        at = later(at, DAY * 3)
        yield Act(at, agent, "survey_form.open", None, mailing, survey)
    if asking.often(0.6):
        grades = {"excellent": 4, "good": 5, "fair": 2, "poor": 1}
        asked = ("attitude", "technique", "arrival", "promises")
        at = later(at, DAY * 2 + asking.minutes(DAY * 3))
        yield Act(at, agent, "survey_form.take_back", survey, {about: asking.weighed(grades) for about in asked})


def _paid(firm: Firm, name: str, at: dt.datetime) -> Generator[Act, Outcome | None, dt.datetime]:
    """What the customer pays, as far as finance; when that was done."""
    chance, income = firm.chance(name, "paid"), f"{name}_income"
    fee = chance.pick((80, 120, 160, 200))
    at = later(at, 10)
    yield Act(at, "han_technician", "service_income.open", None, {"service_request": name, "amount": fee}, income)
    at = later(at, 5)
    yield Act(at, "han_technician", "service_income.collect", income)
    at = later(at, chance.minutes(200))
    yield Act(at, "han_technician", "service_income.hand_over", income)
    at = later(at, DAY * 7 if chance.often(0.15) else chance.minutes(DAY * 1.5))
    yield Act(at, "he_finance", "service_income.mail_invoice", income)
    at = later(at, 60)
    yield Act(at, "he_finance", "service_income.post", income, {"procedure": "cash"} if chance.often(0.8) else {})
    return at
