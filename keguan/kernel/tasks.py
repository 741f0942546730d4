"""The kernel's jobs: sealing, partitions ahead of time, letting go of what need not be kept. Each may run twice."""

import datetime as dt
import logging

from procrastinate.contrib.django import app

from keguan.kernel import clock, drafts
from keguan.kernel.commands import clearing
from keguan.kernel.journal import partitions
from keguan.kernel.journal.seal import seal_all

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="kernel.seal", queue="kernel", queueing_lock="kernel.seal")
def seal_journal(timestamp: int) -> None:  # noqa: ARG001 – every periodic job is told its tick
    """Seal what was committed since the last minute."""
    made = seal_all()
    if made > 1:
        logger.info("made %d seals", made)


@app.periodic(cron="17 3 * * *")
@app.task(name="kernel.partitions", queue="kernel", queueing_lock="kernel.partitions")
def make_partitions(timestamp: int) -> None:  # noqa: ARG001 – every periodic job is told its tick
    """Make the journal's partitions for the months to come, and those of months whose rows came before them."""
    ahead(clock.now().date())


@app.periodic(cron="37 3 * * *")
@app.task(name="kernel.clear", queue="kernel", queueing_lock="kernel.clear")
def clear(timestamp: int) -> None:  # noqa: ARG001 – every periodic job is told its tick
    """Let go of idempotency keys, finished follow-ups and half-filled forms after their time."""
    clearing.clear(clock.now())
    drafts.clear(clock.now())


def ahead(day: dt.date, months: int = partitions.MONTHS_AHEAD) -> int:
    """Make the monthly partitions from `day` on and those that are missing behind; gives how many were new."""
    return partitions.ahead(day, months) + sum(partitions.ahead(month, 1) for month in partitions.late())
