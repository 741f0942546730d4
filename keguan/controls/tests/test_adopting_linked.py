"""Adoption looks at acts on records that refer to the clock's: what met it before was done, though elsewhere."""

from typing import Any
from uuid import UUID

import pytest

from keguan.controls.models import Obligation
from keguan.controls.tests import dossiers
from keguan.controls.tests.test_deadline_lives import DAY, HOUR, Desk, desk
from keguan.kernel.commands.rows import Rows

__all__ = ["desk"]
IDLE = "id: idle, after: dossier.withdraw, do: dossier.note, within: 1 day, by: dossier.owner"
VISITED = "id: x, after: dossier.accept, do: {verb: visit.add, when: {agreed: set}}, within: 6 days, by: dossier.owner"
dossiers.declare()


def accepted(desk: Desk) -> UUID:
    key = desk.add()
    desk.do("dossier.accept", key)
    return key


def visit(desk: Desk, key: UUID, hours: int, **args: Any) -> None:
    desk.do("visit.add", None, at=desk.now + hours * HOUR, dossier=key, **args)


@pytest.mark.parametrize("running", ["switch", "from today"])
def test_an_act_on_a_linked_record_before_the_adoption_met_the_clock(desk: Desk, running: str) -> None:
    desk.rules(IDLE)
    visited, without, untouched = accepted(desk), accepted(desk), accepted(desk)
    visit(desk, visited, 1, agreed="下周")
    visit(desk, without, 2)
    desk.rules(IDLE, VISITED, at=desk.now + DAY, running=running)
    desk.sweep(desk.now + HOUR)
    found = {one.object: one.state for one in Obligation.objects.filter(control="dossiers#x")}
    assert found == {without: "running", untouched: "running"}, "what was agreed on a visit is owed no more"
    visit(desk, without, 3, agreed="周五")
    assert desk.one(object=without).state == "kept"


def test_an_act_after_the_version_began_and_before_it_was_adopted_meets_it(desk: Desk) -> None:
    """The sweep that adopts comes late: the act counts, and is no act on the record itself."""
    desk.rules(IDLE)
    key = accepted(desk)
    desk.rules(IDLE, VISITED, at=desk.now + DAY, running="switch")
    visit(desk, key, 5, agreed="周五")
    desk.sweep(desk.now + DAY)
    assert desk.one(object=key).state == "kept"


def test_it_costs_the_same_for_one_record_and_for_many(desk: Desk) -> None:
    desk.rules(IDLE)

    def statements(many: int, name: str) -> int:
        for _ in range(many):
            visit(desk, accepted(desk), 1, agreed="下周")
        desk.rules(IDLE, VISITED.replace("id: x", f"id: {name}"), at=desk.now + DAY, running="switch")
        before = Rows.total
        desk.sweep(desk.now + HOUR)
        return Rows.total - before

    statements(1, "first")  # from then on each version takes the place of another
    assert statements(1, "second") == statements(9, "third")
