"""`python -m bench [NAME] [--json]`: run all benchmarks or one, on an embedded database that is thrown away."""

import argparse
import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.results import Result, table

NAMES = (
    "command",
    "command-list",
    "bytes-per-event",
    "term",
    "mirror",
    "backtest",
    "backtest-pm4py",
    "recalculate",
    "sweep",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; the exit status."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES)
    parser.add_argument("--without", action="append", default=[], choices=NAMES, help="leave one out")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.add_argument("--rounds", type=int, default=40, help="pairs of single commands")
    parser.add_argument("--lists", type=int, default=7, help="pairs of lists")
    parser.add_argument("--size", type=int, default=1000, help="objects in a list (at most 1,000)")
    chosen = parser.parse_args(arguments)
    wanted = (chosen.name,) if chosen.name else tuple(name for name in NAMES if name not in chosen.without)
    # what the database says on the way is no result
    with contextlib.redirect_stdout(sys.stderr):
        found = run(wanted, chosen.rounds, chosen.lists, chosen.size)
    print(json.dumps([result.as_json() for result in found], indent=2) if chosen.json else table(found))
    return 0


def run(names: Sequence[str], rounds: int, lists: int, size: int) -> list[Result]:
    """The results of these benchmarks, on a database of their own (in a test run: the test's)."""
    with _throw_away():
        from keguan.cli.scenarios.scratch import scratch_database

        with scratch_database():
            from bench import commands, mirrors, sweep, terms
            from bench.company import Desk

            desk = Desk()
            found: list[Result] = []
            if "bytes-per-event" in names:
                found += commands.sizes(desk, size)
            if "command" in names:
                found += commands.single(desk, rounds)
            if "command-list" in names:
                found += commands.listed(desk, lists, size)
            if "term" in names:
                found += terms.added(rounds, size * 1000)
            if "mirror" in names:
                found += mirrors.followed(desk, lists, size)
            if "recalculate" in names:
                found += sweep.recalculated(desk, min(rounds, 7), size)
            if "sweep" in names:
                found += sweep.swept(desk, min(rounds, 15), size)
            found += _over_the_past(names, size)
            return found


def _over_the_past(names: Sequence[str], size: int) -> list[Result]:
    """What is judged over a generated past: five thousand events for each object of a list."""
    if not {"backtest", "backtest-pm4py"} & set(names):
        return []
    from bench import backtests

    found: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="keguan-past-") as place:
        if "backtest" in names:
            found += backtests.forty_controls(Path(place) / "forty", size * 5000)
        if "backtest-pm4py" in names:
            found += backtests.beside_pm4py(Path(place) / "one", size * 5000, 3)
    return found


@contextlib.contextmanager
def _throw_away() -> Iterator[None]:
    """A data directory that nobody else uses; settings of the caller's own database do not count."""
    from django.apps import apps

    if apps.ready:
        yield
        return
    place = tempfile.mkdtemp(prefix="keguan-bench-")
    os.environ.pop("DATABASE_URL", None)
    os.environ["KEGUAN_DATA"] = place
    try:
        yield
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
