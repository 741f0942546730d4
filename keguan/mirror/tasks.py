"""The mirror's job: follow the seals. Running twice changes nothing."""

import logging

from procrastinate.contrib.django import app

from keguan.mirror.faults import MirrorFault
from keguan.mirror.following import follow, rebuild

logger = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="mirror.follow", queue="mirror", queueing_lock="mirror.follow")
def follow_seals(timestamp: int) -> None:  # noqa: ARG001 – every periodic job is told its tick
    """Add what was sealed since; a mirror that belongs to another journal is made anew."""
    try:
        done = follow()
    except MirrorFault as fault:
        logger.warning("%s", fault)
        done = rebuild()
    if done.mended:
        logger.warning("the mirror's files were made anew: %s", ", ".join(done.mended))
