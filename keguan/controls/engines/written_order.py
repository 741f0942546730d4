"""The order in which a form's fields were written: what is stored is JSON with sorted keys, people expect theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

STEP = "/"


def orders(raw: object, path: str = "") -> dict[str, list[str]]:
    """By path, the keys of every map within whose written order is not the sorted one."""
    found: dict[str, list[str]] = {}
    if isinstance(raw, Mapping):
        keys = [str(key) for key in raw]
        if keys != sorted(keys):
            found[path] = keys
        for key, inner in raw.items():
            found |= orders(inner, f"{path}{STEP}{key}")
    return found


def ordered(raw: Any, known: Mapping[str, Sequence[str]], path: str = "") -> Any:
    """The same with every map in its written order; what the order does not name comes last."""
    if not isinstance(raw, Mapping):
        return raw
    wanted = [key for key in known.get(path, ()) if key in raw]
    keys = [*wanted, *(key for key in raw if key not in wanted)]
    return {key: ordered(raw[key], known, f"{path}{STEP}{key}") for key in keys}
