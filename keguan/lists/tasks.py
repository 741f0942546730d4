"""The worker's part in bulk acts: carry on what was started. Running twice changes nothing, a killed run goes on."""

import logging
from uuid import UUID

from procrastinate import exceptions
from procrastinate.contrib.django import app

from keguan.lists import bulk

logger = logging.getLogger(__name__)


@app.task(name="lists.bulk", queue="lists")
def carry_on(key: str) -> None:
    """Carry a bulk act on to its end, as whoever started it."""
    ended = bulk.carry_on(UUID(key))
    logger.info("bulk act %s: %s", key, ended.stage)


def start(key: UUID) -> None:
    """Hand a bulk act to the worker, at once; two runs of one wait for each other."""
    carry_on.configure(lock=f"bulk:{key}", queueing_lock=f"bulk:{key}").defer(key=str(key))


@app.periodic(cron="* * * * *")
@app.task(name="lists.resume_bulk", queue="lists", queueing_lock="lists.resume_bulk")
def resume(timestamp: int) -> None:  # noqa: ARG001 – every periodic job is told its tick
    """Take up bulk acts that nobody carries on: their worker was killed, or the job was lost."""
    for key in bulk.running():
        try:
            start(key)
        except exceptions.AlreadyEnqueued:
            continue
