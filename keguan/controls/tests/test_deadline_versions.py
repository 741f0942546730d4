"""Versions and calendars that come into force under running clocks: adopted, switched, counted anew, recalculated."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import pytest

from keguan.controls import gate, versions
from keguan.controls.live import adopting, taking_over
from keguan.controls.live.recalculating import said
from keguan.controls.models import Evidence, Obligation
from keguan.controls.queries.evidence import standing
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm
from keguan.controls.tests.test_deadline_lives import DAY, HOUR, PLAIN, Desk, desk  # noqa: F401 – a fixture
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack
from keguan.policies.rulebooks import current

EMPTY = "id: idle, after: dossier.withdraw, do: dossier.note, within: 1 day, by: dossier.owner"
WEEK = "id: x, after: dossier.accept, do: dossier.close, within: 6 days, by: dossier.owner"
SECOND = dt.timedelta(seconds=1)
PAUSED = (
    "id: x, after: dossier.accept, do: dossier.close, within: 3 working days, by: dossier.owner,"
    " pause: {from: dossier.hold, until: dossier.resume}"
)
LONGER = {"week": {"MON-FRI": ["09:00-18:00"]}}
SHORTER = {"week": {"MON-THU": ["09:00-17:00"]}}


def test_fifty_open_records_are_adopted_with_their_true_age_and_count_as_no_evidence(desk: Desk) -> None:  # noqa: F811
    desk.rules(EMPTY)
    keys = [desk.add() for _ in range(52)]
    for place, key in enumerate(keys):
        desk.do("dossier.accept", key, at=desk.now + place * 4 * HOUR)
    desk.do("dossier.close", keys[50], at=desk.now + 209 * HOUR)
    later = desk.now + 210 * HOUR
    desk.rules(EMPTY, WEEK, at=later, running="switch")
    in_force = desk.now
    desk.do("dossier.close", keys[51], at=in_force + HOUR)
    desk.sweep(in_force + 2 * HOUR)
    found = {one.object: one for one in Obligation.objects.filter(control="dossiers#x")}
    assert set(found) == {*keys[:50], keys[51]}
    assert all(one.is_adopted for one in found.values())
    assert {found[key].opened_at for key in keys[:50]} == {MORNING + 3 * SECOND + n * 4 * HOUR for n in range(50)}
    broken = [one for one in found.values() if one.state == "broken"]
    assert 10 < len(broken) < 30
    assert all(one.due_at < in_force for one in broken)
    assert desk.shown() == ["kept"], "only what fell due after the adoption, and was done, is evidence"
    assert found[keys[51]].state == "kept"
    desk.sweep(in_force + 30 * DAY)
    shown = desk.shown()
    assert shown.count("broken") == 50 - len(broken)
    assert "opened" not in shown
    desk.sweep(in_force + 31 * DAY)
    assert (desk.shown(), Obligation.objects.filter(control="dossiers#x").count()) == (shown, 51)


def test_keep_leaves_what_runs_under_the_version_that_opened_it(desk: Desk) -> None:  # noqa: F811
    desk.rules(WEEK)
    key = desk.add()
    desk.do("dossier.accept", key)
    before = desk.one()
    desk.rules(WEEK.replace("6 days", "3 days"), at=desk.now + DAY, running="keep")
    desk.sweep(desk.now + HOUR)
    assert (desk.one().due_at, desk.one().rulebook) == (before.due_at, before.rulebook)


def test_switch_lets_it_go_on_by_the_new_term_from_its_true_start(desk: Desk) -> None:  # noqa: F811
    desk.rules(WEEK)
    first, second = desk.add(), desk.add()
    desk.do("dossier.accept", first)
    desk.do("dossier.accept", second, at=desk.now + 4 * DAY)
    start = desk.now
    desk.rules(WEEK.replace("6 days", "3 days"), at=start + 4 * DAY + HOUR, running="switch")
    desk.sweep(desk.now + HOUR)
    one, other = desk.one(object=first), desk.one(object=second)
    assert (one.opened_at, one.state, one.is_adopted) == (start, "broken", True)
    assert one.due_at == dt.datetime(2026, 3, 6, 16, tzinfo=dt.UTC)
    assert (other.state, other.due_at) == ("running", dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC))
    assert desk.shown() == ["opened", "opened"], "what fell due before the new version is no evidence"
    desk.sweep(desk.now + 20 * DAY)
    assert desk.shown() == ["broken", "opened", "opened"]


def test_from_today_counts_from_the_first_day_of_the_version(desk: Desk) -> None:  # noqa: F811
    desk.rules(WEEK)
    key = desk.add()
    desk.do("dossier.accept", key)
    desk.rules(WEEK.replace("6 days", "3 days"), at=desk.now + 4 * DAY, running="from today")
    desk.sweep(desk.now + HOUR)
    old, new = Obligation.objects.filter(control="dossiers#x").order_by("opened_at")
    assert (old.state, new.state, new.is_adopted) == ("cancelled", "running", False)
    assert (new.opened_at, new.due_at) == (desk.now - SECOND, dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC))
    assert new.object == key


@pytest.mark.parametrize("running", ["switch", "from today"])
def test_a_sweep_that_comes_late_adopts_what_an_early_one_would_have(desk: Desk, running: str) -> None:  # noqa: F811
    """What was due only under the version before is not broken because nobody looked in between."""
    longer = WEEK.replace("6 days", "9 days")
    left: list[Any] = []
    for is_swept in (True, False):
        control = f"x{len(left)}"
        desk.rules(WEEK.replace("id: x", f"id: {control}"))
        start = desk.now
        key = desk.add()
        desk.do("dossier.accept", key)
        desk.rules(longer.replace("id: x", f"id: {control}"), at=start + 5 * DAY, running=running)
        if is_swept:
            desk.sweep(desk.now)
        desk.do("dossier.note", key, at=start + 8 * DAY)
        desk.sweep(start + 8 * DAY + HOUR)
        desk.now = start + 20 * DAY
        desk.sweep(desk.now)
        found = Obligation.objects.filter(control=f"dossiers#{control}", object=key).order_by("opened_at")
        shown = sorted(standing().filter(object=key, control=f"dossiers#{control}").values_list("outcome", flat=True))
        left.append(([(one.state, one.opened_at - start, (one.due_at - start).days) for one in found], shown))
    assert left[0] == left[1]
    assert left[0][1] == (["broken", "opened"] if running == "switch" else ["broken", "cancelled", "opened", "opened"])


def test_what_fell_due_before_its_clock_was_adopted_sets_nothing_off(firm: Firm) -> None:
    case = firm.case()
    with clock.pinned(MORNING + 3 * DAY):
        firm.must("季安", "case.accept", case)
    texts = {name: text.replace("within: 6 days", "within: 4 days") for name, text in read_pack(PACK).texts.items()}
    pack, faults = pack_from_texts(texts)
    assert pack is not None and not faults
    at = MORNING + 5 * DAY
    with clock.pinned(at):
        adopt(gate.run, SYSTEM, pack, running="switch")
    with clock.pinned(at + HOUR):
        sweep_all()
        [row] = Rows().select("select id from kernel_event where verb = 'case.accept'")
        firm.must("苏敏", "case.correct", case, event=row["id"], actual_at=MORNING, reason="补正")
    with clock.pinned(at + DAY):
        sweep_all()
    one = Obligation.objects.get(object=case, control="complaints#close")
    assert (one.state, one.is_adopted) == ("broken", True)
    assert one.due_at < at
    shown = Evidence.objects.filter(control__in=["complaints#close", "complaints#late"]).values_list(
        "outcome", flat=True
    )
    assert list(shown) == ["opened"]


def test_imported_history_opens_clocks_from_their_true_start(desk: Desk) -> None:  # noqa: F811
    desk.rules(WEEK)
    old, recent = desk.add(), desk.add()
    desk.do("dossier.accept", old, happened=desk.now - 20 * DAY, imported=True)
    desk.do("dossier.accept", recent, happened=desk.now - 2 * DAY, imported=True)
    one, other = desk.one(object=old), desk.one(object=recent)
    assert [(row.state, row.is_adopted) for row in (one, other)] == [("broken", True), ("running", True)]
    assert other.opened_at == desk.now - 2 * DAY
    assert desk.shown() == []
    desk.sweep(desk.now + 20 * DAY)
    assert desk.shown() == ["broken"], "only the one that fell due after the import"


def test_a_calendar_change_moves_running_terms_with_before_and_after(firm: Firm, desk: Desk) -> None:  # noqa: F811
    desk.rules("id: x, after: dossier.accept, do: dossier.close, within: 3 working days, by: dossier.owner,"
               " remind: [{before: 1 working day}]")  # fmt: skip
    keys = [desk.add() for _ in range(5)]
    for key in keys:
        desk.do("dossier.accept", key)
    with clock.pinned(desk.now):
        sweep_all()
    before = {one.object: one.due_at for one in Obligation.objects.filter(control="dossiers#x")}
    [calendar] = Rows().select("select id from org_calendar where unit is null and person is null")
    with clock.pinned(desk.now + HOUR):
        firm.system("calendar.set", calendar["id"], spec={"week": {"MON-THU": ["09:00-17:00"]}})
    desk.do("dossier.close", keys[4], at=desk.now + HOUR)
    desk.sweep(desk.now + 2 * HOUR)
    found = Obligation.objects.filter(control="dossiers#x", state="running")
    assert {one.due_at for one in found} == {dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)}
    hours = current(desk.now + 3 * HOUR).calendars.of()
    told = [said(one.term, one.marks, one.due_at, hours).lines for one in found]
    assert all("重算" in lines[-1].zh for lines in told)
    assert all(one.next_at < one.due_at for one in found if one.next_at)
    [event] = Rows().select("select id, envelope from kernel_event where verb = 'obligation.recalculate'")
    moved = json.loads(event["envelope"])["args"]["moved"]
    assert {was for _, was, _ in moved} == {at.isoformat() for at in before.values()}
    assert len(moved) == 4
    assert Rows().select(
        "select count(*) as n from kernel_event_object where event = %s and touched", [event["id"]]
    ) == [{"n": 4}]
    desk.sweep(desk.now + 3 * HOUR)
    assert Rows().select("select count(*) as n from kernel_event where verb = 'obligation.recalculate'") == [{"n": 1}]
    desk.sweep(dt.datetime(2026, 3, 9, 10, tzinfo=dt.UTC))
    assert Evidence.objects.get(control="dossiers#x", outcome="broken", object=keys[0]).happened_at == dt.datetime(
        2026, 3, 9, 9, tzinfo=dt.UTC
    )


def test_an_adoption_that_is_cut_off_goes_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    desk.rules(EMPTY)
    keys = [desk.add() for _ in range(5)]
    for key in keys:
        desk.do("dossier.accept", key)
    desk.rules(EMPTY, WEEK, at=desk.now + HOUR, running="switch")
    monkeypatch.setattr(versions, "CHUNK", 2)
    whole, turns = adopting.adopt, []

    def once(*args: object) -> None:
        turns.append(1)
        if len(turns) == 2:
            raise RuntimeError("cut off")
        whole(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(taking_over, "adopt", once)
    with pytest.raises(RuntimeError):
        desk.sweep(desk.now + HOUR)
    assert Obligation.objects.filter(control="dossiers#x").count() == 2
    desk.sweep(desk.now + 2 * HOUR)
    assert Obligation.objects.filter(control="dossiers#x").count() == 5


@pytest.mark.parametrize("is_swept", [True, False])
def test_a_changed_calendar_moves_a_clock_before_anybody_judges_it(firm: Firm, desk: Desk, is_swept: bool) -> None:  # noqa: F811
    """A command that comes before the sweep finds the due moment that the sweep would have left."""
    desk.rules("id: x, after: dossier.accept, do: dossier.close, within: 2 working days, by: dossier.owner")
    key = desk.add()
    desk.do("dossier.accept", key)
    before = desk.one().due_at
    [company] = Rows().select("select id from org_calendar where unit is null and person is null")
    with clock.pinned(desk.now + HOUR):
        firm.system("calendar.add_days", company["id"], on="2026-03-04", to="2026-03-06", name="厂庆")
    if is_swept:
        desk.sweep(desk.now + 2 * HOUR)
    # after the old due moment, before the new one
    desk.do("dossier.close", key, at=desk.now + 4 * DAY)
    found = desk.one()
    assert before < desk.now + 4 * DAY < found.due_at
    assert (found.state, desk.shown()) == ("kept", ["kept", "opened"])
    [move] = [body for body in found.marks if body["kind"] == "move"]
    assert dt.datetime.fromisoformat(move["at"]) < desk.now + 2 * HOUR
    told = [
        json.loads(row["envelope"])["args"]["moved"]
        for row in Rows().select("select envelope from kernel_event where verb = 'obligation.recalculate'")
    ]
    assert [[one[0] for one in moved] for moved in told] == [[str(found.id)]]


def calendar_set(firm: Firm, at: dt.datetime, spec: Mapping[str, Any]) -> None:
    [calendar] = Rows().select("select id from org_calendar where unit is null and person is null")
    with clock.pinned(at):
        firm.system("calendar.set", calendar["id"], spec=spec)


def test_a_later_calendar_does_not_touch_what_was_broken(firm: Firm, desk: Desk) -> None:  # noqa: F811
    desk.rules(PAUSED)
    key = desk.add()
    desk.do("dossier.accept", key)
    began = desk.now
    desk.do("dossier.hold", key, at=began + HOUR)
    desk.do("dossier.resume", key, at=began + 4 * HOUR)
    desk.sweep(began + 8 * DAY)
    broken = Evidence.objects.get(control="dossiers#x", outcome="broken")
    calendar_set(firm, began + 9 * DAY, SHORTER)
    desk.do("dossier.close", key, at=began + 10 * DAY)
    assert Evidence.objects.get(control="dossiers#x", outcome="broken") == broken
    assert not Evidence.objects.filter(control="dossiers#x", replaces=broken.id).exclude(outcome="kept_late").exists()


def test_a_clock_that_was_moved_and_goes_on_is_due_by_the_calendar_of_that_day(firm: Firm, desk: Desk) -> None:  # noqa: F811
    desk.rules(PAUSED)
    key = desk.add()
    desk.do("dossier.accept", key)
    began = desk.now
    calendar_set(firm, began + HOUR, SHORTER)
    desk.do("dossier.hold", key, at=began + 2 * HOUR)
    desk.do("dossier.resume", key, at=began + 3 * HOUR)
    due_at = desk.one().due_at
    assert due_at == dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)
    desk.sweep(due_at + SECOND)
    assert Evidence.objects.get(control="dossiers#x", outcome="broken").happened_at == due_at


def test_a_pause_entered_after_a_calendar_moved_the_clock_moves_it_further(firm: Firm, desk: Desk) -> None:  # noqa: F811
    desk.rules(PAUSED)
    first, second = desk.add(), desk.add()
    for key in (first, second):
        desk.do("dossier.accept", key)
    began = desk.now
    desk.do("dossier.hold", first, at=began + HOUR)
    desk.do("dossier.resume", first, at=began + 26 * HOUR)
    calendar_set(firm, began + 27 * HOUR, SHORTER)
    for key in (first, second):  # what comes by moves the clock
        desk.do("dossier.note", key, at=began + 28 * HOUR)
    desk.do("dossier.hold", second, at=began + 29 * HOUR, happened=began + HOUR)
    desk.do("dossier.resume", second, at=began + 29 * HOUR, happened=began + 26 * HOUR)
    assert desk.one(object=second).due_at == desk.one(object=first).due_at


def test_a_calendar_that_comes_back_counts_from_its_second_day(firm: Firm, desk: Desk) -> None:  # noqa: F811
    desk.rules(PAUSED)
    began = desk.now
    for hours, spec in enumerate((LONGER, SHORTER, LONGER)):
        calendar_set(firm, began + hours * HOUR, spec)
    first, again = (current(began + dt.timedelta(minutes=minutes)) for minutes in (30, 150))
    assert (again.number, again.calendars.of()) == (first.number + 2, first.calendars.of())
    key = desk.add()
    desk.do("dossier.accept", key, at=began + 3 * HOUR)
    calendar_set(firm, began + 4 * HOUR, SHORTER)
    desk.do("dossier.hold", key, at=began + 5 * HOUR)
    desk.do("dossier.resume", key, at=began + 6 * HOUR)
    assert desk.one().due_at == dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)
