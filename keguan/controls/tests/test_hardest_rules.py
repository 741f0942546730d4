"""Measures, decisions, reactions, settings, a register and a duty of conduct for some of the ledgers' hardest rules.

They compile as written, over record types declared here, and say in good Chinese what they do.
"""

from typing import Any

import pytest

from keguan.controls.engines import register_types
from keguan.controls.tests.vocabulary import yaml
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import (
    Boolean,
    Choice,
    Date,
    Integer,
    Kind,
    Listing,
    MoneyKind,
    Number,
    Reference,
    Text,
)
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType, Stage
from keguan.kernel.records.vocabulary import Setting, Vocabulary
from keguan.policies.book import BookDraft, Parameter
from keguan.policies.compiling import compile_controls
from keguan.policies.declarations import Pairs
from keguan.policies.faults import Place
from keguan.policies.packs.pack import Written

ROLES = (
    "staff", "sales_director", "director_assistant", "warehouse", "finance", "sales", "general_manager", "manager",
)  # fmt: skip
PASS = Choice({"pass": Label("合格", "pass"), "fail": Label("不合格", "fail")})
VERDICT = Choice({"admit": Label("准入", "admit"), "reject": Label("不予准入", "reject")})
TIER = Choice({one: Label(one, one) for one in ("A1", "A2", "B1", "B2", "C")})
PERSON, UNIT = Reference("person"), Reference("unit")
TYPES: dict[str, dict[str, Kind]] = {
    "person": {"department": UNIT},
    "unit": {},
    "case": {"owner": PERSON, "departments": Listing(UNIT), "unit": UNIT, "stage": Text()},
    "customer": {
        "first_contract_on": Date(), "legacy": Boolean(), "city": Text(), "birthday": Date(), "tier": TIER,
        "company": UNIT,
    },
    "company": {"city": Text()},
    "breach": {"customer": Reference("customer")},
    "performance": {"customer": Reference("customer"), "earned_on": Date()},
    "purchase": {"customer": Reference("customer"), "paid": MoneyKind()},
    "card": {"valid_until": Date(), "shown": Boolean(), "points": Integer(), "customer": Reference("customer")},
    "line": {"special": Boolean()},
    "sale": {
        "card": Reference("card"), "customer": Reference("customer"), "line": Reference("line"), "promotion": Text(),
        "coupon": Text(), "id_original": Boolean(),
    },
    "offence": {"tier": Integer(), "offender": PERSON, "offender_unit": UNIT},
    "complaint": {"founded": Boolean(), "person": PERSON},
    "contract": {"return_allowance": MoneyKind()},
    "return": {"contract": Reference("contract"), "granted": MoneyKind()},
    "service": {"customer": Reference("customer")},
    "dealer": {
        "verdict": VERDICT, "sales_team": PASS, "coverage": Number(), "finance": Number(), "network": Number(),
        "logistics": Number(), "owner": Number(), "credit": Number(), "loyalty": Number(),
    },
    "product": {},
    "sanction": {"person": PERSON},
}  # fmt: skip
VERBS: dict[str, dict[str, Kind]] = {
    "company.found": {}, "customer.move": {"to": Reference("company")}, "breach.confirm": {}, "performance.void": {},
    "card.void": {}, "offence.confirm": {}, "complaint.verify": {}, "case.open": {}, "case.solve": {},
    "purchase.pay": {}, "return.grant": {"granted": MoneyKind()}, "return.void": {}, "dealer.assess": {},
    "sanction.draft": {
        "fine": MoneyKind(), "points": Integer(), "announce": Text(), "measure": Text(), "performance_pay": Integer(),
        "deduct": MoneyKind(), "share": Text(), "person": PERSON,
    },
}  # fmt: skip
CONTROLS = """
- setting: {id: stage-limits, rules: [SWCS-80], of: case.stage_limit, is: "@stage_limits", check: {sum: "<= 6 days"}}
- register: {id: return-slip, rules: [SWCS-91, SWCS-93, SWCS-97], type: return_slip, of: case, fields: {reason: text!, handling: choice!, basis: text!}, lines: {goods: {product: product!, approved: number!, received: number}}, copies: [{keeper: originator}, {goes: warehouse, keeper: warehouse}, {goes: warehouse, keeper: finance}, {goes: warehouse, keeper: sales}], route: {goes: return_slip.approve, keeper: return_slip.receive}}
- decision: {id: legacy, rules: [TERR-07], sets: customer.legacy, table: [{when: {first_contract_on: "< 2009-05-01"}, is: true}, {is: false}]}
- reaction: {id: area-moves, rules: [TERR-24, TERR-26, TERR-34], after: company.found, each: {customer: {city: $company.city}}, do: customer.move, with: {to: $company}, how: do}
- reaction: {id: void-performance, rules: [TERR-16, TERR-17], after: breach.confirm, each: {performance: {customer: $customer, earned_on: ">= 2009-05-01"}}, do: performance.void, how: do}
- measure: {id: half-year, rules: [SVP-03], name: customer.paid_half_year, of: customer, sum: purchase.paid, in: last 6 months}
- setting: {id: vip-price, rules: [SVP-07, SVP-08, SVP-11, SVP-15, SVP-16, SVP-19], of: sale.price_factor, when: {card.shown: true, line.special: false, promotion: empty, coupon: empty}, choose: lowest, table: [{when: {customer.birthday: same_day_of_year, id_original: true}, is: 0.6}, {when: {card.points: ">= 30"}, is: 0.85}, {is: 0.9}]}
- reaction: {id: expire, rules: [SVP-29], after: "reached:card.valid_until", do: card.void, how: do}
- conduct: {id: t2-3, rules: [SCF-45, SCF-33], who: staff, must_not: 与客户争执, code: T2-3, tier: 2, seen_in: [call review, complaint]}
- reaction: {id: tier-sanctions, rules: [SCF-36, SCF-40, SCF-41, SCF-46, SCF-51, SCF-56], after: offence.confirm, do: sanction.draft, how: propose, by: head @ offender.department, table: [{when: {tier: 1}, range: [30, 100], is: {fine: 30}}, {when: {tier: 2}, is: {fine: 200, points: -5, announce: company}}, {when: {tier: 3}, is: {fine: 300, points: -10, measure: 申诫, announce: company}}, {when: {tier: 4}, is: {fine: 1000, measure: 记大过, performance_pay: 0, announce: company}}, {when: {tier: 5}, is: {measure: [辞退, 开除]}}]}
- reaction: {id: late-complaint, rules: [PSO-32, PSO-33], after: "breach:same-day", do: sanction.draft, table: [{when: {}, by: case.owner, is: {deduct: 100, share: direct}}, {when: {}, by: sales_director, is: {deduct: 50, share: joint}}, {when: {}, by: director_assistant, is: {deduct: 50, share: joint}}]}
- deadline: {id: same-day, rules: [PSO-28, PSO-31], after: case.open, do: case.solve, within: same day, by: case.owner}
- measure: {id: founded-3, rules: [GCSD-50], name: person.founded_complaints, of: person, count: complaint.verify, where: {founded: true}, in: this year}
- reaction: {id: third, rules: [GCSD-50], after: {verb: complaint.verify, when: {person.founded_complaints: [3, 6, 9]}}, do: sanction.draft}
- measure: {id: used-returns, rules: [JWS-118], name: contract.returned, of: contract, sum: return.granted, in: this year, holds: true}
- prohibition: {id: return-quota, rules: [JWS-118], of: return.grant, when: {contract.returned_after: "> $contract.return_allowance"}}
- setting: {id: answer-time, rules: [MOGRP-06, MOGRP-26, MOGRP-27], of: service.answer_within, table: [{when: {customer.tier: A1}, is: 2 hours}, {when: {customer.tier: A2}, is: 4 hours}], lower_units: may only shorten, order: [A1, A2, B1, B2, C]}
- decision: {id: dealer, rules: [LIQDL-01, LIQDL-18, LIQDL-09], sets: dealer.verdict, knock_out: [{sales_team: fail}, {coverage: "< 0.8"}], score: {finance: 20, network: 20, logistics: 15, sales_team: 20, owner: 10, credit: 10, loyalty: 5}, table: [{when: {score: ">= 70"}, is: admit}, {is: reject}]}
"""  # noqa: E501 – as the examples write them
SAYS = {
    "legacy": "的为“是”",
    "half-year": "近 6 个月",
    "vip-price": "取最低",
    "expire": "到了“valid_until”后办理“void”",
    "t2-3": "不得与客户争执（T2-3）",
    "tier-sanctions": "提议",
    "late-complaint": "逾期",
    "return-slip": "一式 4 联",
    "dealer": "按评分",
    "used-returns": "不许透支",
    "answer-time": "下级单位只可缩短",
    "stage-limits": "case_stage_limit",
    "area-moves": "对每一customer",
}


def nothing(_work: Any, _items: Any) -> None:
    """Do nothing."""


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Vocabulary:
    """A vocabulary with these types alone; registers declared into it."""
    made = Vocabulary()
    for name, facts in TYPES.items():
        stages = (Stage("registered", Label("已登记", "registered")),) if "stage" in facts else ()
        made.add_type(RecordType(
            name, Label(name, name), f"test_{name}",
            tuple(Fact(fact, kind, Label(fact, fact)) for fact, kind in facts.items()),
            stages=stages, stage="stage" if stages else None, code=None, title=None,
        ))  # fmt: skip
    for name, args in VERBS.items():
        noun, _, act = name.partition(".")
        arguments = tuple(Argument(argument, kind, Label(argument, argument)) for argument, kind in args.items())
        creates = name in ("company.found", "case.open", "sanction.draft", "purchase.pay")
        made.add_verb(Verb(name, Label(act, act), noun, nothing, arguments, creates))
    for name in ("case.stage_limit", "service.answer_within"):
        made.add_setting(Setting(name, Text(80), Label(name.replace(".", "_"), name)))
    made.add_setting(Setting("sale.price_factor", Number(), Label("价格系数", "Price factor")))
    for module in ("keguan.kernel.commands.verbs", "keguan.controls.engines.register_types"):
        monkeypatch.setattr(f"{module}.vocabulary", made)
    monkeypatch.setattr(register_types, "register_types", {})
    monkeypatch.setattr("keguan.controls.engines.registers.register_types", register_types.register_types)
    monkeypatch.setattr("keguan.controls.engines.registers.adopted", {})  # other tests adopt registers of these names
    monkeypatch.setattr(register_types, "declared_hooks", [])
    return made


def test_they_compile_and_say_what_they_do(words: Vocabulary) -> None:
    limits = Parameter("stage_limits", Pairs(), Label("时限", "Limits"), {"registered": "1 day", "accepted": "2 days"})
    book = BookDraft(
        roles={role: Label(role, role) for role in ROLES}, parameters={"stage_limits": limits}, vocabulary=words
    )
    written = []
    for n, entry in enumerate(yaml(CONTROLS)):
        [(engine, form)] = entry.items()
        written.append(Written(engine, form, Place("x.yaml", n + 2, "x", "办法", "第一条", n)))
    controls = {control.id: control for control in compile_controls(book, written)}
    assert not book.faults, [fault.text() for fault in book.faults]
    assert len(controls) == len(written)
    for name, said in SAYS.items():
        assert said in controls[name].sentence(), controls[name].sentence()
    assert all(control.sentence("en") for control in controls.values())
