"""A draft over a small history, counted by hand."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keguan.controls.batch.backtest import backtest
from keguan.controls.batch.drafts import read_draft
from keguan.controls.batch.figures import Backtest, Figures
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, PACK, Firm
from keguan.kernel import clock
from keguan.mirror import opened
from keguan.policies.faults import Faulty

Mirrored = Callable[[], Path]
Drafted = Callable[..., str]
NOW = MORNING + dt.timedelta(days=20)


def closed(firm: Firm, key: Any, days: int) -> None:
    with clock.pinned(MORNING + dt.timedelta(days=days)):
        firm.must("苏敏", "case.reply", key, reply_channel="phone", reply="好")
        firm.must("苏敏", "case.close", key)


def history(firm: Firm) -> dict[str, str]:
    """Five cases accepted on the morning of the third: closed after 2, 5 and 8 days, never, and not accepted."""
    cases = {name: firm.found(title=name) for name in ("two", "five", "eight")}
    cases["never"] = firm.accepted(title="never")
    cases["registered"] = firm.case(title="registered")
    for key in (cases["two"], cases["five"], cases["eight"]):
        firm.must("韩立", "case.settle", key, amount="100", handling="discount")
    for name, days in (("two", 2), ("five", 5), ("eight", 8)):
        closed(firm, cases[name], days)
    with clock.pinned(NOW):
        sweep_all()
    return {str(key): name for name, key in cases.items()}


@pytest.fixture
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Drafted:
    """Makes the company's own pack with some words changed, in a folder of the name that its head says."""
    head = (PACK / "pack.yaml").read_text(encoding="utf-8")
    name = next(line.partition(":")[2].strip() for line in head.splitlines() if line.startswith("pack:"))

    def made(*changes: tuple[str, str]) -> str:
        place = tmp_path_factory.mktemp("draft") / name
        shutil.copytree(PACK, place)
        path = place / "policies" / "complaints.yaml"
        text = path.read_text(encoding="utf-8")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")
        return str(place)

    return made


def judged(place: Path, draft: str, **period: Any) -> Backtest:
    with opened(place) as mirror:
        return backtest(mirror, read_draft(draft, {}), NOW, **period)


def of(found: Backtest, control: str) -> Figures:
    return next(one for one in found.figures if one.control.id == control)


def test_three_days_instead_of_six(past: Firm, mirrored: Mirrored, drafted: Drafted) -> None:
    names = history(past)
    draft = drafted(
        ("within: 6 days", "within: 3 days"), ("fields: [is_founded]}", "fields: [is_founded, contact_phone]}")
    )
    found = judged(mirrored(), draft)
    assert of(found, "founded").now == {"applied": 3, "unrecorded": 3}, "what nobody recorded is not guessed"
    close = of(found, "close")
    assert close.then == {"opened": 4, "kept": 2, "broken": 1, "kept_late": 1}
    assert close.now == {"opened": 4, "kept": 1, "broken": 1, "kept_late": 2}
    [change] = [one for one in found.changes if one.control == "complaints#close"]
    told = [(names[one.object], one.happened_at.day, one.then, one.now)
            for one in found.changes if one.control == "complaints#late"]  # fmt: skip
    assert sorted(told, key=str) == [
        ("eight", 6, None, "done"), ("eight", 9, "done", None), ("five", 6, None, "done"),
        ("never", 6, None, "done"), ("never", 9, "done", None),
    ]  # fmt: skip
    assert (names[change.object], change.control, change.then, change.now) == (
        "five", "complaints#close", "kept", "kept_late",
    )  # fmt: skip
    assert change.happened_at == MORNING
    assert change.code.startswith("TS-2026-")


def test_an_unchanged_draft_changes_nothing(past: Firm, mirrored: Mirrored, drafted: Drafted) -> None:
    history(past)
    found = judged(mirrored(), drafted())
    assert found.changes == []
    assert all(one.now == one.then for one in found.figures)
    assert of(found, "stages").now["kept"] == 5 + 4 + 3 + 3 + 3 + 3


def test_who_would_have_been_asked(past: Firm, mirrored: Mirrored, drafted: Drafted) -> None:
    names = history(past)
    draft = drafted(('"< 1000"', '"< 50"'), ('"[1000..5000)"', '"[50..5000)"'))
    found = judged(mirrored(), draft)
    assert of(found, "settle").then == {"applied": 3, "kept": 3}
    assert of(found, "settle").now == {"applied": 3, "waiting": 3}
    changed = [
        (names[change.object], change.then, change.now) for change in found.changes if "settle" in change.control
    ]
    assert sorted(changed) == [("eight", "kept", "waiting"), ("five", "kept", "waiting"), ("two", "kept", "waiting")]


def test_a_new_clause_and_one_that_is_gone(past: Firm, mirrored: Mirrored, drafted: Drafted) -> None:
    history(past)
    draft = drafted(
        ("- requirement: {id: founded, of: case.settle, fields: [is_founded]}",
         "- prohibition: {id: no-discount, of: case.settle, when: {handling: discount}}"),
    )  # fmt: skip
    found = judged(mirrored(), draft)
    assert (of(found, "no-discount").now, of(found, "no-discount").then) == ({"applied": 3, "refused": 3}, {})
    assert of(found, "founded").is_gone
    assert (of(found, "founded").now, of(found, "founded").then) == ({}, {"applied": 3, "kept": 3})
    assert {(change.control, change.now) for change in found.changes} == {("complaints#no-discount", "refused")}


def test_a_period(past: Firm, mirrored: Mirrored, drafted: Drafted) -> None:
    history(past)
    draft = drafted(("within: 6 days", "within: 3 days"))
    place = mirrored()
    later = judged(place, draft, since=MORNING + dt.timedelta(days=1))
    assert of(later, "close").now == {}
    # what fell due in the period was told in it
    assert {one.control for one in later.changes} == {"complaints#late"}
    assert judged(place, draft, until=MORNING).acts == 0


def test_a_fault_is_told_at_its_line(drafted: Drafted) -> None:
    draft = drafted(("within: 6 days", "within: 6 moons"))
    with pytest.raises(Faulty) as error:
        read_draft(draft, {})
    [fault] = error.value.faults
    assert fault.file == "policies/complaints.yaml"
    assert "within: 6 moons" in (Path(draft) / fault.file).read_text(encoding="utf-8").splitlines()[fault.line - 1]


def test_people_are_found_as_they_were(past: Firm, mirrored: Mirrored, drafted: Drafted) -> None:
    history(past)
    draft = drafted(
        ('- {when: {amount: "< 1000"}, by: sales_manager}', '- {when: {amount: "< 1000"}, by: superior of case.owner}'),
    )
    found = judged(mirrored(), draft)
    assert of(found, "settle").now == {"applied": 3, "waiting": 3}
    other = drafted(
        (
            '- {when: {amount: "< 1000"}, by: sales_manager}',
            '- {when: {amount: "< 1000"}, by: [deputy, sales_manager]}',
        ),
    )
    assert of(judged(mirrored(), other), "settle").now == {"applied": 3, "kept": 3}
