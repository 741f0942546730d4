"""Clocks of a register's records that hang on facts of the record they belong to: lived and recounted."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from keguan.controls.batch.recount import differences
from keguan.controls.batch.tests.agreement import tables
from keguan.controls.sweep import sweep_all
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import Firm, club
from keguan.controls.tests.test_decisions import SOON
from keguan.controls.tests.test_registers import GRANT, SLIP
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.mirror import opened

__all__ = ["club", "tables"]
Mirrored = Callable[[], Path]
HOUR = dt.timedelta(hours=1)
WATCHED = (
    SLIP
    + """
- deadline: {id: gold, while: {member.grade: gold}, each: return_note, hold: {is_urgent: true}, within: 3 days,
    by: manager}
"""
)


def test_the_clock_of_a_register_follows_the_record_it_belongs_to(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact(WATCHED, grant=GRANT)
    with clock.pinned(SOON):
        plain, gold = (tables.must("季安", "member.join", None, title="甲", grade=grade) for grade in ("plain", "gold"))
        notes = [
            tables.must("季安", "return_note.open", None, reason="破损", handling="swap", member=member)
            for member in (plain, gold, gold)
        ]  # fmt: skip
    with clock.pinned(SOON + HOUR):
        tables.must("苏敏", "member.change", plain, grade="gold")
        tables.must("季安", "return_note.change", notes[1], is_urgent=True)
    with clock.pinned(SOON + 2 * HOUR):
        tables.must("苏敏", "member.change", gold, grade="plain")
    now = SOON + 3 * HOUR
    with clock.pinned(now):
        sweep_all()
    found = {
        row["object"]: (row["state"], row["opened_at"])
        for row in Rows().select(
            "select object, state, opened_at from controls_obligation where control = 'extra#gold'"
        )
    }
    assert found == {
        notes[0]: ("running", SOON + HOUR), notes[1]: ("kept", SOON), notes[2]: ("cancelled", SOON),
    }  # fmt: skip
    with opened(mirrored()) as mirror:
        counted, other = differences(mirror, now)
    assert [one.as_json() for one in other] == []
    assert "extra#gold" not in counted.unread
