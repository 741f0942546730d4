"""Background jobs that failed for good: done again or let go. They are no facts of the company."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation

from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows

FAILED = """
    select array_agg(j.id order by j.id desc) as keys, j.task_name, j.args - 'timestamp' as args,
           max(j.attempts) as attempts, max(e.at) as at
    from procrastinate_jobs j
    left join lateral (
        select max(at) as at from procrastinate_events where job_id = j.id and type = 'failed'
    ) e on true
    where j.status = 'failed' group by j.task_name, j.args - 'timestamp' order by max(j.id) desc limit %s
"""
LET_GO = "delete from procrastinate_jobs where status = 'failed' and id = any(%s)"


@dataclass(frozen=True, slots=True)
class FailedJob:
    """The same work as often as it failed, the newest first: `task` as the worker calls it, `args` what it was for."""

    keys: tuple[int, ...]
    task: str
    args: Mapping[str, Any]
    attempts: int
    at: dt.datetime | None

    @property
    def key(self) -> int:
        """The last time: what this work is called by."""
        return self.keys[0]


def failed_jobs(most: int) -> list[FailedJob]:
    """What failed and was neither done again nor let go, the newest first. One statement."""
    return [
        FailedJob(tuple(row["keys"]), row["task_name"], row["args"], row["attempts"], row["at"])
        for row in Rows().select(FAILED, [most])
    ]


def do_again(job: FailedJob) -> bool:
    """Put it in its queue once more, however often it failed; gives whether it does not wait there already."""
    older = list(job.keys[1:])
    try:
        with transaction.atomic():
            app.job_manager.retry_job_by_id(job.key, clock.now())
    except UniqueViolation:
        older, is_new = list(job.keys), False
    else:
        is_new = True
    let_go(older)
    return is_new


def let_go(keys: Sequence[int]) -> None:
    """Have it done no more: these jobs are gone."""
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(LET_GO, [list(keys)])
