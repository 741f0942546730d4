"""What comes round: opinion forms, the monthly review of closed complaints, appraisals, questions on clauses."""

import datetime as dt

from keguan.cli.demo.acting import READ, Act, Course
from keguan.cli.demo.firm import Firm
from keguan.cli.demo.hours import at, is_working, later, local_day

LATE_MONTH = 4
"""In this month of the year the office reviews after the tenth."""


def months(firm: Firm) -> list[dt.date]:
    """The first days of the months that began in the year."""
    first, last = local_day(firm.start), local_day(firm.now)
    count = (last.year - first.year) * 12 + last.month - first.month
    return [dt.date(first.year + (first.month + n) // 12, (first.month + n) % 12 + 1, 1) for n in range(count)]


def month(firm: Firm, first: dt.date, number: int) -> Course:
    """One month: forms that came back, then the review, by the tenth except once; the technician's appraisal."""
    chance, form = firm.chance("month", number), f"appraisal_{number}"
    moment = at(_working(first + dt.timedelta(days=11 if number == LATE_MONTH else chance.between(2, 5))), 9, 30)
    scores = [chance.between(70, 100) for _ in range(3)]
    for score in scores:
        moment = later(moment, 10)
        yield Act(moment, "cheng_agent", "opinion_survey.open", None, {"person": "han_technician", "score": score})
    for name in _closed_before(firm, first):
        moment = later(moment, 4)
        said = {"text": "处理及时，责任明确"} if chance.often(0.4) else {}
        yield Act(moment, "bai_office", "case.review", name, said)
    moment = later(moment, 120)
    appraisal = {"about": "han_technician", "appraisal": chance.pick((85, 90))}
    yield Act(moment, "wen_manager", "performance_review.open", None, appraisal, form)
    moment = later(moment, 10)
    yield Act(moment, "wen_manager", "performance_review.submit", form)


def _closed_before(firm: Firm, first: dt.date) -> list[str]:
    """The complaints that were closed in the month before."""
    last = first - dt.timedelta(days=1)
    return [
        name
        for name, closed_at in firm.closed
        if (local_day(closed_at).year, local_day(closed_at).month) == (last.year, last.month)
    ]


def reading(firm: Firm) -> Course:
    """Everybody reads their notices at the end of a month, and last the day before yesterday."""
    days = [*(first - dt.timedelta(days=1) for first in months(firm)), local_day(firm.now) - dt.timedelta(days=2)]
    for day in sorted(days):
        yield Act(at(day, 18), None, READ)


def question(firm: Firm, number: int, moment: dt.datetime) -> Course:
    """Somebody asks what a clause means; the office answers, mostly in time."""
    chance, name = firm.chance("question", number), f"question_{number}"
    asked = {"about": "第二十六条1", "question": firm.words["questions"][number]}
    yield Act(moment, "fang_salesperson", "policy_question.open", None, asked, name)
    answered = later(moment, 7.5 * 60 * (6 if chance.often(0.3) else 2))
    yield Act(answered, "bai_office", "policy_question.answer", name, {"answer": "自受理次日起算，休息日不顺延。"})


def items(firm: Firm) -> Course:
    """Leaflets come in and go out; the last issue is more than there is."""
    moment, chance = firm.moment(0.15), firm.chance("items")
    yield Act(moment, "cheng_agent", "promo_item.open", None, {"label": "新品折页"}, "leaflet")
    yield Act(later(moment, 10), "cheng_agent", "promo_receipt.open", None, {"promo_item": "leaflet", "quantity": 300})
    for who in ("xu_salesperson", "fang_salesperson") * 2:
        moment = later(moment, chance.between(10, 60) * 7.5 * 60)
        issued = {"promo_item": "leaflet", "quantity": 80, "issued_to": who}
        yield Act(moment, "su_agent", "promo_issue.open", None, issued)


def _working(day: dt.date) -> dt.date:
    while not is_working(day):
        day += dt.timedelta(days=1)
    return day
