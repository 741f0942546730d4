"""Stretches of time as half-open pairs, in order and apart from each other. Pure."""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator

ALWAYS_FROM = dt.datetime.min.replace(tzinfo=dt.UTC)
ALWAYS_TO = dt.datetime.max.replace(tzinfo=dt.UTC)
Stretch = tuple[dt.datetime, dt.datetime]
ALWAYS: Stretch = (ALWAYS_FROM, ALWAYS_TO)


def common(several: Iterable[Stretch], one: Stretch) -> Iterator[Stretch]:
    """The parts of `several` that lie in `one`."""
    for start, end in several:
        low, high = max(start, one[0]), min(end, one[1])
        if low < high:
            yield low, high


def without(several: Iterable[Stretch], one: Stretch) -> list[Stretch]:
    """The parts of `several` that lie outside `one`."""
    found = []
    for start, end in several:
        if one[1] <= start or end <= one[0] or one[0] >= one[1]:
            found.append((start, end))
            continue
        if start < one[0]:
            found.append((start, one[0]))
        if one[1] < end:
            found.append((one[1], end))
    return found


def pieces(one: Stretch, edges: Iterable[dt.datetime]) -> Iterator[Stretch]:
    """`one` cut at those of the edges that lie inside it."""
    cuts = [one[0], *sorted({edge for edge in edges if one[0] < edge < one[1]}), one[1]]
    yield from itertools.pairwise(cuts)
