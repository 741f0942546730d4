"""A small shop's record types, declared for tests of engines, with tables of their own; and laws enacted over them."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from keguan.controls import gate
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Boolean, Choice, Date, Integer, MoneyKind, Number, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType, Stage, columns_of
from keguan.kernel.records.vocabulary import Setting, vocabulary
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts

SYSTEM = Context(actor=None, channel="scenario")
GRADES = {"gold": Label("金卡", "Gold"), "silver": Label("银卡", "Silver"), "plain": Label("普通", "Plain")}
MARKS = {"pass": Label("合格", "Pass"), "fail": Label("不合格", "Fail")}
MEMBER = RecordType(
    "member", Label("会员", "Member"), "test_member",
    (
        Fact("code", Text(40), Label("编号", "Number")),
        Fact("title", Text(80), Label("名称", "Name")),
        Fact("city", Text(40), Label("城市", "City")),
        Fact("grade", Choice(GRADES), Label("等级", "Grade")),
        Fact("is_legacy", Boolean(), Label("老会员", "Legacy")),
        Fact("joined_on", Date(), Label("入会日期", "Joined on")),
        Fact("valid_until", Date(), Label("有效期至", "Valid until")),
        Fact("income", Number(), Label("收入系数", "Income")),
        Fact("credit", Choice(MARKS), Label("信用", "Credit")),
        Fact("points", Integer(), Label("积分", "Points")),
        Fact("allowance", MoneyKind(), Label("额度", "Allowance")),
        Fact("owner", Reference("person"), Label("负责人", "Owner")),
        Fact("unit", Reference("unit"), Label("部门", "Unit")),
        Fact("stage", Text(20), Label("状态", "Stage")),
    ),
    stages=(Stage("active", Label("有效", "Active")), Stage("void", Label("作废", "Void"))),
    stage="stage", owner="owner", unit="unit", code=None,
)  # fmt: skip
PURCHASE = RecordType(
    "purchase", Label("消费", "Purchase"), "test_purchase",
    (
        Fact("title", Text(80), Label("名称", "Title")),
        Fact("member", Reference("member"), Label("会员", "Member")),
        Fact("paid", MoneyKind(), Label("已付", "Paid")),
        Fact("paid_on", Date(), Label("付款日", "Paid on")),
        Fact("is_void", Boolean(), Label("作废", "Void")),
        Fact("owner", Reference("person"), Label("负责人", "Owner")),
        Fact("unit", Reference("unit"), Label("部门", "Unit")),
    ),
    owner="owner", unit="unit", code=None,
)  # fmt: skip
PENALTY = RecordType(
    "penalty", Label("处分", "Penalty"), "test_penalty",
    (
        Fact("title", Text(80), Label("名称", "Title")),
        Fact("person", Reference("person"), Label("被处分人", "Person")),
        Fact("member", Reference("member"), Label("会员", "Member")),
        Fact("fine", MoneyKind(), Label("罚款", "Fine")),
        Fact("measure", Text(40), Label("措施", "Measure")),
        Fact("owner", Reference("person"), Label("负责人", "Owner")),
        Fact("unit", Reference("unit"), Label("部门", "Unit")),
    ),
    owner="owner", unit="unit", code=None,
)  # fmt: skip
TYPES = (MEMBER, PURCHASE, PENALTY)


def tables() -> str:
    """The tables of the types."""
    return ";".join(
        f"create table if not exists {kind.table} (id uuid primary key, "
        + ", ".join(f"{name} {sql}" for name, sql in columns_of(kind.facts))
        + ")"
        for kind in TYPES
    )


def declare() -> None:
    """Register the types and their verbs, once."""
    if "member" in vocabulary.types:
        return
    for kind in TYPES:
        vocabulary.add_type(kind)
    vocabulary.add_setting(Setting("member.answer_within", Text(80), Label("答复时限", "Answer within"), "5 days"))
    vocabulary.add_setting(Setting("member.discount", Number(), Label("折扣", "Discount"), None))
    vocabulary.add_setting(Setting("member.limit", Text(80), Label("各状态时限", "Limit of each state"), None))

    @verb("member.join", Label("入会", "Join"), on=MEMBER, creates=True, arguments=takes(
        MEMBER, "title!", "city", "grade", "is_legacy", "joined_on", "valid_until", "income", "credit", "points",
        "allowance", "owner", "unit"))  # fmt: skip
    def join(work: Work, items: list[Item]) -> None:
        """Take a member in."""
        for item in items:
            work.create(item, **item.args, stage="active")

    @verb("member.change", Label("更正会员", "Change a member"), on=MEMBER, arguments=takes(
        MEMBER, "title", "city", "grade", "joined_on", "valid_until", "income", "credit", "points", "allowance",
        "owner"))  # fmt: skip
    def change(work: Work, items: list[Item]) -> None:
        """Correct what is known of a member."""
        for item in items:
            work.set(item, **item.args)

    @verb("member.warn", Label("警告", "Warn"), on=MEMBER)
    def warn(_work: Work, _items: list[Item]) -> None:
        """Warn a member."""

    @verb("member.void", Label("注销会员", "Void a member"), on=MEMBER, enters="void")
    def void(work: Work, items: list[Item]) -> None:
        """End a membership."""
        for item in items:
            work.set(item, stage="void")

    @verb("purchase.pay", Label("付款", "Pay"), on=PURCHASE, creates=True, names=("member",), arguments=takes(
        PURCHASE, "title", "member!", "paid!", "paid_on", "owner", "unit"))  # fmt: skip
    def pay(work: Work, items: list[Item]) -> None:
        """Record a purchase."""
        for item in items:
            work.create(item, **item.args, is_void=False)

    @verb("purchase.correct", Label("更正消费", "Correct"), on=PURCHASE, names=("member",), arguments=takes(
        PURCHASE, "member", "paid", "is_void"))  # fmt: skip
    def correct(work: Work, items: list[Item]) -> None:
        """Correct a purchase."""
        for item in items:
            work.set(item, **item.args)

    @verb("penalty.impose", Label("处分", "Impose"), on=PENALTY, creates=True, names=("member",), arguments=takes(
        PENALTY, "title", "person", "member", "fine", "measure", "owner", "unit"))  # fmt: skip
    def impose(work: Work, items: list[Item]) -> None:
        """Impose a penalty."""
        for item in items:
            work.create(item, **item.args)


GRANT = """
      - access: {id: shop, who: everyone, may: [member.*, purchase.*, penalty.*],
          see: [member, purchase, penalty], scope: all}
"""
POLICY = """
policy: extra
title: 会员制度
effective: 2020-01-01
clauses:
  - clause: 第一条
    text: 权限。
    controls:{grant}
  - clause: 第二条
    text: 规定。
    controls:
{controls}
"""
PACK = """
pack: extra
title: {zh: 会员制度包, en: Members}
roles:
  manager: {zh: 客服经理, en: Service manager}
  general_manager: {zh: 总经理, en: General manager}
"""


def indented(text: str) -> str:
    return "\n".join("      " + line for line in text.strip("\n").splitlines())


def texts(controls: str, more: str = "", grant: str = GRANT) -> dict[str, str]:
    """The files of a pack with these controls."""
    policy = POLICY.replace("{controls}", indented(controls)).replace("{grant}", grant)
    return {"pack.yaml": PACK + more, "policies/extra.yaml": policy}


def enact(controls: str, more: str = "", values: Mapping[str, Any] | None = None, grant: str = GRANT) -> None:
    """Adopt (or publish anew) a pack with these controls: in force two seconds later."""
    pack, faults = pack_from_texts(texts(controls, more, grant))
    assert pack is not None
    assert not faults, [fault.text() for fault in faults]
    assert isinstance(adopt(gate.run, SYSTEM, pack, values=values), Done)


@contextmanager
def later(at: dt.datetime) -> Iterator[None]:
    """The same world at another moment."""
    with clock.pinned(at):
        yield


def one(query: str, *params: Any) -> Any:
    """The one value of the one row of a query."""
    [row] = Rows().select(query, list(params))
    return next(iter(row.values()))
