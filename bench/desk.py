"""What needs the desk of `company` only: commands, the journal's size, terms, mirror, back-tests, many clocks."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.results import Asked, Result
from keguan.cli.scenarios.scratch import scratch_database


def measure(names: Sequence[str], asked: Asked) -> list[Result]:
    """These benchmarks, in the order in which one is not in the other's way."""
    with scratch_database():
        from bench import commands, mirrors, sweep, terms
        from bench.company import Desk

        desk, size = Desk(), asked.size
        found: list[Result] = []
        if "bytes-per-event" in names:
            found += commands.sizes(desk, size)
        if "command" in names:
            found += commands.single(desk, asked.rounds)
        if "command-list" in names:
            found += commands.listed(desk, asked.lists, size)
        if "term" in names:
            found += terms.added(asked.rounds, size * 1000)
        if "mirror" in names:
            found += mirrors.followed(desk, asked.lists, size)
        if "recalculate" in names:
            found += sweep.recalculated(desk, min(asked.rounds, 7), size)
        if "sweep" in names:
            found += sweep.swept(desk, min(asked.rounds, 15), size)
        return found + _over_the_past(names, size)


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
