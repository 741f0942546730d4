"""The worker's part in long work: carry on what was started. Run twice it changes nothing; a killed run is taken up."""

import contextlib
import logging
from uuid import UUID

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app

from keguan.longwork.kinds import kinds

logger = logging.getLogger(__name__)


@app.task(name="longwork.carry_on", queue="longwork")
def carry_on(kind: str, key: str) -> None:
    """Carry one on to its end, as whoever started it."""
    logger.info("%s %s: %s", kind, key, kinds[kind].carry_on(UUID(key)))


def start(kind: str, key: UUID) -> None:
    """Hand one to the worker, at once, unless it waits for him already; two runs of one wait for each other."""
    name = f"{kind}:{key}"
    # a savepoint of its own: that it waits already must not take back what the caller is about to commit
    with contextlib.suppress(exceptions.AlreadyEnqueued), transaction.atomic():
        carry_on.configure(lock=name, queueing_lock=name).defer(kind=kind, key=str(key))


@app.periodic(cron="* * * * *")
@app.task(name="longwork.resume", queue="longwork", queueing_lock="longwork.resume")
def resume(timestamp: int) -> None:  # noqa: ARG001 – every periodic job is told its tick
    """Take up what nobody carries on: its worker was killed, or the job was lost."""
    for kind in kinds.values():
        for key in kind.running():
            start(kind.name, key)
