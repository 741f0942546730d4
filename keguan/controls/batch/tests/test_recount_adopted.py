"""Clocks that a version takes over as it comes into force: recounted with their true age, and as no evidence."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from keguan.controls import gate
from keguan.controls.batch.lived import lived
from keguan.controls.batch.recount import compared, recount
from keguan.controls.batch.tests.test_recount import dropped
from keguan.controls.models import Obligation
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.mirror import opened
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack

Mirrored = Callable[[], Path]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
HEAD = """
policy: forms
title: 期限各式
effective: 2020-01-01
clauses:
  - clause: 第一条
    text: 各式期限。
    controls:
      - access: {id: all, who: everyone, may: [case.*], see: [case], scope: all}
"""
FIRST = """
      - deadline: {id: plain, after: case.accept, do: case.settle, within: 6 days, by: case.owner}
      - deadline: {id: put-off, after: case.accept, do: case.reply, within: 3 working days, by: case.owner,
          pause: {from: case.complete, until: case.note}, extend: {case.classify: 1 day}}
      - deadline: {id: several, after: case.classify, do: case.note, within: 4 hours, by: case.owner, again: another}
"""
SECOND = """
      - deadline: {id: plain, after: case.accept, do: case.settle, within: 4 days, by: case.owner}
      - deadline: {id: put-off, after: case.accept, do: case.reply, within: 5 working days, by: case.owner,
          pause: {from: case.complete, until: case.note}, extend: {case.classify: 2 days}}
      - deadline: {id: several, after: case.classify, do: case.note, within: 30 hours, by: case.owner, again: another}
      - deadline: {id: new, after: {verb: case.open, when: {kind: complaint}}, do: case.find, by: case.owner,
          within: [{when: {severity: serious}, is: 4 working hours}, {is: 9 days}]}
      - deadline: {id: each, after: {verb: case.classify, when: {is_joint: true}}, do: case.find, within: 4 days,
          each: {originating_unit: case.departments}, by: head @ originating_unit}
      - deadline: {id: chained, after: breach:new, do: case.note, within: 1 day, by: manager}
"""
THIRD = SECOND.replace("within: 4 days", "within: 12 days").replace("is: 9 days", "is: 11 days")


def publish(more: str, running: str | None = None) -> None:
    pack, faults = pack_from_texts({**read_pack(PACK).texts, "policies/forms.yaml": HEAD + more})
    assert pack is not None and not faults, faults
    adopt(gate.run, SYSTEM, pack, running=running)


@pytest.mark.parametrize("running", ["switch", "from today"])
def test_what_a_version_takes_over_is_recounted(past: Firm, mirrored: Mirrored, running: str) -> None:
    now, cases = _lived(past, running)
    place = mirrored()
    before = lived(now)
    adopted = Obligation.objects.filter(is_adopted=True, control__startswith="forms#")
    keys = {one.control.partition("#")[2] for one in adopted}
    assert keys == ({"plain", "put-off", "new", "each"} if running == "switch" else set())
    gone = ["voided", "asked"]  # entered in error; closed without what is owed of complaints
    assert not {one.object for one in adopted} & {cases[name] for name in gone}
    with opened(place) as mirror, dropped():
        found = recount(mirror, now)
        assert [one.as_json() for one in compared(mirror, found, before)] == []
    assert not any(key.startswith("forms#") for key in found.unread | found.unshown)
    assert {row["control"] for row in found.obligations.values()} >= {"forms#new", "forms#each", "forms#chained"}
    assert found.obligations == before.obligations
    assert found.evidence == before.evidence


def _lived(firm: Firm, running: str) -> tuple[dt.datetime, dict[str, UUID]]:
    """Cases in every state as a version comes into force, by sweep or by what is done first; then another."""
    publish(FIRST)
    at = MORNING + HOUR
    with clock.pinned(at):
        names = ("closed", "answered", "voided", "back", "late", "paused")
        cases = {"idle": firm.accepted(), **{name: firm.accepted(severity="ordinary") for name in names}}
        cases["asked"] = firm.accepted(kind="consultation")
        firm.case(severity="serious")
    with clock.pinned(at + HOUR):
        for name in ("idle", "paused"):
            firm.must("苏敏", "case.classify", cases[name], kind="complaint", severity="serious", is_joint=True,
                      departments=[firm.units["销售部"], firm.units["仓库"]])  # fmt: skip
        firm.must("季安", "case.complete", cases["paused"], demand="换货")
        for name in ("voided", "back"):
            firm.must("苏敏", "case.void", cases[name], reason="重复")
        firm.must("苏敏", "case.reinstate", cases["back"])
        for name in ("closed", "asked"):
            _finish(firm, cases[name])
    with clock.pinned(at + 2 * DAY):
        firm.must("季安", "case.classify", cases["late"], kind="complaint")
        firm.must("季安", "case.find", cases["answered"], findings="承运方", is_founded=True)
        _set_back(firm, cases["late"], "case.accept", -DAY)
    begins = at + 5 * DAY
    with clock.pinned(begins):
        firm.accepted()
        publish(SECOND, running)
    with clock.pinned(begins + HOUR):  # before the sweep
        firm.must("季安", "case.note", cases["paused"], text="收到")
        firm.must("季安", "case.find", cases["late"], findings="承运方", is_founded=True)
        firm.accepted()
    with clock.pinned(begins + 2 * HOUR):
        sweep_all()
        firm.must("季安", "case.note", cases["idle"], text="收到")
    with clock.pinned(begins + 3 * DAY):
        sweep_all()
        _set_back(firm, cases["back"], "case.accept", -HOUR)
        _finish(firm, cases["answered"])
        firm.case()
        publish(THIRD, running)
    with clock.pinned(begins + 3 * DAY + HOUR):
        sweep_all()
    now = begins + 20 * DAY
    with clock.pinned(now):
        sweep_all()
        _finish(firm, cases["idle"])
    return now, cases


def _finish(firm: Firm, case: UUID) -> None:
    """Whatever is left to be done, in order."""
    firm.do("苏敏", "case.find", case, findings="承运方", is_founded=True, originating_unit=firm.units["仓库"])
    firm.do("韩立", "case.settle", case, amount="100", handling="discount")
    firm.do("苏敏", "case.reply", case, reply_channel="phone", reply="好")
    firm.do("苏敏", "case.close", case)


def _set_back(firm: Firm, case: UUID, verb: str, by: dt.timedelta) -> None:
    [row] = Rows().select(
        "select e.id, e.happened_at from kernel_event e join kernel_event_object o on o.event = e.id"
        " where o.object = %s and e.verb = %s", [case, verb],
    )  # fmt: skip
    context = Context(firm.people["苏敏"], "page")
    args = {"event": row["id"], "actual_at": row["happened_at"] + by, "reason": "补正"}
    gate.run_one(context, "case.correct", case, args)
