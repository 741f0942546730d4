"""Clocks that hang on a fact of a linked record: they start and end when that fact changes, late sweeps or not."""

from pathlib import Path

import pytest

from keguan.controls import gate
from keguan.controls.batch.recount import differences
from keguan.controls.models import Obligation
from keguan.controls.tests import dossiers
from keguan.controls.tests.conftest import SYSTEM
from keguan.controls.tests.test_deadline_lives import DAY, HOUR, Desk, desk
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import follow, opened

__all__ = ["desk"]
WHILE = "id: x, while: {patron.vip: true}, each: dossier, do: dossier.note, within: 24 hours, by: dossier.owner"
HOLD = "id: x, while: {founded: true}, each: dossier, hold: {patron.plan: set}, within: 24 hours, by: dossier.owner"
dossiers.declare()


def test_a_change_of_the_linked_record_starts_and_ends_the_clocks_of_those_that_refer_to_it(desk: Desk) -> None:
    desk.rules(WHILE)
    patron, other = desk.add("patron", vip=False), desk.add("patron", vip=False)
    mine, also, apart = desk.add(patron=patron), desk.add(patron=patron), desk.add(patron=other)
    assert desk.states() == []
    at = desk.now + HOUR
    desk.do("patron.edit", patron, at=at, vip=True)
    found = {one.object: one for one in Obligation.objects.filter(control="dossiers#x")}
    assert set(found) == {mine, also} and apart not in found
    assert {one.opened_at for one in found.values()} == {at}, "as of the change"
    desk.do("dossier.note", mine, at=at + HOUR)
    desk.do("patron.edit", patron, at=at + 2 * HOUR, name="改名")
    assert sorted(desk.states()) == ["kept", "running"], "what held before opens nothing again"
    desk.do("patron.edit", patron, at=at + 3 * HOUR, vip=False)
    assert sorted(desk.states()) == ["cancelled", "kept"]


def test_an_act_that_makes_a_record_refer_to_another_asks_anew(desk: Desk) -> None:
    desk.rules(WHILE)
    vip, also, none = desk.add("patron", vip=True), desk.add("patron", vip=True), desk.add("patron", vip=False)
    key = desk.add()
    assert desk.states() == []
    at = desk.now + HOUR
    desk.do("dossier.edit", key, at=at, patron=vip)
    assert desk.one(object=key).opened_at == at
    desk.do("dossier.edit", key, at=at + HOUR, patron=also)
    assert desk.states() == ["running"], "what runs already is not opened twice"
    desk.do("dossier.edit", key, at=at + 2 * HOUR, patron=none)
    assert desk.states() == ["cancelled"]


def test_a_state_of_the_linked_record_keeps_what_must_hold(desk: Desk) -> None:
    desk.rules(HOLD)
    patron = desk.add("patron")
    key = desk.add(patron=patron, founded=True)
    late = desk.add(patron=desk.add("patron"), founded=True)
    desk.do("patron.edit", patron, at=desk.now + HOUR, plan="回访")
    assert desk.one(object=key).state == "kept"
    desk.sweep(desk.now + 2 * DAY)
    assert desk.one(object=late).state == "broken"


def test_a_change_written_up_late_starts_the_clock_when_it_happened(desk: Desk) -> None:
    desk.rules(WHILE)
    patron = desk.add("patron", vip=False)
    key = desk.add(patron=patron)
    happened = desk.now + HOUR
    desk.do("patron.edit", patron, at=desk.now + 3 * DAY, happened=happened, vip=True)
    one = desk.one(object=key)
    assert (one.opened_at, one.state) == (happened, "broken")


def test_each_change_is_judged_by_itself_though_both_were_made_before_the_first_look(desk: Desk) -> None:
    """Two changes in one command list: started by the first, ended by the second."""
    desk.rules(WHILE)
    patron = desk.add("patron", vip=False)
    desk.add(patron=patron)
    with clock.pinned(desk.now + HOUR):
        gate.run(SYSTEM, "patron.edit", [(patron, {"vip": True}), (patron, {"vip": False})])
    assert desk.states() == ["cancelled"]


def test_it_costs_the_same_for_one_and_for_many_that_refer_to_it(desk: Desk) -> None:
    desk.rules(WHILE)

    def statements(many: int) -> int:
        patron = desk.add("patron", vip=False)
        for _ in range(many):
            desk.add(patron=patron)
        before = Rows.total
        desk.do("patron.edit", patron, vip=True)
        return Rows.total - before

    few = statements(2)
    assert few == statements(12)
    assert len(desk.states()) == 14


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", [WHILE, HOLD])
@pytest.mark.parametrize("is_swept", [True, False])
def test_what_was_started_by_a_linked_record_is_recounted(
    desk: Desk, tmp_path: Path, form: str, is_swept: bool
) -> None:
    desk.rules(form)
    start = desk.now
    patron, other = desk.add("patron", vip=False), desk.add("patron", vip=True, plan="月访")
    keys = [desk.add(patron=patron, founded=True), desk.add(patron=other, founded=True), desk.add(founded=True)]
    for hours, verb, key, args in (
        (1, "patron.edit", patron, {"vip": True}),
        (2, "dossier.note", keys[0], {}),
        (3, "patron.edit", other, {"vip": False, "plan": None}),
        (4, "patron.edit", patron, {"name": "改名"}),
        (5, "patron.edit", patron, {"plan": "月访"}),
        (40, "patron.edit", other, {"vip": True, "plan": "周访"}),
        (41, "dossier.edit", keys[2], {"patron": other}),
        (42, "patron.edit", patron, {"vip": False, "plan": "季访"}),
        (42, "dossier.edit", keys[1], {"patron": patron}),
        (43, "patron.edit", patron, {"vip": True}),
    ):
        if is_swept:
            desk.sweep(start + hours * HOUR)
        desk.do(verb, key, at=start + hours * HOUR, **args)
    now = start + 4 * DAY
    desk.sweep(now)
    states = sorted(desk.states())
    assert len(states) > 2 and len(set(states)) > 1, states
    with clock.pinned(now):
        seal_all()
        follow(tmp_path)
    with opened(tmp_path) as mirror:
        found, other_rows = differences(mirror, now)
    assert [one for one in other_rows if "dossiers#" in str(one)] == []
    assert "dossiers#x" not in found.unread
