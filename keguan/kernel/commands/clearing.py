"""Letting go of what need not be kept: keys of requests, and commands that followed and are done."""

import datetime as dt

from keguan.kernel.commands.rows import Rows

KEPT = dt.timedelta(days=30)
"""How long a repeated request is recognised."""


def clear(now: dt.datetime) -> tuple[int, int]:
    """Delete idempotency keys and done follow-ups that are older than `KEPT`; gives how many of each."""
    rows, edge = Rows(), now - KEPT
    keys = rows.execute("delete from kernel_idempotency where made_at < %s and result is not null", [edge])
    return keys, rows.execute("delete from kernel_follow_up where done_at < %s", [edge])
