"""The law of recount: with the live tables gone, journal and mirror give them back, row for row."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction

from keguan.controls import gate
from keguan.controls.batch.lived import live_obligations
from keguan.controls.batch.lived import lived as tables
from keguan.controls.batch.recount import compared, differences, recount
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.mirror import opened
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack

Mirrored = Callable[[], Path]


@contextlib.contextmanager
def dropped() -> Iterator[None]:
    """No live table of the controls is there for the block, and no balance."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind = 'r'"
            " and (relname like 'controls\\_%' or relname like 'kernel\\_balance%')"
        )
        names = [name for (name,) in cursor.fetchall()]
        assert {"controls_obligation", "controls_evidence", "controls_approval", "kernel_balance_entry"} <= set(names)
        cursor.execute(f"drop table {', '.join(names)} cascade")
        yield
        transaction.set_rollback(True)


def lived(firm: Firm) -> dt.datetime:
    """A history with everything in it: kept, late, broken, running, refused by clauses and by access."""
    kept, late, broken = firm.found(), firm.found(), firm.accepted()
    firm.do("苏敏", "case.close", kept)
    firm.do("韩立", "case.accept", firm.case())
    firm.do("罗平", "case.note", kept, text="看看")
    firm.do("韩立", "case.settle", firm.found(), amount="100", handling="discount")
    with clock.pinned(MORNING + dt.timedelta(days=2)):
        firm.do("韩立", "case.settle", kept, amount="200", handling="discount")
        firm.do("苏敏", "case.settle", late, amount="3000", handling="discount")
        firm.do("苏敏", "case.reply", kept, reply_channel="phone", reply="好")
        firm.do("苏敏", "case.close", kept)
    now = MORNING + dt.timedelta(days=9)
    with clock.pinned(now):
        sweep_all()
        firm.do("何川", "case.settle", late, amount="3000", handling="discount")
        firm.do("苏敏", "case.reply", late, reply_channel="phone", reply="好")
        firm.do("苏敏", "case.close", late)
        firm.do("季安", "case.accept", broken)
        firm.case()
    return now


def test_the_mirror_gives_the_live_tables_back(past: Firm, mirrored: Mirrored) -> None:
    now = lived(past)
    place = mirrored()
    before = tables(now)
    assert {row["state"] for row in before.obligations.values()} >= {"kept", "kept_late", "broken"}
    assert {one.outcome for one in before.evidence} >= {"opened", "kept", "broken", "kept_late", "refused"}
    with opened(place) as mirror, dropped():
        found = recount(mirror, now)
        assert compared(mirror, found, before) == []
    assert found.obligations == before.obligations
    assert found.evidence == before.evidence


def test_evidence_that_is_lost_or_doubled_is_named(past: Firm, mirrored: Mirrored) -> None:
    now = lived(past)
    place = mirrored()
    with connection.cursor() as cursor:
        cursor.execute("alter table controls_evidence disable trigger user")
        cursor.execute("delete from controls_evidence where outcome = 'kept_late'")
        cursor.execute(
            "insert into controls_evidence select gen_random_uuid(), control, outcome, verb, object_type, object,"
            " event, attempt, obligation, actor, unit, happened_at, recorded_at, rulebook, null from controls_evidence"
            " where attempt is not null and control = 'complaints#stages' limit 1"
        )
    with opened(place) as mirror:
        _, found = differences(mirror, now)
    assert {one.what for one in found} == {"evidence"}
    assert sorted((one.id.split()[1], one.recounted.get("times"), one.live.get("times")) for one in found) == [
        ("kept_late", 1, None), ("refused", 1, 2),
    ]  # fmt: skip


def test_a_request_that_was_tampered_with_is_named(past: Firm, mirrored: Mirrored) -> None:
    now = lived(past)
    with clock.pinned(now):
        past.do("苏敏", "case.settle", past.found(), amount="3000", handling="discount")
    place = mirrored()
    with opened(place) as mirror:
        counted, found = differences(mirror, now)
    assert found == []
    assert {one["request"]["state"] for one in counted.requests.values()} == {"lapsed", "waiting"}
    [request] = [one for one in counted.requests.values() if one["request"]["state"] == "waiting"]
    assert any(name.startswith("steps ") for name in request)
    with connection.cursor() as cursor:
        cursor.execute("update controls_approvalstep set pos = pos + 1")
    with opened(place) as mirror:
        _, found = differences(mirror, now)
    assert {one.what for one in found} == {"request"}


def test_what_was_entered_in_error_shows_nothing_until_it_is_reinstated(past: Firm, mirrored: Mirrored) -> None:
    with clock.pinned(MORNING + dt.timedelta(hours=1)):
        error, back = past.found(), past.found()
        past.do("韩立", "case.settle", error, amount="100", handling="discount")
        for case in (error, back):
            past.must("苏敏", "case.void", case, reason="重复")
    now = MORNING + dt.timedelta(hours=2)
    with clock.pinned(now):
        past.must("苏敏", "case.reinstate", back)
    place = mirrored()
    before = tables(now)
    shown = {str(case): {one.control for one in before.evidence if one.object == str(case)} for case in (error, back)}
    assert "complaints#close" in shown[str(back)] and "complaints#close" not in shown[str(error)]
    with opened(place) as mirror, dropped():
        assert compared(mirror, recount(mirror, now), before) == []


def test_a_case_merged_into_another_shows_nothing_until_it_is_reinstated(past: Firm, mirrored: Mirrored) -> None:
    with clock.pinned(MORNING + dt.timedelta(hours=1)):
        first, merged, back = past.found(), past.found(), past.found()
        for case in (merged, back):
            past.must("苏敏", "case.merge", case, into=first, reason="同一件事")
    now = MORNING + dt.timedelta(hours=2)
    with clock.pinned(now):
        past.must("苏敏", "case.reinstate", back)
    place = mirrored()
    before = tables(now)
    owed = {str(key): [one["state"] for one in before.obligations.values() if one["object"] == str(key)]
            for key in (first, merged, back)}  # fmt: skip
    assert "running" in owed[str(first)] and "running" in owed[str(back)] and "running" not in owed[str(merged)]
    with opened(place) as mirror, dropped():
        assert compared(mirror, recount(mirror, now), before) == []


def test_what_a_breach_set_off_counts_again_when_its_record_is_reinstated(past: Firm, mirrored: Mirrored) -> None:
    case = past.accepted()
    now = MORNING + dt.timedelta(days=9)
    with clock.pinned(now):
        sweep_all()
        past.must("苏敏", "case.void", case, reason="重复")
        assert {one.control for one in tables(now).evidence if one.object == str(case)} == set()
        past.must("苏敏", "case.reinstate", case)
    place = mirrored()
    before = tables(now)
    told = [one for one in before.evidence if one.control == "complaints#late"]
    assert [(one.outcome, one.object) for one in told] == [("done", str(case))]
    assert before.evidence[told[0]] == 1
    with opened(place) as mirror, dropped():
        found = recount(mirror, now)
        assert compared(mirror, found, before) == []
    assert found.evidence == before.evidence


def test_refusals_are_refused_again_by_the_same_clauses(past: Firm, mirrored: Mirrored) -> None:
    now = lived(past)
    with opened(mirrored()) as mirror:
        counted, found = differences(mirror, now)
    assert found == []
    assert {"access"} in counted.attempts.values()
    assert {"complaints#stages"} in counted.attempts.values()


def test_a_row_that_was_tampered_with_is_named(past: Firm, mirrored: Mirrored) -> None:
    now = lived(past)
    place = mirrored()
    with connection.cursor() as cursor:
        cursor.execute("update controls_obligation set due_at = due_at + interval '1 day' where state = 'kept'")
    with opened(place) as mirror:
        _, found = differences(mirror, now)
    assert [(one.what, one.live["state"]) for one in found] == [("obligation", "kept")]


def test_calendars_of_units_and_people_and_tables_of_terms_are_recounted(past: Firm, mirrored: Mirrored) -> None:
    table = "[{when: {kind: complaint}, is: 2 working days}, {when: {kind: consultation}, is: 4 working hours}]"
    texts = {name: text.replace("within: 6 days", f"within: {table}") for name, text in read_pack(PACK).texts.items()}
    pack, faults = pack_from_texts(texts)
    assert pack is not None and not faults
    adopt(gate.run, SYSTEM, pack)
    past.system("calendar.add", unit=past.units["客服部"], spec={"week": {"MON-FRI": ["08:00-20:00"]}})
    past.system("calendar.add", person=past.people["唐果"], spec={"week": {"WED, THU": []}})
    # before anything runs: what a change moves under running clocks is the live tables' word
    [company] = Rows().select("select id from org_calendar where unit is null and person is null")
    past.system("calendar.add_days", company["id"], on="2026-03-05", name="厂庆")
    first = MORNING + dt.timedelta(minutes=1)
    with clock.pinned(first):
        for owner in ("季安", "唐果"):
            for unit in ("热线组", "销售部"):
                past.accepted(owner=past.people[owner], unit=past.units[unit])
        past.accepted(kind="consultation")
    with clock.pinned(first + dt.timedelta(minutes=1)):
        past.accepted()
        past.accepted(owner=past.people["唐果"])
    now = MORNING + dt.timedelta(days=9)
    with clock.pinned(now):
        sweep_all()
    place = mirrored()
    before = live_obligations(now)
    assert len({row["due_at"] for row in before.values()}) >= 4
    with opened(place) as mirror, dropped():
        found = recount(mirror, now)
    assert found.obligations == before
