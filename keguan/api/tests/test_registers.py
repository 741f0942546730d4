"""A register that a pack declares is reached by REST like any record type: verbs, lists, filters, one by its number."""

from typing import Any

from keguan.api.tests.conftest import NOW, SYSTEM, Firm
from keguan.controls import gate
from keguan.kernel import clock
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts

PACK = """
pack: visits
title: {zh: 来访登记, en: Visits}
"""
POLICY = """
policy: visits
title: 来访登记办法
effective: 2026-01-01
clauses:
  - clause: 第一条
    text: 来访须登记。
    controls:
      - register:
          id: visitors
          type: visitor_note
          title: {zh: 来访单, en: Visitor note}
          number: LF-YYYYMM-NNN
          fields: {guest: text!, came_on: {kind: date, zh: 来访日期, en: Came on, filter: true}, host: person}
          lines: {things: {name: text!}}
          stages:
            - {stage: noted, zh: 已登记, en: Noted}
            - {stage: left, zh: 已离开, en: Left, by: leave, act: {zh: 送客, en: See off}}
      - access: {id: visitors-access, who: everyone, may: visitor_note.*, see: visitor_note, scope: all}
"""


def declared() -> None:
    pack, faults = pack_from_texts({"pack.yaml": PACK, "policies/visits.yaml": POLICY})
    assert pack is not None
    assert not faults
    with clock.pinned(NOW):
        adopt(gate.run, SYSTEM, pack)


def test_a_register_stands_in_the_document(firm: Firm) -> None:
    def document() -> dict[str, Any]:
        answer = firm.agent.get("/openapi.json")
        assert answer.status == 200
        found: dict[str, Any] = answer.body
        return found

    before = document()
    assert not [path for path in before["paths"] if "visitor" in path]
    declared()
    with clock.pinned(NOW.replace(minute=5)):
        after = document()
    new = {path for path in after["paths"] if path not in before["paths"]}
    assert new
    assert all(path.startswith("/api/v1/visitor_notes") for path in new)
    assert set(before["paths"]) <= set(after["paths"])
    leave = after["paths"]["/api/v1/visitor_notes/{key}/leave"]["post"]
    assert leave["summary"] == "送客 · See off"
    opening = after["paths"]["/api/v1/visitor_notes"]["post"]
    assert opening["tags"] == ["来访单 · Visitor note"]
    body = opening["requestBody"]["content"]["application/json"]["schema"]
    assert "guest" in body["required"]
    assert body["properties"]["came_on"]["anyOf"][0] == {"type": "string", "format": "date"}
    listed = after["paths"]["/api/v1/visitor_notes"]["get"]
    assert {"came_on__gte"} <= {one.get("name") for one in listed["parameters"]}
    operations = [one for methods in after["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)


def test_a_register_has_addresses_like_any_record(firm: Firm) -> None:
    assert firm.agent.get("/visitor_notes").status == 404
    declared()
    with clock.pinned(NOW.replace(minute=5)):
        opened = firm.agent.post("/visitor_notes", {"guest": "赵敏", "came_on": "2026-05-20"})
        assert opened.status in (200, 201), opened.body
        firm.agent.post("/visitor_notes", {"guest": "钱勇", "came_on": "2026-05-01"})
        missing = firm.agent.post("/visitor_notes", {"came_on": "2026-05-20"})
        assert missing.status == 422
        listed = firm.agent.get("/visitor_notes?came_on__gte=2026-05-10")
        assert listed.status == 200, listed.body
        [row] = listed.body["items"]
        assert row["code"] == "LF-202605-001"
        assert row["facts"]["guest"] == "赵敏"
        left = firm.manager.post(f"/visitor_notes/{row['code']}/leave", {})
        assert left.status == 200, left.body
        one = firm.agent.get(f"/visitor_notes/{row['code']}")
        assert one.status == 200, one.body
        assert one.body["facts"]["stage"] == "left"
        assert {action["verb"] for action in one.body["actions"]} >= {"visitor_note.change", "visitor_note.void"}
        assert firm.agent.get("/nothing-of-the-sort").status == 404
