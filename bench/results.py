"""What a benchmark says, and how pairs are timed: in turn in the same run, the order changing, told by the median."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MS = 1000.0


@dataclass(frozen=True)
class Asked:
    """How often pairs are taken, and how much there is of everything: `size` is the length of a command's list."""

    rounds: int = 40
    lists: int = 7
    size: int = 1000

    def as_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True)
class Result:
    """Ours beside the other way, in `unit`; `ratio` is the median of the pairs' ratios, not the ratio of medians."""

    name: str
    ours: float
    other: float
    other_is: str
    ratio: float
    unit: str

    def as_json(self) -> dict[str, Any]:
        return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}


def paired(ours: Callable[[], object], other: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of each, one after the other; whoever begins changes from pair to pair. One pair before warms up."""
    ours(), other()
    mine, theirs = [], []
    for turn in range(rounds):
        for kept, run in ((mine, ours), (theirs, other))[:: 1 if turn % 2 else -1]:
            began = time.perf_counter()
            run()
            kept.append(time.perf_counter() - began)
    return mine, theirs


def result(name: str, other_is: str, times: tuple[Sequence[float], Sequence[float]], unit: str, per: float) -> Result:
    """The medians of paired times, in milliseconds per `per` objects."""
    mine, theirs = times
    ratio = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
    return Result(name, statistics.median(mine) * MS / per, statistics.median(theirs) * MS / per, other_is, ratio, unit)


def table(found: Sequence[Result]) -> str:
    """The results in lines."""
    lines = [f"{'':<30}{'ours':>11}{'other':>11}{'ratio':>8}  unit"]
    for one in found:
        lines.append(f"{one.name:<30}{one.ours:>11.3f}{one.other:>11.3f}{one.ratio:>8.2f}  {one.unit}")
        lines.append(f"{'':<30}other: {one.other_is}")
    return "\n".join(lines)
