"""A complaint from the call to the closing: people in time and people not, requests granted, refused and forgotten."""

import datetime as dt
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from keguan.cli.demo import aftermath
from keguan.cli.demo.acting import Act, Course
from keguan.cli.demo.chance import Chance
from keguan.cli.demo.firm import SERIOUS, Firm
from keguan.cli.demo.hours import later, local_day
from keguan.kernel.commands.outcomes import Done, Outcome, Waiting

HEADS = {
    "rd": "lin_engineer",
    "warehouse": "tang_warehouse",
    "sales": "zhou_sales",
    "finance": "he_finance",
    "customer_service": "wen_manager",
}
DAY = 7.5 * 60
Steps = Generator[Act, Outcome | None, None]


@dataclass
class Complaint:
    """One complaint: its words, who owns it, and how far its time has come."""

    firm: Firm
    name: str
    chance: Chance
    about: Mapping[str, Any]
    product: Mapping[str, Any]
    owner: str
    at: dt.datetime
    is_serious: bool
    rounds: int = 0
    handling: str = "none"
    amount: int = 0
    opener: str = ""

    def act(self, who: str, do: str, minutes: float, *, happened_at: dt.datetime | None = None, **given: Any) -> Act:
        """What somebody does to it after so many minutes of working time."""
        self.at = later(self.at, minutes)
        done_at = happened_at and min(happened_at, self.at)
        return Act(self.at, who, f"case.{do}", self.name, given, happened_at=done_at)

    def pause(self, usual: float) -> float:
        """How many minutes pass until somebody comes to it, in months like this one."""
        return self.chance.minutes(usual) * self.firm.haste(self.at)

    def course(self) -> Course:
        """From the call to what follows the closing."""
        yield self._opened()
        if self.chance.often(0.1):
            # somebody promises the customer something before anything is known
            yield self.act(self.owner, "settle", 10, amount=self.chance.between(2, 9) * 100, handling="compensation")
        if "sample" in self.about and self.opener != self.owner:
            yield from aftermath.sample(self)
        yield self._accepted()
        if self.chance.often(0.8):
            yield self.act(self.owner, "classify", self.pause(40), cause=self.about["cause"], **self._joint())
        yield from self._meanwhile()
        while True:
            self.rounds += 1
            yield from self._investigated()
            settled = yield from self._settled()
            if not settled:
                return
            is_content = self.rounds > 1 or not self.chance.often(0.08)
            yield self._replied(is_content)
            if is_content:
                break
            yield self.act(
                self.owner, "reject_result", self.pause(300), text=self.chance.pick(self.words("objections"))
            )
            if "unfounded" in self.about:
                self.firm.begin(aftermath.petition(replace(self, chance=self.firm.chance(self.name, "petition"))))
            yield self.act(self.owner, "accept", self.pause(30))
        closed = yield self.act(self.owner, "close", self.pause(150), is_accepted=True)
        if isinstance(closed, Done):
            self.firm.closed.append((self.name, self.at))
            yield from aftermath.after(self)

    def words(self, name: str) -> Any:
        """Words of the year's material."""
        return self.firm.words[name]

    def _opened(self) -> Act:
        about, chance, unit = self.about, self.chance, self.product["spec"]
        quantity = chance.between(2, 30)
        given: dict[str, Any] = {
            "kind": "complaint",
            "channel": chance.weighed({"phone": 6, "online": 2, "letter": 1, "visit": 1}),
            "customer": chance.pick(self.firm.customers),
            "title": about["title"].format(product=unit),
            "description": about["description"],
            "order_no": f"DD-{chance.between(30_000, 79_999)}",
            "product_spec": unit,
            "quantity": quantity,
            "defective_quantity": chance.between(1, max(1, quantity // 3)),
            "shipped_on": (local_day(self.at) - dt.timedelta(days=chance.between(4, 120))).isoformat(),
            "severity": "serious" if self.is_serious else "ordinary",
        }
        if chance.often(0.85):
            given |= {
                "batch_no": f"B-{chance.between(1000, 1999)}",
                "demand": about["demand"],
                "reason": about["reason"],
            }
        if chance.often(0.5):
            given["extra"] = {"opinion": "请尽快处理", "sample_no": f"Y-{chance.between(100, 999)}"}
        self.opener = chance.weighed({self.owner: 5, "xu_salesperson": 3, "fang_salesperson": 2})
        return Act(self.at, self.opener, "case.open", None, given, self.name)

    def _accepted(self) -> Act:
        if self.is_serious:
            return self.act("wen_manager", "accept", self.chance.minutes(50), owner=self.owner)
        is_forgotten = self.chance.often(0.05 * self.firm.load(self.at))
        return self.act(self.owner, "accept", DAY * 2.2 if is_forgotten else self.pause(45))

    def _joint(self) -> dict[str, Any]:
        if "joint" not in self.about or not self.chance.often(0.6):
            return {}
        units = list(dict.fromkeys((self.about["unit"], "rd")))
        extra = {"extra": {"sub_cause": self.about["sub"]}} if "sub" in self.about else {}
        return {"is_joint": True, "joint_limit_days": 4, "departments": units, **extra}

    def _meanwhile(self) -> Steps:
        chance = self.chance
        if chance.often(0.25):
            yield self.act(self.owner, "note", self.pause(60), text=chance.pick(self.words("notes")))
        if chance.often(0.22):
            yield from aftermath.chase(self, HEADS[self.about["unit"]])
        if chance.often(0.08):
            amount: dict[str, Any] = {"amount": chance.between(10, 24) * 100} if chance.often(0.6) else {}
            yield self.act("shi_marketing", "promise", self.pause(30), text="先答应客户从优处理", **amount)
        if chance.often(0.35):
            visitors = [self.owner, "han_technician"] if chance.often(0.6) else ["wen_manager"]
            at = later(self.at, self.pause(200))
            is_late = chance.often(0.2)
            yield self.act(
                self.owner, "visit", self.pause(260 if not is_late else DAY), visitors=visitors,
                text=chance.pick(self.words("visits")), happened_at=at if is_late else None,
            )  # fmt: skip

    def _investigated(self) -> Steps:
        about, chance = self.about, self.chance
        inspected = about["cause"] == "quality" and chance.often(0.7)
        yield self.act(
            "lin_engineer", "find", self.pause(DAY * 0.9), findings=about["findings"],
            is_founded="unfounded" not in about, cause=about["cause"], originating_unit=about["unit"],
            is_own_quality=about["ours"], is_tracked=chance.often(0.5) if chance.often(0.9) else None,
            extra={**({"inspection": "confirmed"} if inspected else {}),
                   **({"sub_cause": about["sub"]} if "sub" in about else {})},
        )  # fmt: skip
        if chance.often(0.55):
            person = {"liable": "person", "person": "lin_engineer", "text": "评审时遗漏"}
            unit = {"liable": "department", "department": about["unit"], "text": "依核算基准初拟"}
            who, given = ("lin_engineer", person) if about["ours"] else (self.owner, unit)
            self.at = later(self.at, 20)
            yield Act(self.at, who, "case.hold_liable", self.name, given)
        # the report goes its own way: nobody waits for it
        self.firm.begin(aftermath.report(replace(self, chance=self.firm.chance(self.name, "report", self.rounds))))

    def _settled(self) -> Generator[Act, Outcome | None, bool]:
        """Propose until somebody who may has decided; false where it is still open when the year ends."""
        chance = self.chance
        self.handling = chance.weighed(self.about["handling"])
        least, most = self.product["amount"]
        amount = 0 if self.handling in ("none", "rework") else chance.between(least // 10, most // 10) * 10
        if self.is_serious and amount:
            amount = min(amount * 4, 9800)
        while True:
            who = "zhou_sales" if chance.often(0.7) else "wen_manager"
            given: dict[str, Any] = {"amount": amount, "handling": self.handling, "decision": self.about["decision"]}
            if self.handling in ("return", "rework"):
                given["approved_return_quantity"] = 1
            outcome = yield self.act(who, "settle", self.pause(200), **given)
            self.amount = amount
            if isinstance(outcome, Done):
                return True
            if not isinstance(outcome, Waiting):
                return False
            if (yield from self._decided(amount)):
                return True
            amount = amount * 7 // 10

    def _decided(self, amount: int) -> Generator[Act, Outcome | None, bool]:
        chance, request = self.chance, f"approval of {self.name}"
        fate = chance.weighed({"consent": 17, "reject": 2, "forget": 1.2})
        self.at = later(self.at, DAY * 4.2 if fate == "forget" else self.pause(220 if amount < 5000 else 420))
        who = "zhou_sales" if amount < 1000 else self.firm.deputy(self.at) if amount < 5000 else "shen_gm"
        if fate == "reject":
            yield Act(self.at, who, "approval.reject", request, {"comment": chance.pick(self.words("reasons"))})
            return False
        outcome = yield Act(self.at, who, "approval.consent", request, {"comment": "同意"})
        return isinstance(outcome, Done)

    def _replied(self, is_content: bool) -> Act:
        is_slow = self.chance.often(0.07 * self.firm.load(self.at))
        is_entered_late = not is_slow and self.chance.often(0.06)
        told = later(self.at, self.pause(120))
        pause = DAY * 2.5 if is_slow or is_entered_late else self.pause(150)
        channel = (
            "letter"
            if self.is_serious and self.chance.often(0.7)
            else self.chance.weighed({"phone": 8, "letter": 2, "visit": 1})
        )
        return self.act(
            "shi_marketing", "reply", pause, reply_channel=channel, reply=self.chance.pick(self.words("replies")),
            is_accepted=is_content, happened_at=told if is_entered_late else None,
        )  # fmt: skip


def complaint(firm: Firm, name: str, opened_at: dt.datetime) -> Course:
    """One complaint, drawn."""
    chance = firm.chance(name)
    about = chance.weighed({number: one["share"] for number, one in enumerate(firm.words["complaints"])})
    owner = chance.pick(("cheng_agent", "su_agent"))
    return Complaint(
        firm, name, chance, firm.words["complaints"][about], chance.pick(firm.words["products"]), owner, opened_at,
        chance.often(SERIOUS),
    ).course()  # fmt: skip
