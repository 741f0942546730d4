"""From PostgreSQL to Parquet: rows come as Arrow by ADBC and go to a file of their own, which is then put in place."""

import hashlib
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from psycopg.conninfo import make_conninfo

from keguan.mirror.manifest import File

if TYPE_CHECKING:
    import pyarrow as pa

WAITING = 4
COMPRESSION = "zstd"
LEVEL = 1


class Fetcher:
    """One read-only connection of its own to the database that Django uses: it sees what is committed, nothing else."""

    def __init__(self) -> None:
        from adbc_driver_postgresql import dbapi
        from django.db import connection

        parameters = connection.get_connection_params()
        known = ("dbname", "user", "password", "host", "port", "sslmode", "options")
        self.connection: Any = dbapi.connect(make_conninfo(**{k: parameters[k] for k in known if parameters.get(k)}))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """A few rows."""
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            found: list[dict[str, Any]] = cursor.fetch_arrow_table().to_pylist()
            return found

    def write(self, query: str, directory: Path, path: str) -> File | None:
        """The rows of a statement as a Parquet file; nothing where there are none."""
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return write(cursor.fetch_record_batch(), directory, path)


def write(batches: "pa.RecordBatchReader", directory: Path, path: str) -> File | None:
    """Write the batches under another name first, then put the file in place. While one is written the next comes."""
    import pyarrow.parquet as pq

    place = directory / path
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(".new")
    rows = 0
    with pq.ParquetWriter(fresh, batches.schema, compression=COMPRESSION, compression_level=LEVEL) as file:
        for batch in _ahead(batches):
            file.write_batch(batch)
            rows += batch.num_rows
    if not rows:
        fresh.unlink()
        return None
    with fresh.open("rb") as content:
        sha = hashlib.file_digest(content, "sha256").hexdigest()
    size = fresh.stat().st_size
    fresh.replace(place)
    schema = tuple((one.name, str(one.type)) for one in batches.schema)
    return File(path, rows, size, sha, schema)


def _ahead(batches: "pa.RecordBatchReader") -> "Iterator[pa.RecordBatch]":
    """The batches, fetched by a thread of its own that stays a few ahead."""
    waiting: queue.Queue[pa.RecordBatch | BaseException | None] = queue.Queue(WAITING)
    is_over = threading.Event()

    def put(thing: "pa.RecordBatch | BaseException | None") -> None:
        while not is_over.is_set():
            try:
                return waiting.put(thing, timeout=0.2)
            except queue.Full:
                continue
        return None

    def fetch() -> None:
        try:
            for batch in batches:
                put(batch)
                if is_over.is_set():
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 – raised again where it is read
            put(error)

    thread = threading.Thread(target=fetch, name="mirror", daemon=True)
    thread.start()
    try:
        while (one := waiting.get()) is not None:
            if isinstance(one, BaseException):
                raise one
            yield one
    finally:
        is_over.set()
        thread.join()
