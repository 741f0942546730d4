"""What goes along with a complaint and what follows its closing: samples, chases, reports, slips, receivables."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from keguan.cli.demo.acting import Act
from keguan.cli.demo.hours import later
from keguan.kernel.commands.outcomes import Done, Outcome

if TYPE_CHECKING:
    from keguan.cli.demo.complaints import Complaint

DAY = 7.5 * 60
Steps = Generator[Act, Outcome | None, None]


def _form(one: "Complaint", who: str, do: str, minutes: float, of: str | None = None, **given: Any) -> Act:
    """An act on a form of the complaint; a form without a name (`of`) is opened under the one that its kind has."""
    one.at = later(one.at, minutes)
    kind = do.partition(".")[0]
    return Act(one.at, who, do, of, given, call=f"{one.name}_{kind}" if do.endswith(".open") else None)


def sample(one: "Complaint") -> Steps:
    """The defective sample is handed over, kept and, once in a while, disposed of."""
    name = f"{one.name}_abnormal_sample"
    yield _form(one, one.opener, "abnormal_sample.open", 15, case=one.name, sample=one.product["spec"], quantity=1)
    place = {"holder": "customer_service", "location": f"{one.chance.between(1, 6)}号柜"}
    yield _form(one, one.owner, "abnormal_sample.take_in", 20, name, **place)


def chase(one: "Complaint", head: str) -> Steps:
    """The department is asked, and answers: at once, late, or after it was helped."""
    name, chance = f"{one.name}_chase", one.chance
    content = chance.pick(one.words("chases"))
    yield _form(
        one, one.owner, "chase.open", one.pause(60), case=one.name, department=one.about["unit"], content=content
    )
    if chance.often(0.25):
        yield _form(
            one,
            head,
            "chase.report_difficulty",
            one.pause(200),
            name,
            difficulty=chance.pick(one.words("difficulties")),
        )
        yield _form(one, one.owner, "chase.give_help", one.pause(240), name, help="已代为联系")
    yield _form(
        one, head, "chase.answer", DAY * 3.4 if chance.often(0.15) else one.pause(240), name, answer="已查实，见附单"
    )


def report(one: "Complaint") -> Steps:
    """The report to the deputy in charge: mostly in time, now and then late; his instruction."""
    pause = DAY * 3.5 if one.chance.often(0.12) else one.pause(180)
    text = {"findings": one.about["findings"], "handled": one.about["decision"]}
    opened = yield _form(one, one.owner, "investigation_report.open", pause, case=one.name, **text)
    if isinstance(opened, Done) and one.chance.often(0.6):
        name = f"{one.name}_investigation_report"
        yield _form(one, "gu_deputy", "investigation_report.instruct", one.pause(90), name, instruction="照办")


def after(one: "Complaint") -> Steps:
    """What follows a closed complaint."""
    if "unfounded" in one.about:
        yield from collected(one)
    elif one.handling in ("return", "rework"):
        yield from returned(one)
    elif one.handling in ("discount", "compensation") and one.amount and one.chance.often(0.8):
        yield from discounted(one)
    if one.about["ours"] and one.chance.often(0.2):
        yield from improved(one)
    if "manners" in one.about and one.chance.often(0.5):
        yield from punished(one)


def returned(one: "Complaint") -> Steps:
    """Goods come back on a slip in four copies; finance compares and posts."""
    slip, voucher, chance = f"{one.name}_return_slip", f"{one.name}_transfer_voucher", one.chance
    product, quantity = one.product["spec"], 1
    opens = DAY * 1.6 if chance.often(0.15) else 30
    why = {"reason": one.about["reason"], "handling": "refund" if one.handling == "return" else "rework"} | (
        {"basis": "客户投诉处理表"} if chance.often(0.8) else {}
    )
    yield _form(one, "zhou_sales", "return_slip.open", opens, case=one.name, product=product, quantity=quantity, **why)
    yield _form(one, "zhou_sales", "return_slip.approve", 20, slip)
    yield _form(one, "lu_deputy", "approval.consent", one.pause(120), f"approval of {slip}")
    yield _form(one, "zhou_sales", "return_slip.keep", 10, slip, copy=1)
    for copy in (2, 3, 4):
        yield _form(one, "tang_warehouse", "return_slip.pass_on", 5, slip, copy=copy)
    pause = DAY * 11 if chance.often(0.12) else one.pause(DAY * 2)
    if chance.often(0.25):
        yield _form(
            one,
            "tang_warehouse",
            "return_slip.receive",
            pause,
            slip,
            received_product=product,
            received_quantity=quantity + 1,
        )
        pause = 30
    yield _form(
        one, "tang_warehouse", "return_slip.receive", pause, slip, received_product=product, received_quantity=quantity
    )
    for copy, who in ((2, "tang_warehouse"), (3, "he_finance"), (4, "zhou_sales")):
        yield _form(one, who, "return_slip.keep", 15, slip, copy=copy)
    yield _form(
        one,
        "he_finance",
        "transfer_voucher.open",
        one.pause(200),
        return_slip=slip,
        complaint=one.name,
        amount=one.amount,
    )
    yield _form(one, "he_finance", "transfer_voucher.reconcile", 10, voucher)
    yield _form(one, "he_finance", "transfer_voucher.post", 10, voucher)


def discounted(one: "Complaint") -> Steps:
    """The allowance slip: approved, signed by the customer, booked, each keeps his copy."""
    slip, chance = f"{one.name}_discount_slip", one.chance
    amount = one.amount + (20 if chance.often(0.08) else 0)
    seller = "zhou_sales" if one.opener == one.owner else one.opener
    yield _form(one, seller, "discount_slip.open", one.pause(100), case=one.name, amount=amount)
    yield _form(one, seller, "discount_slip.approve", 10, slip)
    yield _form(one, "lu_deputy", "approval.consent", one.pause(150), f"approval of {slip}")
    yield _form(one, seller, "discount_slip.countersign", one.pause(DAY), slip)
    yield _form(one, "he_finance", "discount_slip.pass_on", 30, slip, copy=2)
    yield _form(one, "he_finance", "discount_slip.keep", 5, slip, copy=2)
    yield _form(one, "he_finance", "discount_slip.book", DAY * 4 if chance.often(0.12) else one.pause(200), slip)


def improved(one: "Complaint") -> Steps:
    """An improvement: proposed, arranged, executed, confirmed."""
    name, chance = f"{one.name}_improvement", one.chance
    proposal = chance.pick(one.words("improvements"))
    yield _form(
        one,
        one.owner,
        "improvement.open",
        one.pause(200),
        case=one.name,
        proposal=proposal,
        origin="complaint",
        department=one.about["unit"],
    )
    yield _form(one, one.owner, "improvement.arrange", one.pause(200), name)
    yield _form(
        one,
        "lin_engineer",
        "improvement.execute",
        DAY * 9 if chance.often(0.2) else one.pause(DAY * 4),
        name,
        result="已按办法执行",
    )
    yield _form(one, "wen_manager", "improvement.confirm", one.pause(DAY * 5), name, effect="confirmed")
    yield _form(one, "wen_manager", "improvement.finish", 20, name)


def punished(one: "Complaint") -> Steps:
    """Bad manners: proposed by the manager, instructed by the deputy, published by personnel."""
    name = f"{one.name}_punishment"
    yield _form(
        one,
        "wen_manager",
        "punishment.open",
        one.pause(DAY),
        case=one.name,
        person="han_technician",
        cause="negligence",
    )
    yield _form(one, "wen_manager", "punishment.execute", 60, name)
    minutes = one.pause(300)
    granted = yield _form(one, one.firm.deputy(one.at), "approval.consent", minutes, f"approval of {name}")
    if isinstance(granted, Done):
        yield _form(one, "ye_hr", "announcement.publish", one.pause(DAY), f"announcement of {name}")


def collected(one: "Complaint") -> Steps:
    """The money for what was no fault of ours, which the reaction to the closing has noted, comes in: or late."""
    pause = DAY * 25 if one.chance.often(0.25) else one.pause(DAY * 8)
    yield _form(one, "zhou_sales", "receivable.collect", pause, f"receivable of {one.name}")


def petition(one: "Complaint") -> Steps:
    """The customer objects to what was found unfounded: the deputy rules on the petition that was drafted."""
    yield _form(one, "gu_deputy", "petition.rule", one.pause(DAY), f"petition of {one.name}", ruling="upheld")
