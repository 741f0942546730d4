"""How often each row of an approval's table decided: told by the facts that stand in the journal."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Q

from keguan.controls.conditions import Match, PlainScope
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.models import Evidence
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7_floor

DECIDING = """
    select v.control, e.envelope::jsonb -> 'read' as read, count(*) as n
    from controls_evidence v join kernel_event e on e.id = v.event
    where v.id = any(%s) group by 1, 2
"""
MOST_DECIDED = 5000


def decided_rows(controls: Collection[ApprovalControl], since: dt.datetime, among: Q) -> dict[str, dict[int, int]]:
    """By control, how often each row of its table decided since a moment (of the newest few thousand). Two statements.

    Rows are told by the facts that stand in the journal beside the judgement; what was erased is not counted.
    """
    by_key = {control.key: control for control in controls}
    found = Evidence.objects.filter(among, control__in=list(by_key), outcome="kept", id__gte=uuid7_floor(since))
    ids = list(found.order_by("-id").values_list("id", flat=True)[:MOST_DECIDED])
    counts: dict[str, dict[int, int]] = {}
    for row in Rows().select(DECIDING, [ids]):
        control = by_key[row["control"]]
        match = control.table.lookup(PlainScope(_facts(control, row["read"] or {})))
        if isinstance(match, Match):
            of_control = counts.setdefault(control.key, {})
            of_control[match.index] = of_control.get(match.index, 0) + row["n"]
    return counts


def _facts(control: ApprovalControl, read: dict[str, Any]) -> dict[tuple[str, ...], Any]:
    return {
        name.path: name.kind.from_json(read[name.key])
        for name in control.table.names()
        if read.get(name.key) is not None
    }
