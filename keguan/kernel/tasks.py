"""The kernel's jobs: sealing each minute, and monthly partitions ahead of time. Running twice changes nothing."""

import datetime as dt
import logging

from procrastinate.contrib.django import app

from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.seal import seal_all

logger = logging.getLogger(__name__)
MONTHS_AHEAD = 12


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
    """Make the journal's partitions for the months to come."""
    ahead(clock.now().date())


def ahead(day: dt.date, months: int = MONTHS_AHEAD) -> int:
    """Make the monthly partitions from `day` on; gives how many were new."""
    [row] = Rows().select("select kernel_partitions(%s, %s) as made", [day, months])
    return int(row["made"])
