"""Nobody reads the wall clock but `keguan/kernel/clock.py`: a shifted clock must shift everything."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import sources

CLOCK = "keguan/kernel/clock.py"
READERS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "timezone": {"now", "localdate", "localtime"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime"},
}


def test_nobody_else_reads_the_clock() -> None:
    found = [
        f"{path}:{line}: {what}"
        for path, tree in sources.trees()
        if str(path) != CLOCK and "migrations" not in path.parts
        for line, what in clock_readings(tree)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "is_reading"),
    [
        ("import datetime\ndatetime.datetime.now()", True),
        ("import datetime as dt\ndt.datetime.now(dt.UTC)", True),
        ("from datetime import date\ndate.today()", True),
        ("from django.utils import timezone\ntimezone.now()", True),
        ("from django.utils.timezone import now\nnow()", True),
        ("from time import time\ntime()", True),
        ("import time\ntime.time()", True),
        ("from django.db.models.functions import Now\nNow()", True),
        ("import time\ntime.monotonic()\ntime.sleep(1)", False),
        ("from keguan.kernel import clock\nclock.now()", False),
        ("timezone.localtime(moment)", False),
    ],
)
def test_the_scan_tells_readings_apart(line: str, is_reading: bool) -> None:
    assert bool(list(clock_readings(ast.parse(line)))) is is_reading


def clock_readings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            is_reader = (
                (node.module == "time" and names & READERS["time"])
                or (node.module == "django.utils.timezone" and names & {"now", "localdate"})
                or (node.module == "django.db.models.functions" and "Now" in names)
            )
            if is_reader:
                yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            last = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            # with a moment given, `localtime` and its like only convert
            converts = node.func.attr in ("localtime", "localdate", "gmtime", "ctime") and bool(node.args)
            if node.func.attr in READERS.get(last, ()) and not converts:
                yield node.lineno, ast.unparse(node)
