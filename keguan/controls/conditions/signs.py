"""The signs of comparisons as functions."""

import operator
from collections.abc import Callable
from typing import Any

SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
