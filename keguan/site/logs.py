"""What the log leaves out. Loses no fault: a line stays, only its traceback goes."""

import logging

import psycopg
from django.db import OperationalError
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout


class DatabaseAway(logging.Filter):
    """A database that is away is told in one line: two hundred lines of traceback a second hide what matters."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; takes the traceback away where the cause is a lost connection."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, ConnectorException | OperationalError | psycopg.OperationalError | PoolTimeout):
            reason = str(error.__cause__ or error).strip()
            record.msg = f"{record.getMessage()} ({reason.splitlines()[0] if reason else type(error).__name__})"
            record.args = ()
            record.exc_info = record.exc_text = None
        return True
