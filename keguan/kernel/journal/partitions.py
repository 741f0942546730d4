"""Monthly partitions of what only grows: events, attempts, readings. Ids carry the moment of recording.

A row whose month has no partition goes to the default one and is found there; making the partition later moves it.
"""

import datetime as dt

from keguan.kernel.commands.rows import Rows

MONTHS_AHEAD = 12


def ahead(day: dt.date, months: int = MONTHS_AHEAD) -> int:
    """Make the monthly partitions from `day` on; gives how many were new."""
    [row] = Rows().select("select kernel_partitions(%s, %s) as made", [day, months])
    return int(row["made"])


def cover(first: dt.date, last: dt.date) -> int:
    """Make the partitions of every month between two days: for histories under a shifted clock."""
    return ahead(first, (last.year - first.year) * 12 + last.month - first.month + 1)


def late() -> list[dt.date]:
    """The months whose rows lie in a default partition, earliest first."""
    months = set()
    for table in ("kernel_event", "kernel_attempt", "kernel_reading"):
        found = Rows().select(
            f"select distinct date_trunc('month', uuid_extract_timestamp(id), 'UTC') as month from {table}_default"  # noqa: S608 – own names
        )
        months |= {row["month"].date() for row in found}
    return sorted(months)
