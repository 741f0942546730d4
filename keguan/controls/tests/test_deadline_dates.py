"""Deadlines that dates and periods open: whoever comes, and however late, opens the same clocks."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from keguan.controls import dates, gate
from keguan.controls.live import dates as live_dates
from keguan.controls.models import Evidence, Obligation
from keguan.controls.sweep import next_moment
from keguan.controls.tests.conftest import SYSTEM, Firm
from keguan.controls.tests.test_deadline_lives import DAY, HOUR, Desk, desk  # noqa: F401 – a fixture
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.rows import Rows as Counted
from keguan.org.directory import profiles

MONTH = "id: x, every: month, each: {dossier: {stage: open}}, do: dossier.note, within: by day 10, by: dossier.owner"
APRIL = dt.datetime(2026, 3, 31, 16, tzinfo=dt.UTC)  # midnight of the first in Shanghai
Rows = list[tuple[UUID, dt.datetime, dt.datetime, str]]


def rows(control: str = "x") -> Rows:
    found = Obligation.objects.filter(control=f"dossiers#{control}").order_by("opened_at", "object")
    return [(one.object, one.opened_at, one.due_at, one.state) for one in found]


def test_every_month_for_those_the_control_means_then(desk: Desk) -> None:  # noqa: F811
    desk.rules(MONTH)
    here, later, gone = (desk.add(stage="open") for _ in range(3))
    desk.do("dossier.edit", gone, at=APRIL - HOUR, stage="shut")
    desk.sweep(APRIL - HOUR)
    assert rows() == []
    assert next_moment() == APRIL
    desk.do("dossier.edit", later, at=APRIL + HOUR, stage="shut")
    assert [row[0] for row in rows()] == [later], "an act opens first what a date opened on its record"
    desk.sweep(APRIL + 2 * HOUR)
    due = dt.datetime(2026, 4, 10, 16, tzinfo=dt.UTC)
    assert rows() == [(key, APRIL, due, "running") for key in sorted((here, later))]
    desk.do("dossier.note", here, at=APRIL + 3 * HOUR)
    desk.sweep(APRIL + 32 * DAY)
    assert [state for _, at, _, state in rows() if at == APRIL] == ["kept", "broken"]
    assert [key for key, at, _, _ in rows() if at > APRIL] == [here]


@pytest.mark.parametrize("moments", [[0], [1], [24 * 40], [0, 0, 1, 1, 500], [24 * 7, 24 * 40]])
def test_late_doubled_and_absent_sweeps_open_the_same(desk: Desk, moments: list[int]) -> None:  # noqa: F811
    desk.rules(
        MONTH, "id: daily, every: working day, each: dossier, do: dossier.note, within: by 18:00, by: dossier.owner"
    )
    key, other = desk.add(stage="open"), desk.add(stage="open")
    for hours in moments:
        desk.sweep(APRIL + hours * HOUR)
    desk.do("dossier.edit", other, at=APRIL + 41 * DAY, stage="shut")
    desk.sweep(APRIL + 42 * DAY)
    months = [APRIL, dt.datetime(2026, 4, 30, 16, tzinfo=dt.UTC)]
    assert [(one, at) for one, at, _, _ in rows()] == [(one, at) for at in months for one in sorted((key, other))]
    found = [at for one, at, _, _ in rows("daily") if one == key]
    # from the day after the policy came into force on 3 March: working days, 清明 and 劳动节 left out
    assert len(found) == len(set(found)) == 48
    assert all(state == "broken" for _, at, _, state in rows("daily") if at < APRIL + 40 * DAY)


def test_an_act_meets_the_period_it_falls_in(desk: Desk) -> None:  # noqa: F811
    desk.rules("id: x, every: day, each: dossier, do: dossier.note, within: by 18:00, by: dossier.owner")
    key = desk.add()
    first = dt.datetime(2026, 3, 3, 16, tzinfo=dt.UTC)
    desk.sweep(first + 30 * HOUR)
    assert [row[3] for row in rows()] == ["broken", "running"]
    desk.do("dossier.note", key, at=first + 31 * HOUR)
    assert [row[3] for row in rows()] == ["broken", "kept"]
    desk.do("dossier.note", key, at=first + 32 * HOUR, happened=first + 10 * HOUR)
    assert [row[3] for row in rows()] == ["kept", "kept"], "what was done that day and written up the next"


def test_at_a_date(desk: Desk) -> None:  # noqa: F811
    desk.rules("id: x, at: 2026-05-01, each: {dossier: {founded: true}}, do: dossier.close, within: before 2026-06-01,"
               " by: head @ dossier.unit")  # fmt: skip
    here, _ = desk.add(founded=True), desk.add(founded=False)
    may = dt.datetime(2026, 4, 30, 16, tzinfo=dt.UTC)
    desk.sweep(may + 10 * DAY)
    later = desk.do("dossier.add", at=may + 10 * DAY, founded=True, owner=desk.firm.people["季安"])
    desk.do("dossier.edit", later, at=may + 11 * DAY, title="后来的")
    assert rows() == [(here, may, dt.datetime(2026, 5, 31, 16, tzinfo=dt.UTC), "running")]


def test_a_sample_is_the_same_whoever_draws_it(desk: Desk) -> None:  # noqa: F811
    desk.rules(
        "id: x, every: month, each: dossier, sample: 50 %, do: dossier.note, within: by day 10, by: dossier.owner"
    )
    keys = [desk.add() for _ in range(30)]
    early = [desk.do("dossier.edit", key, at=APRIL + HOUR, title="先动") for key in keys[:15]]
    opened = {row[0] for row in rows()}
    assert 0 < len(opened) < len(early)
    desk.sweep(APRIL + 2 * HOUR)
    assert {row[0] for row in rows()} & set(early) == opened
    assert 0 < len({row[0] for row in rows()} - set(early)) < 15


def test_a_sweep_that_is_cut_off_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    desk.rules(MONTH)
    keys = sorted(desk.add(stage="open") for _ in range(5))
    monkeypatch.setattr(dates, "CHUNK", 2)
    whole = live_dates.open_each
    turns: list[int] = []

    def twice(*args: Any) -> Any:
        turns.append(1)
        if len(turns) == 2:
            raise RuntimeError("cut off")
        return whole(*args)

    monkeypatch.setattr(live_dates, "open_each", twice)
    with pytest.raises(RuntimeError):
        desk.sweep(APRIL)
    assert [row[0] for row in rows()] == keys[:2]
    desk.sweep(APRIL + HOUR)
    assert [row[0] for row in rows()] == keys


def test_what_the_company_owes_is_met_by_acts_on_any_record(desk: Desk, firm: Firm) -> None:  # noqa: F811
    desk.rules("id: x, every: month, do: [patron.greet, dossier.note], at_least: 2, by: general_manager")
    patron, dossier = desk.add("patron", name="禾木"), desk.add()
    desk.sweep(APRIL)
    [one] = Obligation.objects.filter(control="dossiers#x")
    assert (one.object_type, one.people, one.due_at) == (
        "company", [firm.people["高岚"]], dt.datetime(2026, 4, 30, 16, tzinfo=dt.UTC),
    )  # fmt: skip
    desk.do("patron.greet", patron, at=APRIL + HOUR)
    assert [row[3] for row in rows()] == ["running"]
    desk.do("dossier.note", dossier, at=APRIL + 2 * HOUR)
    assert [row[3] for row in rows()] == ["kept"]
    assert Obligation.objects.get(id=one.id).met_at == APRIL + 2 * HOUR


def test_what_is_done_in_time_counts_in_the_same_department_as_what_is_late(desk: Desk, firm: Firm) -> None:  # noqa: F811
    desk.rules("id: x, every: month, do: patron.greet, within: by day 10, by: general_manager")
    patron = desk.add("patron", name="禾木")
    desk.sweep(APRIL)
    desk.do("patron.greet", patron, at=APRIL + HOUR)
    for day in (31, 42):
        desk.sweep(APRIL + day * DAY)
    shown = Evidence.objects.filter(control="dossiers#x").order_by("id").values_list("outcome", "unit")
    office = profiles(Counted(), [firm.people["高岚"]], APRIL)[firm.people["高岚"]].unit
    assert office is not None
    assert list(shown) == [(outcome, office) for outcome in ("opened", "kept", "opened", "broken")]


def test_acts_on_many_records_cost_no_more_when_dates_have_come(desk: Desk) -> None:  # noqa: F811
    desk.rules(MONTH, "id: daily, every: day, each: dossier, do: dossier.note, within: by 18:00, by: dossier.owner")
    counts = set()
    for many in (1, 2, 40):
        keys = [desk.add(stage="open") for _ in range(many)]
        before = Counted.total
        with clock.pinned(APRIL + HOUR):
            outcomes = gate.run(SYSTEM, "dossier.accept", [(key, {}) for key in keys])
        assert all(isinstance(outcome, Done) for outcome in outcomes)
        counts.add(Counted.total - before)
        assert Obligation.objects.filter(control="dossiers#x", object__in=keys).count() == many
    assert len(counts) == 1, counts


def test_a_state_that_holds_already_is_kept_at_once(desk: Desk) -> None:  # noqa: F811
    desk.rules("id: x, every: month, each: dossier, hold: {founded: true}, within: by day 10, by: dossier.owner",
               "id: after, after: dossier.accept, hold: {founded: true}, within: 1 day, by: dossier.owner")  # fmt: skip
    holds, lacks = desk.add(founded=True), desk.add()
    for key in (holds, lacks):
        desk.do("dossier.accept", key)
    desk.sweep(APRIL)
    assert {row[0]: row[3] for row in rows()} == {holds: "kept", lacks: "running"}
    assert {row[0]: row[3] for row in rows("after")} == {holds: "kept", lacks: "broken"}
    assert desk.shown() == ["kept", "opened", "opened"]
    desk.do("dossier.edit", lacks, at=APRIL + DAY, founded=True)
    assert {row[3] for row in rows()} == {"kept"}


def test_who_comes_under_the_control_later_is_not_meant(desk: Desk) -> None:  # noqa: F811
    desk.rules(MONTH)
    acted, swept = desk.add(stage="shut"), desk.add(stage="shut")
    for key in (acted, swept):
        desk.do("dossier.edit", key, at=APRIL + HOUR, stage="open")
    desk.do("dossier.edit", acted, at=APRIL + 2 * HOUR, title="再动一次")
    assert rows() == []
    desk.sweep(APRIL + 3 * HOUR)
    assert rows() == []
