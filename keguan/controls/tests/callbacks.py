"""A pack with one clause: after a case is accepted, a note on it is drafted or proposed."""

from keguan.controls import gate
from keguan.kernel.commands.context import Context
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts

PACK = """
pack: callbacks
title: {zh: 回访, en: Calls back}
"""
POLICY = """
policy: callbacks
title: 回访办法
effective: 2026-01-01
clauses:
  - clause: 第一条
    text: 受理后拟一条回访记录。
    controls:
      - reaction: {id: note, after: case.accept, do: case.note, how: HOW, by: BY, with: {text: 请三日内回访}}
"""


def adopt_callbacks(ctx: Context, how: str, by: str) -> None:
    """Adopt it: `how` is draft or propose, `by` who decides."""
    texts = {"pack.yaml": PACK, "policies/callbacks.yaml": POLICY.replace("HOW", how).replace("BY", by)}
    pack, faults = pack_from_texts(texts)
    assert pack is not None
    assert not faults, [fault.text() for fault in faults]
    adopt(gate.run, ctx, pack)
