"""Chance that is the same every time: each course draws from its own seed, whatever the others do."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws of one course."""

    def __init__(self, *seed: object) -> None:
        self._random = Random(":".join(map(str, seed)))  # noqa: S311 – a play, no secret

    def often(self, share: float) -> bool:
        """True in this share of cases."""
        return self._random.random() < share

    def pick(self, options: Sequence[T]) -> T:
        """One of several, all alike."""
        return options[self._random.randrange(len(options))]

    def weighed(self, weights: Mapping[T, float]) -> T:
        """One of several, by weight."""
        return self._random.choices(list(weights), list(weights.values()))[0]

    def between(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        return self._random.randint(least, most)

    def minutes(self, usual: float) -> int:
        """How long something takes that usually takes so many minutes: mostly near it, now and then much longer."""
        return max(1, round(usual * self._random.lognormvariate(0, 0.6)))

    def count(self, expected: float) -> int:
        """A number that is so on average."""
        whole = int(expected)
        return whole + self.often(expected - whole)
