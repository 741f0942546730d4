"""What people get wrong and set right: a wrong number corrected, a doubled case voided."""

from keguan.cli.demo.acting import Act, Course
from keguan.cli.demo.firm import Firm
from keguan.cli.demo.hours import later


def corrected(firm: Firm) -> Course:
    """An order number was misread over the telephone."""
    moment, name = firm.moment(0.35, 11), "misread"
    given = {"kind": "consultation", "channel": "phone", "customer": firm.customers[0], "title": "询问续费价格",
             "order_no": "DD-13579", "severity": "ordinary"}  # fmt: skip
    yield Act(moment, "cheng_agent", "case.open", None, given, name)
    yield Act(later(moment, 5), "cheng_agent", "case.accept", name)
    answer = {"reply_channel": "phone", "reply": "已告知价目。", "is_accepted": True}
    yield Act(later(moment, 30), "shi_marketing", "case.reply", name, answer)
    yield Act(later(moment, 40), "cheng_agent", "case.close", name)
    right = {"facts": {"order_no": "DD-13597"}, "reason": "电话里听错了订单编号"}
    yield Act(later(moment, 500), "cheng_agent", "case.correct", name, right)


def voided(firm: Firm) -> Course:
    """Two people took down the same complaint."""
    moment, name = firm.moment(0.6, 15), "doubled"
    given = {"kind": "complaint", "channel": "phone", "customer": firm.customers[1], "title": "少发一箱（重复登记）",
             "order_no": "DD-24680", "severity": "ordinary"}  # fmt: skip
    yield Act(moment, "su_agent", "case.open", None, given, name)
    yield Act(later(moment, 25), "su_agent", "case.void", name, {"reason": "与程小满登记的是同一件"})
