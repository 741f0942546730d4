"""The worker's part: notices are routed, deliveries handed out, and each message is sent by a job of its own.

A job that failed six times stays among the failed jobs; what it was stands with the delivery, without its address.
"""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from keguan.integrations import delivering, routing

logger = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=delivering.TRIES - 1, exponential_wait=5)


@app.task(name="integrations.deliver", queue="integrations", retry=RETRY)
def deliver(key: str, also: Sequence[str] = ()) -> None:
    """Send a delivery, with those that leave in the same message."""
    delivering.deliver([UUID(one) for one in (key, *also)])


@app.periodic(cron="* * * * * */15")
@app.task(name="integrations.route", queue="integrations", queueing_lock="integrations.route")
def route(timestamp: int) -> None:  # noqa: ARG001 – every periodic job is told its tick
    """Put what is new on its way, and hand out what may leave now, message by message."""
    routing.route()
    routing.route_digests()
    # handed out and handed in together: a worker that is killed between the two loses nothing
    with transaction.atomic():
        for message in delivering.hand_out():
            key, *others = map(str, message)
            deliver.configure(lock=f"delivery:{key}").defer(key=key, also=[*others])
