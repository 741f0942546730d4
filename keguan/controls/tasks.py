"""Registers the controls' jobs with the worker."""

import logging

from procrastinate.contrib.django import app

from keguan.controls.jobs import sweep_once

logger = logging.getLogger(__name__)


@app.periodic(cron="* * * * * */15")
@app.task(name="controls.sweep", queue="controls", queueing_lock="controls.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 – every periodic job is told its tick
    """Judge what has become due."""
    found = sweep_once()
    if found:
        logger.info("the clock judged %d records", found)
