"""Forty controls on complaints, as a company might write them: terms, guards, tables, stages, notices."""

import json
from typing import Any

from keguan.policies.compiling import base_part, book_body, digest, part_of, rulebook_of
from keguan.policies.engines import Rulebook
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import pack_from_texts

HEAD = """\
pack: forty
title: {zh: 四十项, en: Forty controls}
currency: CNY
roles:
  agent: {zh: 专员, en: Agent}
  manager: {zh: 经理, en: Manager}
  deputy: {zh: 副总, en: Deputy}
  general_manager: {zh: 总经理, en: General manager}
"""
STAGES = ("registered case.open", "accepted case.accept", "investigated case.find", "decided case.settle",
          "answered case.reply", "closed case.close")  # fmt: skip
TERMS = (
    "6 days", "3 days", "2 working days", "24 hours", "5 working days", "48 hours", "10 days", "1 week", "72 hours",
    "same day", "4 hours", "3 working days", "15 days", "1 month", "12 hours", "8 days",
)  # fmt: skip
PAIRS = (
    ("case.accept", "case.close"), ("case.open", "case.accept"), ("case.accept", "case.find"),
    ("case.find", "case.settle"), ("case.settle", "case.reply"), ("case.reply", "case.close"),
    ("case.open", "case.close"), ("case.classify", "case.reply"),
)  # fmt: skip
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"severity": "serious"}, {"kind": ["complaint", "suggestion"]}, {"is_founded": True},
    {"amount": ">= 5000"}, {"kind": "complaint", "severity": "serious"}, {"cause": "quality"},
    {"any": [{"severity": "serious"}, {"amount": "[1000..5000)"}]}, {"kind": "not consultation"},
)  # fmt: skip
ACTS = ("case.settle", "case.reply", "case.close", "case.find")


def controls() -> list[dict[str, Any]]:
    """Sixteen deadlines, eight prohibitions, eight requirements, three approvals, three notices, stages, a number."""
    found: list[dict[str, Any]] = []
    for i, term in enumerate(TERMS):
        after, do = PAIRS[i % len(PAIRS)]
        deadline: dict[str, Any] = {"id": f"term-{i}", "after": after, "do": do, "within": term, "by": "case.owner"}
        if i >= len(PAIRS):
            deadline["after"] = {"verb": after, "when": CONDITIONS[i % 2]}
        found.append({"deadline": deadline})
    for i, when in enumerate(CONDITIONS):
        unless = {"reply_channel": "letter"} if i % 2 else {"done": "case.classify"}
        act = "case.reply" if i % 2 else ACTS[i % len(ACTS)]
        found.append({"prohibition": {"id": f"never-{i}", "of": act, "when": when, "unless": unless}})
        statement = ({"amount": "<= 9000"}, {"is_founded": "set"}, {"severity": "set"}, {"cause": "set"})[i % 4]
        found.append({"requirement": {"id": f"needs-{i}", "of": ACTS[i % len(ACTS)], "when": when, "that": statement}})
    rows = [{"when": {"amount": "< 1000"}, "by": "manager"}, {"when": {"amount": "[1000..5000)"}, "by": "deputy"},
            {"when": {"amount": ">= 5000"}, "by": "general_manager"}]  # fmt: skip
    for i, how in enumerate(("authority", "consent", "authority")):
        found.append({"approval": {"id": f"settle-{i}", "of": "case.settle", "how": how, "table": rows}})
    for i, when in enumerate(CONDITIONS[:3]):
        text = {"zh": "{case.code}", "en": "{case.code}"}
        after = {"verb": ACTS[i], "when": when}
        found.append({"reaction": {"id": f"tell-{i}", "after": after, "notify": "manager", "text": text}})
    stages = [dict(zip(("stage", "by"), words.split(), strict=True)) for words in STAGES]
    found.append({"workflow": {"id": "stages", "of": "case", "stages": stages}})
    found.append({"setting": {"id": "number", "of": "case.number_pattern", "is": "KS-YYYYMM-NNN"}})
    return found


def forty() -> Rulebook:
    """The forty controls, compiled as a draft is; without the product's own grants."""
    return _compiled(controls())


def one_response(after: str, do: str, within: str) -> Rulebook:
    """A draft that says one thing: after this act, that one within a term."""
    return _compiled([{"deadline": {"id": "response", "after": after, "do": do, "within": within, "by": "case.owner"}}])


def _compiled(several: list[dict[str, Any]]) -> Rulebook:
    clauses = [{"clause": f"第{i}条", "text": "。", "controls": [one]} for i, one in enumerate(several, 1)]
    policy = {"policy": "forty", "title": "四十项", "effective": "2020-01-01", "clauses": clauses}
    pack, faults = pack_from_texts({"pack.yaml": HEAD, "policies/forty.yaml": json.dumps(policy, ensure_ascii=False)})
    if pack is None or faults:
        raise RuntimeError([fault.text("en") for fault in faults])
    _, faults = check_pack(pack)
    if faults:
        raise RuntimeError([fault.text("en") for fault in faults])
    whole = book_body([base_part(), part_of(pack, {})])
    body = {**whole, "policies": [one for one in whole["policies"] if one["code"] == "forty"]}
    return rulebook_of(0, body, digest(body))
