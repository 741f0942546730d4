"""Clocks that a version takes over, where they hang on what is asked of earlier acts: by whom, how often, since."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from keguan.controls import gate
from keguan.controls.batch.recount import differences
from keguan.controls.batch.tests.agreement import tables
from keguan.controls.sweep import sweep_all
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import SYSTEM, Firm, club
from keguan.controls.tests.test_decisions import SOON
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.rows import Rows
from keguan.mirror import opened
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts

__all__ = ["club", "tables"]
Mirrored = Callable[[], Path]
HOUR = dt.timedelta(hours=1)
BEGIN = "- prohibition: {id: none, of: member.void, when: {city: 无}}\n"
AGAIN = """
- deadline: {id: %s, after: {verb: member.warn, when: {done: %s}}, do: member.change, within: 90 days,
    by: general_manager}
"""
ACTS = {
    "by": ("{verb: member.warn, by: manager}", {1: 1, 3: 1}),
    "times": ("{verb: member.warn, times: '>= 2'}", {2: 3, 3: 2}),
    "since": ("{verb: member.warn, since: member.change}", {0: 1, 1: 1, 2: 3, 3: 1}),
}
WARNED = (("季安", "季安"), ("苏敏", "季安"), ("季安", None, "季安", "季安"), ("苏敏", "季安", "季安"))
"""Who warned each member, an hour apart; nobody: the member is changed."""


def enact(controls: str, **how: Any) -> None:
    pack, faults = pack_from_texts(shop.texts(controls))
    assert pack is not None and not faults, [fault.text() for fault in faults]
    assert isinstance(adopt(gate.run, SYSTEM, pack, **how), Done)


def test_acts_are_looked_at_as_they_stood(tables: Firm, mirrored: Mirrored) -> None:
    enact(BEGIN)
    keys: list[UUID] = []
    warned: dict[tuple[int, int], dt.datetime] = {}
    for place, several in enumerate(WARNED):
        with clock.pinned(SOON):
            keys.append(tables.must("季安", "member.join", None, title="甲"))
        for n, who in enumerate(several):
            at = SOON + (n + 1) * HOUR
            with clock.pinned(at):
                if who is None:
                    tables.must("苏敏", "member.change", keys[place], city="远")
                else:
                    tables.must(who, "member.warn", keys[place])
                    warned[place, n] = at
    with clock.pinned(SOON + 10 * HOUR):
        enact(BEGIN + "".join(AGAIN % (form, text) for form, (text, _) in ACTS.items()), running="switch")
    now = SOON + 12 * HOUR
    with clock.pinned(now):
        sweep_all()
    for form, (_, expected) in ACTS.items():
        query = "select object, opened_at from controls_obligation where control = %s"
        opened_at = {row["object"]: row["opened_at"] for row in Rows().select(query, [f"extra#{form}"])}
        assert opened_at == {keys[place]: warned[place, n] for place, n in expected.items()}, form
    with opened(mirrored()) as mirror:
        counted, other = differences(mirror, now)
    assert [one.as_json() for one in other] == []
    assert not {f"extra#{form}" for form in ACTS} & set(counted.unread)
