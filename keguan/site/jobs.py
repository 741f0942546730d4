"""Background work: the worker's loop and the jobs that belong to no domain.

A job may run twice (a killed worker's job is taken up again), so jobs call idempotent commands. Domains declare theirs
in `tasks.py` with `procrastinate.contrib.django.app`.
"""

import asyncio
import logging
from typing import Any

from procrastinate import App, Blueprint, exceptions
from psycopg import OperationalError

logger = logging.getLogger(__name__)

# a worker notes every ten seconds that it lives
HEARTBEAT = 10
STALLED_AFTER = 30
_own = Blueprint()


@_own.periodic(cron="* * * * *")
@_own.task(name="rescue_stalled", queue="site", pass_context=True)
async def rescue_stalled(context: Any, timestamp: int) -> None:  # noqa: ARG001  # every periodic job is told its tick
    """Put back the jobs of workers that were killed: alone they would stay `doing` for ever."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        await manager.retry_job(job)
        logger.warning("job %s (%s) was taken up again: its worker is gone", job.id, job.task_name)


def on_app_ready(app: App) -> None:
    """Called by procrastinate when Django's apps are ready."""
    app.add_tasks_from(_own, namespace="site")


def work(*, concurrency: int = 4) -> None:
    """Work until told to stop (TERM, INT). When the database goes away, connect again when it is back."""
    from procrastinate.contrib.django import app

    pause = 1.0
    while True:
        try:
            with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
                asyncio.run(_run(working, concurrency))
        except (OperationalError, exceptions.ConnectorException) as error:
            logger.warning("the database is away (%s); trying again in %d s", _sentence(error), pause)
        else:
            return
        _wait(pause)
        pause = min(pause * 2, 30)


async def _run(app: App, concurrency: int) -> None:
    async with app.open_async():
        await app.run_worker_async(concurrency=concurrency, install_signal_handlers=True, delete_jobs="successful")


def _sentence(error: BaseException) -> str:
    told = error.__cause__ or error
    return str(told).strip().splitlines()[0] if str(told).strip() else type(told).__name__


def _wait(seconds: float) -> None:
    import time

    time.sleep(seconds)
