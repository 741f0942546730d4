"""Jobs of a worker that was killed: put back, or ended where the same work waits already."""

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from keguan.site.jobs import STALLED_AFTER, rescue_stalled

pytestmark = pytest.mark.django_db(transaction=True)
LOCK = "import:1"


@pytest.fixture(autouse=True)
def no_jobs(transactional_db: None) -> Iterator[None]:
    """Django does not empty tables that it does not manage."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
        cursor.execute("delete from procrastinate_workers")


def hand_in() -> int:
    job = app.configure_task("longwork.carry_on", queue="longwork", lock=LOCK, queueing_lock=LOCK)
    return int(job.defer(kind="import", key="1"))


def kill_the_worker_of(job: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - %s * interval '2 second') returning id",
            [STALLED_AFTER],
        )
        [worker] = cursor.fetchone()
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', worker_id = %s, attempts = 1 where id = %s", [worker, job]
        )


def rescue() -> None:
    context: Any = SimpleNamespace(app=app)

    async def in_a_loop() -> None:
        await rescue_stalled(context, 0)
        # the loop's thread has a connection of its own
        await sync_to_async(connections.close_all)()

    asyncio.run(in_a_loop())


def left() -> list[tuple[int, str]]:
    return list(ProcrastinateJob.objects.order_by("id").values_list("id", "status"))


def test_a_stalled_job_is_put_back() -> None:
    job = hand_in()
    kill_the_worker_of(job)
    rescue()
    assert left() == [(job, "todo")]


def test_a_stalled_job_gives_way_to_the_same_work_that_waits_for_its_lock() -> None:
    stalled = hand_in()
    kill_the_worker_of(stalled)
    following = hand_in()
    rescue()
    assert left() == [(following, "todo")]
