"""DuckDB in this process, as the mirror and the batch reading need it. Loads ibis only when it is asked to connect."""

import warnings
from functools import cache
from pathlib import Path
from typing import Any

MEMORY = "6GB"


def connect(directory: Path | None = None) -> Any:
    """A connection of its own, its session in UTC; what does not fit its memory is put down under `directory`."""
    import ibis

    # ibis 12 still asks DuckDB 1.5 by the old name; that is between the two of them
    warnings.filterwarnings("ignore", message=r"fetch_(arrow_table|record_batch)\(\) is deprecated")
    # DuckDB flattens selects itself; letting ibis do so first costs a tenth of all the time spent on a small history
    ibis.options.sql.fuse_selects = False
    backend = ibis.duckdb.connect()
    backend.compiler = _compiler()
    backend.raw_sql("set TimeZone = 'UTC'")
    backend.raw_sql(f"set memory_limit = '{MEMORY}'")
    backend.raw_sql("set preserve_insertion_order = false")
    if directory is not None:
        spill = str(directory / "spill").replace("'", "''")
        backend.raw_sql(f"set temp_directory = '{spill}'")
    return backend


@cache
def _compiler() -> Any:
    """ibis' own compiler, but for two things: `last` over a window passes over nulls, as it says and as Spark's does;
    and the few types there are, asked for at each new table, are read once."""
    from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
    from ibis.backends.sql.datatypes import DuckDBType
    from sqlglot import expressions

    class Types(DuckDBType):  # type: ignore[misc]
        @classmethod
        @cache
        def from_string(cls, text: str, nullable: bool | None = None) -> Any:
            return super().from_string(text, nullable=nullable)

    class Compiler(DuckDBCompiler):  # type: ignore[misc]
        __slots__ = ()
        type_mapper = Types

        def visit_LastValue(self, _op: Any, *, arg: Any) -> Any:  # noqa: N802 – named by ibis
            return expressions.IgnoreNulls(this=self.f.last_value(arg))

        def visit_FirstValue(self, _op: Any, *, arg: Any) -> Any:  # noqa: N802 – named by ibis
            return expressions.IgnoreNulls(this=self.f.first_value(arg))

    return Compiler()
