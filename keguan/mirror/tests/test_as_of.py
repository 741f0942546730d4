"""Facts before and after each act, as the journal has them; linked records and lines as they stood."""

import datetime as dt
from pathlib import Path
from typing import Any
from uuid import UUID

from keguan.cases.facts import CASE
from keguan.controls import gate
from keguan.controls.tests.conftest import MORNING, SYSTEM, Firm
from keguan.kernel import clock
from keguan.kernel.journal.seal import seal_all
from keguan.kernel.records.kinds import Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.mirror import follow, opened
from keguan.mirror.as_of import Wanted, acts, column_of


def known(place: Path, wanted: Wanted) -> list[dict[str, Any]]:
    with opened(place) as mirror:
        found = acts(mirror, CASE, {}, wanted)
        listed: list[dict[str, Any]] = found.order_by("recorded_at", "event").to_pyarrow().to_pylist()
        return listed


def test_facts_before_and_after(history: Firm, place: Path) -> None:
    found = known(place, Wanted(facts=frozenset(("stage", "severity", "is_founded", "owner"))))
    first = next(row for row in found if row["verb"] == "case.find")
    assert (first["b_stage"], first["c_stage"]) == ("accepted", "investigated")
    assert (first["b_is_founded"], first["c_is_founded"]) == (None, True)
    assert (first["b_severity"], first["b_owner"]) == ("serious", str(history.people["季安"]))
    opening = next(row for row in found if row["verb"] == "case.open")
    assert (opening["b_stage"], opening["c_stage"]) == (None, "registered")


def test_an_attempt_sees_what_stood_when_it_was_made(history: Firm, place: Path) -> None:
    found = known(place, Wanted(facts=frozenset(("stage",)), done=frozenset({("case.accept",), ("case.open",)})))
    [attempt] = [row for row in found if row["turn"] == 1]
    assert (attempt["verb"], attempt["b_stage"], attempt["d_0"], attempt["d_1"]) == (
        "case.accept", "registered", False, True,
    )  # fmt: skip


def test_money_and_arguments(history: Firm, tmp_path: Path) -> None:
    key = history.found()
    history.must("韩立", "case.settle", key, amount="12.5", handling="discount")
    seal_all()
    follow(tmp_path)
    wanted = Wanted(facts=frozenset(("amount",)), arguments=frozenset(("amount",)), verbs=frozenset(("case.settle",)))
    [row] = known(tmp_path, wanted)
    assert (str(row["c_amount"]), row["c_amount__currency"], row["b_amount"]) == ("12.50", "CNY", None)
    assert (str(row["a_amount"]), row["g_amount"]) == ("12.50", True)


def customer(name: str) -> UUID:
    outcome = gate.run_one(SYSTEM, "customer.add", None, {"name": name, "kind": "organisation"})
    assert outcome.object is not None
    return outcome.object


def test_a_linked_record_is_read_as_it_was(history: Firm, tmp_path: Path) -> None:
    key = customer("禾木")
    opened_case = {"kind": "complaint", "title": "破损", "customer": key}
    first = gate.run_one(SYSTEM, "case.open", None, opened_case).object
    with clock.pinned(MORNING + dt.timedelta(hours=1)):
        gate.run_one(SYSTEM, "customer.update", key, {"kind": "person"})
    with clock.pinned(MORNING + dt.timedelta(hours=2)):
        second = gate.run_one(SYSTEM, "case.open", None, opened_case).object
    seal_all()
    follow(tmp_path)
    wanted = Wanted(links={"customer": frozenset(("kind",))}, verbs=frozenset(("case.open",)))
    found = {row["object"]: row["k_customer__kind"] for row in known(tmp_path, wanted)}
    assert (found[str(first)], found[str(second)]) == ("organisation", "person")


def test_lines_as_they_stood(history: Firm, tmp_path: Path) -> None:
    key = history.case()
    history.must("季安", "case.note", key, text="一")
    history.must("季安", "case.note", key, text="二")
    seal_all()
    follow(tmp_path)
    found = known(tmp_path, Wanted(lists=frozenset(("notes",))))
    mine = [row for row in found if row["object"] == str(key)]
    assert [None if row["l_notes"] is None else len(row["l_notes"]) for row in mine] == [None, 0, 1]
    assert mine[-1]["l_notes"][0]["author"] == str(history.people["季安"])


def test_a_pack_s_personal_field_is_not_taken_for_an_empty_one() -> None:
    declared = {
        "case": {
            "opinion": Fact("opinion", Text(200), Label("意见", "Opinion"), personal=True),
            "sample_no": Fact("sample_no", Text(40), Label("样品编号", "Sample number")),
        }
    }
    assert column_of(CASE, declared, "opinion") is None
    found = column_of(CASE, declared, "sample_no")
    assert found is not None
    assert found[0] == "f_extra__sample_no"
