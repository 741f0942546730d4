"""Following the seals: ours, Parquet and manifest and all, beside a bare ADBC fetch of the same rows."""

import itertools
import tempfile
from pathlib import Path

from bench.company import Desk
from bench.results import Result, paired, result
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import following
from keguan.mirror.fetching import Fetcher

LISTS = 20
turns = itertools.count()


def followed(desk: Desk, rounds: int, size: int) -> list[Result]:
    """A mirror made from the beginning, per event."""
    for _ in range(LISTS):
        desk.open(size)
    seal_all()
    with tempfile.TemporaryDirectory(prefix="keguan-mirror-") as place, Fetcher() as fetcher:
        queries = following.every_query(fetcher)
        [row] = fetcher.rows("select count(*) as n from kernel_event")

        def ours() -> None:
            following.follow(Path(place) / str(next(turns)))

        def bare() -> None:
            for query in queries:
                with fetcher.connection.cursor() as cursor:
                    cursor.execute(query)
                    cursor.fetch_arrow_table()

        times = paired(ours, bare, rounds)
    unit = f"ms per 1,000 events ({row['n']:,} events)"
    return [result("mirror", "a bare ADBC fetch of the same rows", times, unit, max(row["n"], 1) / 1000)]
