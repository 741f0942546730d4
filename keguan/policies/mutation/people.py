"""People: a role replaced by one that others hold, one of several left out, a recusal dropped, a count moved."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from keguan.policies.mutation.edits import GONE, Around, Edit, exchanged, left_out
from keguan.policies.mutation.figures import steps

DROPPED = ("but", "else")
SUPERIOR = re.compile(r"superior of (.+)")
AT = re.compile(r"(\S+)( @ .+)")


def people(value: Any, around: Around) -> Iterator[Edit]:
    """Other people at each place."""
    if isinstance(value, str):
        yield from (Edit((), new, exchanged(value, new)) for new in _others(value.strip(), around))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            if len(value) > 1:
                yield Edit((i,), GONE, left_out(part))
            yield from (edit.under(i) for edit in people(part, around))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key in DROPPED:
                yield Edit((key,), GONE, left_out(f"{key}: {inner}"))
            find = steps if key == "some" else people
            yield from (edit.under(key) for edit in find(inner, around))


def _others(text: str, around: Around) -> Iterator[str]:
    if found := SUPERIOR.fullmatch(text):
        yield found[1]
    elif found := AT.fullmatch(text):
        yield around.others.get(found[1], around.others[""]) + found[2]
    elif around.others.get(text) or around.others[""]:
        yield around.others.get(text) or around.others[""]
