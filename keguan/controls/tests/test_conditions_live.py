"""Conditions in force: lines of a linked record, facts of the person who acts, in a number of statements that stays."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keguan.controls import gate
from keguan.controls.tests.conftest import PACK, SYSTEM, Firm, founded
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused

POLICY = """policy: calls
title: 电话管理制度
effective: 2020-01-01
clauses:
  - clause: 第一条
    text: 留有两个以上电话的客户，工单不得由客服经理受理。
    controls:
      - prohibition:
          id: two-phones
          of: case.accept
          when: {count: customer.phones, is: ">= 2"}
          unless: {actor.joined_on: "> 2020-01-01"}
"""


@pytest.fixture
def firm(db: None, tmp_path: Path) -> Iterator[Firm]:
    pack = tmp_path / PACK.name
    shutil.copytree(PACK, pack)
    (pack / "policies" / "calls.yaml").write_text(POLICY, encoding="utf-8")
    with founded(pack) as made:
        yield made


def customers(firm: Firm, *phones: str) -> list[Any]:
    owned = {"owner": firm.people["季安"], "unit": firm.units["热线组"]}
    listed = [(None, {"name": f"客户 {phone}", "phones": phone, **owned}) for phone in phones]
    made = gate.run(SYSTEM, "customer.add", listed)
    return [outcome.object for outcome in made]


def test_lines_of_the_linked_record_and_the_person_who_acts(firm: Firm) -> None:
    one, two = customers(firm, "13800000001", "13800000002、13800000003")
    assert isinstance(firm.do("季安", "case.accept", firm.case(customer=one)), Done)
    refused = firm.do("季安", "case.accept", firm.case(customer=two))
    assert isinstance(refused, Refused)
    assert [reason.citation.control for reason in refused.reasons if reason.citation] == ["two-phones"]
    nobody = firm.do("季安", "case.accept", firm.case())
    assert isinstance(nobody, Refused), "without a customer its phones are not known, and unknown never passes"


def test_as_many_statements_for_one_as_for_many(firm: Firm) -> None:
    several = customers(firm, *(f"1380000{n:04}、1390000{n:04}" for n in range(9)))
    cases = [firm.case(customer=customer) for customer in several]

    def statements(keys: list[Any]) -> int:
        with CaptureQueriesContext(connection) as seen:
            outcomes = gate.run(Context(firm.people["季安"], "page"), "case.accept", [(key, {}) for key in keys])
        assert all(isinstance(outcome, Refused) for outcome in outcomes)
        return len(seen.captured_queries)

    statements(cases[:1])
    assert statements(cases[1:2]) == statements(cases[2:])
