"""Terms that run by the hours of whoever owes them: a person's own calendar, with whatever changes under the clock."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from keguan.controls import gate
from keguan.controls.batch.lived import lived
from keguan.controls.batch.recount import compared, recount
from keguan.controls.batch.tests.test_recount import dropped
from keguan.controls.batch.tests.test_recount_adopted import HEAD
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.mirror import opened
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack

Mirrored = Callable[[], Path]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
RULES = """
      - deadline: {id: fact, after: case.accept, do: case.settle, within: 3 working days, by: case.owner}
      - deadline: {id: role, after: case.accept, do: case.note, within: 2 working days, by: sales_manager,
          extend: {case.classify: 1 working day}}
      - deadline: {id: two, after: case.accept, do: case.find, within: 10 working hours, by: [manager, sales_manager]}
      - deadline: {id: above, after: case.accept, do: case.reply, within: 4 working days, by: superior of case.owner,
          pause: {from: case.complete, until: case.find}}
      - deadline: {id: weekly, every: MON, each: {case: {closed_at: empty}}, do: case.note, within: 3 working days,
          by: deputy}
      - deadline: {id: chained, after: breach:role, do: case.find, within: 1 working day, by: sales_manager}
"""
SHORT: dict[str, Any] = {"week": {"WED, THU": []}}


def test_clocks_by_the_hours_of_whoever_owes_them_are_recounted(past: Firm, mirrored: Mirrored) -> None:
    pack, faults = pack_from_texts({**read_pack(PACK).texts, "policies/forms.yaml": HEAD + RULES})
    assert pack is not None and not faults, faults
    adopt(gate.run, SYSTEM, pack)
    now = _lived(past)
    place = mirrored()
    before = lived(now)
    with opened(place) as mirror, dropped():
        found = recount(mirror, now)
        assert [one.as_json() for one in compared(mirror, found, before)] == []
    assert not any(key.startswith("forms#") for key in found.unread | found.unshown)
    assert found.obligations == before.obligations
    assert found.evidence == before.evidence
    due = {row["due_at"] for row in before.obligations.values() if row["control"] == "forms#fact"}
    assert len(due) == 3, "everybody has his own hours"


def _lived(firm: Firm) -> dt.datetime:
    """Cases of several people, whose hours differ; posts and owners change, and the hours themselves."""
    people, units = firm.people, firm.units
    with clock.pinned(MORNING):
        firm.system("calendar.add", unit=units["客服部"], spec={"week": {"MON-FRI": ["08:00-20:00"]}})
        firm.system("calendar.add", person=people["唐果"], spec=SHORT)
        firm.system("calendar.add", person=people["韩立"], spec={"week": {"TUE": []}})
        his = firm.system("calendar.add", person=people["苏敏"], spec={"week": {"FRI": ["13:00-15:00"]}})
        firm.system("calendar.add", person=people["何川"], spec={"week": {"MON, TUE": []}})
    at = MORNING + HOUR
    with clock.pinned(at):
        mine, his_own = firm.accepted(severity="ordinary"), firm.accepted(severity="ordinary", owner=people["唐果"])
        sold = firm.accepted(severity="ordinary", owner=people["韩立"], unit=units["销售部"])
    with clock.pinned(at + 2 * HOUR):
        firm.must("季安", "case.complete", mine, demand="换货")
        firm.must("苏敏", "case.assign", his_own, owner=people["季安"])
        firm.must("苏敏", "case.classify", sold, kind="complaint", severity="ordinary")
    [post] = Rows().select("select post from org_holding where person = %s", [people["韩立"]])
    with clock.pinned(at + DAY):
        firm.system("post.relieve", post["post"], person=people["韩立"])
        firm.system("post.assign", post["post"], person=people["唐果"])
    with clock.pinned(at + 2 * DAY):
        sweep_all()
        firm.must("苏敏", "case.classify", mine, kind="complaint", severity="ordinary")
        firm.must("苏敏", "case.find", mine, findings="承运方", is_founded=True)
        firm.accepted(severity="ordinary", owner=people["苏敏"])
    with clock.pinned(at + 3 * DAY):
        firm.system("calendar.set", his, spec={"week": {"FRI": ["09:00-12:00"]}})
    with clock.pinned(at + 3 * DAY + HOUR):
        firm.must("苏敏", "case.note", his_own, text="客户来电")
        sweep_all()
    now = at + 20 * DAY
    with clock.pinned(now):
        sweep_all()
        firm.must("苏敏", "case.note", mine, text="客户来电")
    return now
