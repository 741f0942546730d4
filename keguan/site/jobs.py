"""Background work: the worker's loop and the jobs that belong to no domain.

A job may run twice (a killed worker's job is taken up again), so jobs call idempotent commands. Domains declare theirs
in `tasks.py` with `procrastinate.contrib.django.app`.
"""

import asyncio
import contextlib
import logging
import os
import signal
import time
from types import FrameType
from typing import Any

from procrastinate import App, Blueprint, PsycopgConnector, exceptions, jobs
from psycopg import OperationalError

logger = logging.getLogger(__name__)

# a worker notes every ten seconds that it lives
HEARTBEAT = 10
STALLED_AFTER = 30
PATIENCE = 5
"""Seconds that a job waits for a connection before the worker takes the database for gone and begins anew."""
_own = Blueprint()


@_own.periodic(cron="* * * * * */15")
@_own.task(name="rescue_stalled", queue="site", pass_context=True)
async def rescue_stalled(context: Any, timestamp: int) -> None:  # noqa: ARG001  # every periodic job is told its tick
    """Put back the jobs of workers that were killed: alone they would stay `doing` for ever."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        try:
            await manager.retry_job(job)
            logger.warning("job %s (%s) was taken up again: its worker is gone", job.id, job.task_name)
        except exceptions.UniqueViolation:
            # the same work was handed in again meanwhile, and may be waiting for this job's lock
            await manager.finish_job(job, jobs.Status.FAILED, delete_job=True)
            logger.warning("job %s (%s) gave way to the next: its worker is gone", job.id, job.task_name)


@_own.periodic(cron="30 2 * * *")
@_own.task(name="back_up", queue="site", queueing_lock="site.back_up")
def back_up(timestamp: int) -> None:  # noqa: ARG001  # every periodic job is told its tick
    """Make the nightly backup; `KEGUAN_BACKUPS_KEPT` says how many stay (0: none is made)."""
    kept = int(os.environ.get("KEGUAN_BACKUPS_KEPT") or 7)
    if kept > 0:
        from keguan.site import backups

        backups.nightly(kept)


def on_app_ready(app: App) -> None:
    """Called by procrastinate when Django's apps are ready."""
    app.add_tasks_from(_own, namespace="site")


def work(*, concurrency: int = 4) -> None:
    """Work until told to stop (TERM, INT). When the database goes away, connect again when it is back."""
    from procrastinate.contrib.django import app, connector_params

    is_told = False
    pause = 1.0
    while not is_told:
        signal.signal(signal.SIGTERM, _leave)
        try:
            with app.replace_connector(PsycopgConnector(kwargs=connector_params(), timeout=PATIENCE)) as working:
                is_told = asyncio.run(_run(working, concurrency))
            pause = 1.0
        except (OperationalError, exceptions.ConnectorException) as error:
            logger.warning("the database is away: %s", _sentence(error))
            pause = min(pause * 2, 30)
        if not is_told:
            signal.signal(signal.SIGTERM, _leave)
            logger.warning("connecting again in %.0f s", pause)
            time.sleep(pause)


async def _run(app: App, concurrency: int) -> bool:
    """Work; True when told to stop, False when the database ended it: procrastinate then ends as if all were well."""
    is_told = False

    def stop() -> None:
        nonlocal is_told
        is_told = True
        working.cancel()

    async with app.open_async():
        working = asyncio.ensure_future(
            app.run_worker_async(concurrency=concurrency, install_signal_handlers=False, delete_jobs="successful")
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        with contextlib.suppress(asyncio.CancelledError):
            await working
    return is_told


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _sentence(error: BaseException) -> str:
    told = str(error.__cause__ or error).strip()
    return told.splitlines()[0] if told else type(error).__name__
