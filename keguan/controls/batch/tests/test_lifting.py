"""Corrections that lift a breach, in conditions: the batch tells them as the live law did."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from keguan.controls import gate
from keguan.controls.batch.tests.agreement import read, written
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm
from keguan.controls.tests.test_live import DUE
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts, read_pack

Mirrored = Callable[[], Path]
POLICY = """
policy: lifting
title: 更正
effective: 2020-01-01
clauses:
  - clause: 第一条
    text: 更正。
    controls:
      - prohibition: {id: lifts, of: case.correct, when: {lifts_breach: true}, effect: warn}
      - prohibition: {id: lifts-not, of: case.correct, when: {lifts_breach: false}, effect: record}
"""
KEYS = ["lifting#lifts", "lifting#lifts-not"]


def test_which_corrections_lifted_a_breach(past: Firm, mirrored: Mirrored) -> None:
    pack, faults = pack_from_texts({**read_pack(PACK).texts, "policies/lifting.yaml": POLICY})
    assert pack is not None and not faults
    adopt(gate.run, SYSTEM, pack)
    with clock.pinned(MORNING + dt.timedelta(minutes=1)):
        late, kept = past.accepted(kind="consultation"), past.accepted(kind="consultation")
    with clock.pinned(MORNING + dt.timedelta(hours=2)):
        past.must("苏敏", "case.correct", kept, facts={"order_no": "A-1"}, reason="抄错了")
    with clock.pinned(DUE + dt.timedelta(days=1)):
        sweep_all()
        at = "select event from kernel_event_object where object = %s and verb = 'case.accept'"
        [row] = Rows().select(at, [late])

        def correct(actual_at: dt.datetime) -> None:
            past.must("苏敏", "case.correct", late, event=str(row["event"]), actual_at=actual_at.isoformat(),
                      reason="日期记错")  # fmt: skip

        past.must("苏敏", "case.correct", late, facts={"order_no": "A-7"}, reason="抄错了")
        correct(MORNING + dt.timedelta(hours=1))
        correct(DUE - dt.timedelta(days=3))
        correct(DUE - dt.timedelta(days=2))
    live = written(KEYS)
    assert sorted(live.values()) == ["kept"] * 5 + ["recorded"] * 4 + ["warned"]
    assert read(mirrored(), KEYS) == live
