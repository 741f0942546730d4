"""`python -m bench [NAME …] [--json]`: run all benchmarks or some, on an embedded database that is thrown away."""

import argparse
import contextlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence

from bench.environments import Missing
from bench.results import Asked, Result, table

GROUPS: dict[str, tuple[str, ...]] = {
    "desk": (
        *("command", "command-list", "bytes-per-event", "term", "mirror", "backtest", "backtest-pm4py"),
        *("recalculate", "sweep"),
    ),
    "served": ("rest", "pages"),
    "lists": ("list",),
    "searches": ("customer-search",),
    "importing": ("import",),
    "peers": ("peer-create", "peer-list", "peer-search", "peer-sweep"),
}
"""The module that measures each, with what is measured on one database."""
NAMES = tuple(name for names in GROUPS.values() for name in names)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; the exit status."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--without", action="append", default=[], choices=NAMES, help="leave one out")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.add_argument("--rounds", type=int, default=40, help="pairs of single commands")
    parser.add_argument("--lists", type=int, default=7, help="pairs of lists")
    parser.add_argument("--size", type=int, default=1000, help="objects in a list (at most 1,000)")
    chosen = parser.parse_args(arguments)
    wanted = [name for name in chosen.names or NAMES if name not in chosen.without]
    asked = Asked(chosen.rounds, chosen.lists, chosen.size)
    # what the database says on the way is no result
    with contextlib.redirect_stdout(sys.stderr):
        found, failed = run(wanted, asked)
    print(json.dumps([result.as_json() for result in found], indent=2) if chosen.json else table(found))
    for module in failed:
        print(f"not measured: {', '.join(name for name in GROUPS[module] if name in wanted)}", file=sys.stderr)
    return 1 if failed else 0


def run(wanted: Sequence[str], asked: Asked) -> tuple[list[Result], list[str]]:
    """The results of these benchmarks, and what could not be measured.

    What needs a database of its own (nearly everything: a million rows would be in others' way) gets it, with a process
    of its own. In a test run everything has the test's.
    """
    groups = {module: [name for name in names if name in wanted] for module, names in GROUPS.items()}
    groups = {module: names for module, names in groups.items() if names}
    if len(groups) == 1 or _is_test():
        with _throw_away():
            return _here(groups, asked)
    found: list[Result] = []
    failed = []
    for module, names in groups.items():
        given = [f"--{name}={value}" for name, value in asked.as_json().items()]
        done = subprocess.run(
            [sys.executable, "-m", "bench", *names, "--json", *given], check=False, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            failed.append(module)
        else:
            found += [Result(**one) for one in json.loads(done.stdout)]
    return found, failed


def _here(groups: Mapping[str, Sequence[str]], asked: Asked) -> tuple[list[Result], list[str]]:
    """In this process; what needs something that this machine does not have says so."""
    found: list[Result] = []
    failed = []
    for module, names in groups.items():
        try:
            found += _measure(module, names, asked)
        except Missing as missing:
            print(missing, file=sys.stderr)
            failed.append(module)
    return found, failed


def _measure(module: str, names: Sequence[str], asked: Asked) -> list[Result]:
    found: list[Result] = importlib.import_module(f"bench.{module}").measure(names, asked)
    return found


def _is_test() -> bool:
    from django.apps import apps

    return apps.ready


@contextlib.contextmanager
def _throw_away() -> Iterator[None]:
    """A data directory that nobody else uses; settings of the caller's own database do not count."""
    if _is_test():
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
