"""Each form of a deadline lived through the gate, then recounted from the mirror with the live tables dropped."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from keguan.controls import gate
from keguan.controls.batch.backtest import backtest
from keguan.controls.batch.drafts import read_draft
from keguan.controls.batch.lived import lived
from keguan.controls.batch.recount import compared, differences, recount
from keguan.controls.batch.tests.test_recount import dropped
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.mirror import opened
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack

Mirrored = Callable[[], Path]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
POLICY = """
policy: forms-{number}
title: 期限各式{number}
effective: 2020-01-01
clauses:
  - clause: 第一条
    text: 各式期限。
    controls:
      - access: {{id: all, who: everyone, may: [case.*], see: [case], scope: all}}
      - deadline: {form}
"""
FORMS = {
    "pauses and extensions": "{id: it, after: case.accept, do: case.reply, within: 2 working days, by: case.owner,"
    " pause: {from: case.complete, until: case.note}, extend: {case.classify: 1 day}}",
    "a state that must hold": "{id: it, while: {severity: serious}, each: case, hold: {is_founded: set},"
    " within: 2 days, by: case.owner}",
    "a period": "{id: it, every: MON, each: {case: {closed_at: empty}}, do: case.note, within: 2 working days,"
    " by: manager}",
    "a period of some": "{id: it, every: day, each: {case: {kind: complaint}}, sample: 50 %, do: case.note,"
    " within: 4 hours, by: manager}",
    "a date": "{id: it, at: 2026-03-05, each: {case: {closed_at: empty}}, do: case.note, within: 1 day, by: manager}",
    "before a date": "{id: it, before: case.shipped_on, do: case.note, within: 1 day before case.shipped_on,"
    " by: case.owner}",
    "keys": "{id: it, after: {verb: case.classify, when: {is_joint: true}}, each: {originating_unit: case.departments},"
    " do: case.find, within: 1 working day, by: head @ originating_unit}",
    "several acts": "{id: it, after: case.accept, do: case.note, at_least: 2, within: 3 days, by: case.owner}",
    "several clocks": "{id: it, after: case.classify, do: case.note, within: 4 hours, by: case.owner, again: another}",
    "a breach before": "{id: first, after: case.accept, do: case.reply, within: 1 day, by: case.owner}\n"
    "      - deadline: {id: it, after: breach:first, do: case.note, within: 1 day, by: manager}",
    "something kept before": "{id: first, after: case.accept, do: case.note, within: 1 day, by: case.owner}\n"
    "      - deadline: {id: it, after: kept:first, do: case.reply, within: 1 day, by: manager}",
    "a table of terms": "{id: it, after: case.accept, do: case.reply, by: case.owner,"
    " within: [{when: {severity: serious}, is: 4 working hours}, {is: 3 days}]}",
}


def policies(*forms: str) -> dict[str, str]:
    """A policy for each form, by the name of its file."""
    return {f"policies/forms-{number}.yaml": POLICY.format(number=number, form=FORMS[form])
            for number, form in enumerate(forms)}  # fmt: skip


@pytest.mark.parametrize("several", [tuple(FORMS)[:9], tuple(FORMS)[9:11], tuple(FORMS)[11:]], ids=len)
def test_what_was_lived_is_recounted(past: Firm, mirrored: Mirrored, several: tuple[str, ...]) -> None:
    """Under as many forms at once as do not give one thing two terms: each recount compiles all of the pack."""
    free = {name: text.replace("of: case.complete", "of: case.settle") for name, text in read_pack(PACK).texts.items()}
    pack, faults = pack_from_texts({**free, **policies(*several)})
    assert pack is not None and not faults, faults
    adopt(gate.run, SYSTEM, pack)
    now = _lived(past)
    place = mirrored()
    before = lived(now)
    every = {f"forms-{number}#it" for number, _ in enumerate(several)}
    assert every <= {key[0] for key in before.obligations}, "of some nothing was owed"
    assert every <= {one.control for one in before.evidence}, "of some nothing was shown"
    with opened(place) as mirror, dropped():
        found = recount(mirror, now)
        assert [one.as_json() for one in compared(mirror, found, before)] == []
    assert not any(key.startswith("forms-") for key in found.unread)


def _lived(firm: Firm) -> dt.datetime:
    """Weeks in which cases are handled, put off, handed on, set right and entered in error."""
    at = MORNING + HOUR
    with clock.pinned(at):
        kept, late, lost = firm.accepted(), firm.accepted(severity="serious"), firm.accepted()
        firm.must("苏敏", "case.classify", kept, kind="complaint", severity="serious", is_joint=True,
                  departments=[firm.units["销售部"], firm.units["仓库"]])  # fmt: skip
    with clock.pinned(at + HOUR):
        firm.must("季安", "case.complete", kept, demand="换货", shipped_on="2026-03-09")
        firm.must("苏敏", "case.classify", late, kind="complaint", severity="serious")
        firm.must("苏敏", "case.classify", late, kind="complaint", severity="serious", is_joint=False)
    with clock.pinned(at + 5 * HOUR):
        firm.must("季安", "case.note", kept, text="客户来电")
        firm.must("季安", "case.note", late, text="客户来电")
    with clock.pinned(at + DAY):
        firm.must(
            "季安", "case.find", kept, findings="承运方责任", is_founded=True, originating_unit=firm.units["仓库"]
        )
        firm.must("季安", "case.note", late, text="再次来电")
        firm.must("苏敏", "case.classify", late, kind="complaint", severity="ordinary")
    with clock.pinned(at + 3 * DAY):
        sweep_all()
        firm.must("季安", "case.complete", kept, demand="退货", shipped_on="2026-03-20")
        firm.must("季安", "case.note", late, text="第三次来电")
        [row] = Rows().select(
            "select e.id, e.happened_at from kernel_event e join kernel_event_object o on o.event = e.id"
            " where o.object = %s and e.verb = 'case.note' order by o.n limit 1", [late],
        )  # fmt: skip
        actual_at = row["happened_at"] - 2 * HOUR
        firm.must("苏敏", "case.correct", late, event=row["id"], actual_at=actual_at, reason="补正")
    with clock.pinned(at + 8 * DAY):
        sweep_all()
        firm.must("季安", "case.note", kept, text="又来电")
        firm.must("苏敏", "case.void", lost, reason="重复")
    now = at + 16 * DAY
    with clock.pinned(now):
        sweep_all()
    return now


def test_what_the_sweep_is_still_to_open_is_no_difference(past: Firm, mirrored: Mirrored) -> None:
    texts = {**read_pack(PACK).texts, **policies("a period")}
    pack, faults = pack_from_texts(texts)
    assert pack is not None and not faults
    adopt(gate.run, SYSTEM, pack)
    past.accepted()
    with clock.pinned(MORNING + DAY):
        sweep_all()
    now = MORNING + 8 * DAY
    place = mirrored()
    with opened(place) as mirror:
        assert differences(mirror, now)[1] == []
    with clock.pinned(now):
        sweep_all()
    with connection.cursor() as cursor:
        cursor.execute("delete from controls_obligation where control = %s", ["forms-0#it"])
    with opened(mirrored()) as mirror:
        [one] = differences(mirror, now)[1]
    assert one.live == {} and one.recounted["control"] == "forms-0#it"


def test_a_draft_of_a_period_is_judged_over_the_past(past: Firm, mirrored: Mirrored, tmp_path: Path) -> None:
    def text(within: str) -> str:
        return POLICY.format(number=0, form=FORMS["a period"].replace("2 working days", within))

    pack, faults = pack_from_texts({**read_pack(PACK).texts, "policies/forms-0.yaml": text("2 working days")})
    assert pack is not None and not faults
    adopt(gate.run, SYSTEM, pack)
    early, late = past.accepted(), past.accepted()
    with clock.pinned(MORNING + 7 * DAY):
        past.must("苏敏", "case.note", early, text="客户来电")
    with clock.pinned(MORNING + 12 * DAY):
        past.must("苏敏", "case.note", late, text="客户来电")
    place, drafts = mirrored(), tmp_path / "drafts" / "pack"
    shutil.copytree(PACK, drafts)
    (drafts / "policies" / "forms-0.yaml").write_text(text("30 days"), encoding="utf-8")
    with opened(place) as mirror:
        found = backtest(mirror, read_draft(str(drafts), {}), MORNING + 20 * DAY)
    [figures] = [one for one in found.figures if one.control.key == "forms-0#it"]
    assert figures.is_read
    # three Mondays, two cases
    assert figures.then == {"opened": 6, "kept": 1, "kept_late": 1, "broken": 2, "running": 2}
    assert figures.now == {"opened": 6, "kept": 2, "running": 4}
    changed = [(one.then, one.now) for one in found.changes if one.control == "forms-0#it"]
    assert sorted(changed) == [("broken", "running"), ("broken", "running"), ("kept_late", "kept")]
