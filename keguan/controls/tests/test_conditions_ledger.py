"""The conditions of the hardest rules of the ledger: each compiles against declared types, and reads well."""

from collections.abc import Mapping
from typing import Any

import pytest

from keguan.controls.conditions import Condition, ConditionFault, PlainScope, compile_condition, compile_when
from keguan.controls.conditions.names import Names
from keguan.controls.conditions.scope import NestedScope
from keguan.controls.names import ObjectNames
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import (
    Boolean,
    Choice,
    Date,
    Integer,
    Kind,
    Listing,
    Moment,
    MoneyKind,
    Number,
    Reference,
    Text,
)
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType
from keguan.kernel.records.vocabulary import Vocabulary

ROLES = {
    "chairman": Label("董事长", "Chairman"), "general_manager": Label("总经理", "General manager"),
    "deputy_gm": Label("副总经理", "Deputy general manager"),
}  # fmt: skip
JUDGED = Choice({"pass": Label("合格", "Pass"), "fail": Label("不合格", "Fail")})
SEQUENCE = Choice({"professional": Label("专业", "Professional"), "clerical": Label("事务", "Clerical")})
TIERS = Choice({one: Label(f"{one} 级", f"Tier {one}") for one in ("A1", "A2", "B1")})
Facts = Mapping[str, tuple[Kind, str, str]]
TYPES: dict[str, tuple[str, str, Facts]] = {
    "case": ("工单", "Case", {
        "founded": (Boolean(), "投诉成立", "Founded"), "closed_at": (Moment(), "结案时间", "Closing time"),
        "joint": (Boolean(), "需会同处理", "Handled jointly"), "amount": (MoneyKind(), "赔付金额", "Compensation"),
        "departments": (Listing(Reference("unit")), "会同部门", "Departments"),
        "decided_amount": (MoneyKind(), "核定金额", "Decided amount"),
        "person": (Reference("person"), "责任人", "Person responsible"),
    }),
    "customer": ("客户", "Customer", {
        "first_contract_on": (Date(), "首份合同日期", "Date of the first contract"),
        "area_company": (Reference("company"), "所在区域公司", "Company of its area"),
        "company": (Reference("company"), "服务公司", "Serving company"),
        "legacy": (Boolean(), "历史客户", "Legacy customer"), "city": (Text(), "所在城市", "City"),
        "paid_half_year": (MoneyKind(), "半年消费额", "Paid in half a year"),
        "birthday": (Date(), "生日", "Birthday"), "tier": (TIERS, "等级", "Tier"),
    }),
    "company": ("公司", "Company", {"city": (Text(), "所在城市", "City"), "name": (Text(), "名称", "Name")}),
    "person": ("人员", "Person", {
        "founded_complaints": (Integer(), "成立的投诉数", "Founded complaints"), "name": (Text(), "姓名", "Name"),
        "company": (Reference("company"), "所属公司", "Company"),
        "career_plan": (Text(), "职业规划", "Career plan"),
        "position": (Reference("position"), "职位", "Position"),
    }),
    "position": ("职位", "Position", {"sequence": (SEQUENCE, "序列", "Sequence")}),
    "voucher": ("凭证", "Voucher", {"on_spot": (Boolean(), "现场服务", "On the spot")}),
    "return_slip": ("退货单", "Return slip", {"reason": (Text(), "退货原因", "Reason")}),
    "transfer": ("调拨单", "Transfer", {"return_slip": (Reference("return_slip"), "退货单", "Return slip")}),
    "discount_slip": ("折让单", "Discount slip", {
        "case": (Reference("case"), "工单", "Case"), "amount": (MoneyKind(), "折让金额", "Discount"),
    }),
    "service_order": ("服务单", "Service order", {"customer": (Reference("customer"), "客户", "Customer")}),
    "performance": ("业绩", "Performance", {
        "customer": (Reference("customer"), "客户", "Customer"), "earned_on": (Date(), "取得日期", "Earned on"),
    }),
    "breach": ("违规", "Breach", {"customer": (Reference("customer"), "客户", "Customer")}),
    "purchase": ("消费", "Purchase", {"paid": (MoneyKind(), "实付金额", "Amount paid")}),
    "card": ("会员卡", "Card", {
        "purchase": (Reference("purchase"), "当次消费", "Purchase"),
        "customer": (Reference("customer"), "客户", "Customer"),
        "points": (Number(), "积分", "Points"), "shown": (Boolean(), "已出示会员卡", "Shown"),
    }),
    "sale": ("销售", "Sale", {
        "card": (Reference("card"), "会员卡", "Card"), "customer": (Reference("customer"), "客户", "Customer"),
        "special": (Boolean(), "特价商品", "Special offer"), "promotion": (Text(), "促销活动", "Promotion"),
        "coupon": (Text(), "优惠券", "Coupon"), "id_original": (Boolean(), "出示证件原件", "Original ID shown"),
    }),
    "project": ("项目", "Project", {
        "pm_a": (Reference("person"), "项目经理甲", "Project manager A"),
        "pm_b": (Reference("person"), "项目经理乙", "Project manager B"),
    }),
    "file": ("卷宗", "File", {
        "counted_sheets": (Integer(), "清点张数", "Counted sheets"), "signatures": (Integer(), "签字数", "Signatures"),
    }),
    "safe": ("保险柜", "Safe", {
        "counted": (Integer(), "清点数", "Counted"), "deed_stock": (Integer(), "账面数", "Deeds by the books"),
    }),
    "contract": ("合同", "Contract", {
        "returned_after": (MoneyKind(), "退货后累计额", "Returned after this"),
        "return_allowance": (MoneyKind(), "退货额度", "Return allowance"),
    }),
    "plan": ("规划", "Plan", {"name": (Text(), "名称", "Name")}),
    "retest": ("复检", "Retest", {
        "tester_1": (Reference("person"), "检测人一", "First tester"),
        "tester_2": (Reference("person"), "检测人二", "Second tester"),
        "started_1": (Moment(), "一检开始", "First start"), "started_2": (Moment(), "二检开始", "Second start"),
    }),
    "dealer": ("经销商", "Dealer", {
        "sales_team": (JUDGED, "销售队伍", "Sales team"), "coverage": (Number(), "覆盖率", "Coverage"),
        "score": (Number(), "得分", "Score"),
    }),
    "offence": ("违纪", "Offence", {"tier": (Integer(), "等级", "Tier")}),
}  # fmt: skip
NO_LINES: dict[str, tuple[str, str, Facts]] = {}
LINES: dict[str, dict[str, tuple[str, str, Facts]]] = {
    "return_slip": {"goods": ("退货明细", "Goods", {
        "approved": (Number(), "核准数量", "Approved"), "received": (Number(), "实收数量", "Received"),
    })},
    "file": {"items": ("卷内文件", "Items", {"pages": (Integer(), "页数", "Pages")})},
    "plan": {"parcels": ("地块", "Parcels", {"net_area": (Number(), "净面积", "Net area")})},
    "sale": {"lines": ("商品", "Goods", {"special": (Boolean(), "特价", "Special offer")})},
}  # fmt: skip
ARGUMENTS: dict[str, tuple[str, Facts]] = {
    "case.settle": ("核定赔付", {"amount": (MoneyKind(), "赔付金额", "Compensation")}),
    "file.lend": ("借阅", {"borrower": (Reference("person"), "借阅人", "Borrower")}),
    "company.found": ("设立公司", {}),
    "return.grant": ("核准退货", {}),
}


def _facts(facts: Facts) -> tuple[Fact, ...]:
    return tuple(Fact(name, kind, Label(zh, en)) for name, (kind, zh, en) in facts.items())


def _lines(name: str) -> tuple[LineType, ...]:
    return tuple(
        LineType(line, Label(zh, en), f"{name}_{line}", name, _facts(facts))
        for line, (zh, en, facts) in LINES.get(name, NO_LINES).items()
    )


class Book:
    """The declarations as names are resolved against them."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.roles = ROLES
        self.declared: Mapping[str, Mapping[str, Fact]] = {}
        for name, (zh, en, facts) in TYPES.items():
            self.vocabulary.add_type(RecordType(name, Label(zh, en), name, _facts(facts), _lines(name)))

    def facts(self, record_type: str) -> Mapping[str, Fact]:
        return self.vocabulary.types[record_type].by_name


BOOK = Book()


def verb(name: str) -> Verb:
    zh, facts = ARGUMENTS[name]
    arguments = tuple(Argument(key, kind, Label(a, b)) for key, (kind, a, b) in facts.items())
    return Verb(name, Label(zh, name), name.partition(".")[0], lambda _work, _items: None, arguments)


def names(record_type: str, *verbs: str) -> ObjectNames:
    return ObjectNames(BOOK, BOOK.vocabulary.types[record_type], tuple(verb(one) for one in verbs))


def of(record_type: str, raw: Any, *verbs: str, lists: str = "any", known: Names | None = None) -> Condition:
    return compile_condition(raw, known or names(record_type, *verbs), lists=lists)


EXCHANGE = {"legacy": True, "all": [{"area_company": "set"}, {"area_company": "!= $company"}]}
QUALIFY = {"any": [{"purchase.paid": ">= 1000"}, {"customer.paid_half_year": ">= 2000"}]}
VOLUME = [{"every": "items", "have": {"pages": "set"}}, {"sum": "items.pages", "is": "$counted_sheets"}]
PRICE = {"card.shown": True, "special": False, "promotion": "empty", "coupon": "empty"}
CONDITIONS = [
    ("SWCS-82", of("case", {"amount": "[1000..5000)"}, "case.settle"), "赔付金额不低于 1,000 元且不满 5,000 元"),
    ("SWCS-73", compile_when({"amount": "set"}, {"covered_by": "settle"}, names("case")),
     "已填赔付金额，且未获有权的人核准"),
    ("SWCS-77", of("case", {"founded": False}), "投诉成立为“否”"),
    ("SWCS-83", of("case", {"closed_at": "last_month"}), "结案时间在上月内"),
    ("SWCS-44", of("case", {"joint": False}), "需会同处理为“否”"),
    ("SWCS-94", of("transfer", {"every": "return_slip.goods", "have": {"received": "$approved"}}),
     "退货明细每一行的实收数量与核准数量相同"),
    ("SWCS-88", of("discount_slip", {"amount": "<= $case.decided_amount"}), "折让金额不超过工单核定金额"),
    ("TERR-07", of("customer", {"first_contract_on": "< 2009-05-01"}), "首份合同日期早于 2009-05-01"),
    ("TERR-04", of("service_order", {"customer.area_company": "!= $actor.company"}),
     "客户所在区域公司与办理人的所属公司不同"),
    ("TERR-05", of("service_order", [{"customer.legacy": True, "happened_on": "< 2009-06-01"},
                                     {"customer.area_company": "empty"}]),
     "（客户历史客户为“是”，且办理当日早于 2009-06-01），或未填客户所在区域公司"),
    ("TERR-09", of("customer", EXCHANGE), "历史客户为“是”，已填所在区域公司，且所在区域公司与服务公司不同"),
    ("SVP-02", of("card", QUALIFY), "消费实付金额不低于 1,000 元，或客户半年消费额不低于 2,000 元"),
    ("SVP-07", of("sale", PRICE), "会员卡已出示会员卡为“是”，特价商品为“否”，未填促销活动，且未填优惠券"),
    ("SVP-11", of("sale", {"customer.birthday": "same_day_of_year", "id_original": True}),
     "当天是客户生日（按月日），且出示证件原件为“是”"),
    ("LGA-10", of("project", {"pm_a": "!= $pm_b"}), "项目经理甲与项目经理乙不是同一人"),
    ("LGA-12", of("file", VOLUME, lists="all"), "卷内文件的每一行都已填页数，且卷内文件的页数合计与清点张数相同"),
    ("LGA-27", of("file", {"signatures": 2}), "签字数为 2"),
    ("LGA-36", of("safe", {"counted": "$deed_stock"}), "清点数与账面数相同"),
    ("LGA-44", compile_when(None, {"borrower.role": ["chairman", "general_manager", "deputy_gm"]},
                            names("file", "file.lend")), "借阅人的岗位不包括董事长、总经理或副总经理"),
    ("SCF-62", of("case", {"founded": True}), "投诉成立为“是”"),
    ("SCF-36", of("offence", {"tier": 3}), "等级为 3"),
    ("PSO-29", of("case", [{"count": "case.departments", "is": ">= 2"}], lists="all"), "会同部门的个数不少于 2"),
    ("GCSD-50", of("case", {"person.founded_complaints": [3, 6, 9]}), "人员成立的投诉数为 3、6 或 9"),
    ("JWS-118", of("contract", {"contract.returned_after": "> $contract.return_allowance"}),
     "退货后累计额超过退货额度"),
    ("BND-17", of("plan", {"sum": "parcels.net_area", "is": "< 0"}), "地块的净面积合计不满 0"),
    ("MOGRP-06", of("customer", {"customer.tier": "A1"}), "等级为 A1 级"),
    ("TLC-27", of("retest", [{"tester_1": "!= $tester_2"}, {"started_1": "$started_2"}], lists="all"),
     "检测人一与检测人二不是同一人，且一检开始与二检开始相同"),
    ("LIQDL-01", of("dealer", [{"sales_team": "fail"}, {"coverage": "< 0.8"}]), "销售队伍为不合格，或覆盖率不满 0.8"),
    ("LIQDL-18", of("dealer", {"score": ">= 70"}), "得分不低于 70"),
    ("BSI-43", of("person", {"position.sequence": "professional"}), "职位序列为专业"),
    ("BSI-43b", of("person", {"career_plan": "set"}), "已填职业规划"),
    # what is bare and only linked records know; what stands outside a key
    ("SVP-03", of("card", {"paid_half_year": ">= @enough=2000"}), "客户半年消费额不低于 2,000 元（待定）"),
    ("TERR-24", of("", {"city": "$company.city"}, known=names("customer").inside(names("company", "company.found"))),
     "所在城市与公司的所在城市相同"),
    ("TERR-16", of("", {"customer": "$customer", "earned_on": ">= 2009-05-01"},
                   known=names("performance").inside(names("breach"))),
     "客户与违规的客户相同，且取得日期不早于 2009-05-01"),
    ("SVP-08", of("sale", {"every": "lines", "have": {"line.special": False}}), "商品每一行的特价为“否”"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "one", "said"), CONDITIONS, ids=[rule for rule, _, _ in CONDITIONS])
def test_a_rule_of_the_ledger_reads_so(rule: str, one: Condition, said: str) -> None:
    assert one.sentence() == said
    assert one.sentence("en")


def fault(record_type: str, raw: Any, known: Names | None = None) -> ConditionFault:
    with pytest.raises(ConditionFault) as caught:
        of(record_type, raw, known=known)
    return caught.value


def test_a_bare_name_that_several_links_know_is_ambiguous() -> None:
    # a project's two managers both have a career plan
    caught = fault("project", {"career_plan": "set"})
    assert "可以指几个事实" in caught.message.zh
    assert "pm_a.career_plan" in caught.cure.zh
    assert "pm_b.career_plan" in caught.cure.en


@pytest.mark.parametrize(
    ("record_type", "raw", "says"),
    [
        ("project", {"pm_a": "$pm_a"}, "与自身比较"),
        ("transfer", {"every": "return_slip.good", "have": {"received": 1}}, "没有“return_slip.good”"),
        ("transfer", {"every": "return_slip.goods", "have": {"received": "$received"}}, "与自身比较"),
        ("customer", {"customer.tierr": "A1"}, "没有“customer.tierr”"),
        ("service_order", {"customer.tierr": "A1"}, "没有“customer.tierr”"),
        ("service_order", {"tierr": "A1"}, "没有“tierr”"),
    ],
)
def test_faults_of_names(record_type: str, raw: Any, says: str) -> None:
    assert says in fault(record_type, raw).message.zh


def test_a_key_inside_what_opened_it_reads_both() -> None:
    """Both have a `city`, both may have a `company`: the key's own comes first, then the trigger's."""
    moved = of("", {"city": "$company.city"}, known=names("customer").inside(names("company")))
    assert moved.facts() == {("customer", "city"), ("outside", "company", "city")}
    key = PlainScope({("customer", "city"): "Wuhan", ("company", "city"): "Xian"})
    for city, answer in (("Wuhan", True), ("Xian", False), (None, None)):
        assert moved.test(NestedScope(key, PlainScope({("company", "city"): city}))) is answer


def test_lines_of_a_linked_record() -> None:
    agreed = of("transfer", {"every": "return_slip.goods", "have": {"received": "$approved"}})
    assert agreed.line_lists() == {("return_slip", "goods")}
    lines = [{"received": 3, "approved": 3}, {"received": 1, "approved": 2}]
    assert agreed.test(PlainScope({}, {("return_slip", "goods"): lines[:1]})) is True
    assert agreed.test(PlainScope({}, {("return_slip", "goods"): lines})) is False
    assert agreed.test(PlainScope()) is None
