"""Rows of a table: one dropped, two neighbours with their outcomes swapped; orders of steps turned round."""

from collections.abc import Iterator, Mapping
from typing import Any

from keguan.kernel.records.labels import Label
from keguan.policies.mutation.edits import Around, Edit


def swapped(value: Any, _around: Around) -> Iterator[Edit]:
    """Each two neighbours of a table exchange what they lead to; of a plain list, their places."""
    if not isinstance(value, list):
        return
    for i in range(len(value) - 1):
        first, second = value[i], value[i + 1]
        if isinstance(first, Mapping) and isinstance(second, Mapping) and ("when" in first or "when" in second):
            first, second = _with_outcome(second, first), _with_outcome(first, second)
        says = Label(f"第 {i + 1}、{i + 2} 行对调", f"rows {i + 1} and {i + 2} are swapped")
        yield Edit((), [*value[:i], second, first, *value[i + 2 :]], says)


def _with_outcome(row: Mapping[str, Any], of: Mapping[str, Any]) -> dict[str, Any]:
    """The row's condition with the other's outcome."""
    condition = {"when": row["when"]} if "when" in row else {}
    return {**condition, **{key: part for key, part in of.items() if key != "when"}}
