"""The worker's part in imports: carry on what was started. Running twice changes nothing, a killed run is taken up."""

import logging
from uuid import UUID

from procrastinate.contrib.django import app

from keguan.controls.gate import run
from keguan.customers.import_run import run_import
from keguan.customers.imports import find, running

logger = logging.getLogger(__name__)


@app.task(name="customers.import", queue="customers")
def carry_on(key: str) -> None:
    """Carry a running import on to its end, as whoever started it."""
    job = find(None, UUID(key))
    if job is not None:
        ended = run_import(run, job.id, job.opened_by)
        logger.info("import %s: %s", key, ended.stage)


def start(key: UUID) -> None:
    """Hand an import to the worker, at once; two runs of one import wait for each other."""
    carry_on.configure(lock=f"import:{key}", queueing_lock=f"import:{key}").defer(key=str(key))


@app.periodic(cron="* * * * *")
@app.task(name="customers.resume_imports", queue="customers", queueing_lock="customers.resume_imports")
def resume_imports(timestamp: int) -> None:  # noqa: ARG001 – every periodic job is told its tick
    """Take up imports that nobody carries on: their worker was killed, or the job was lost."""
    from procrastinate import exceptions

    for key in running():
        try:
            start(key)
        except exceptions.AlreadyEnqueued:
            continue
