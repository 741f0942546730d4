"""A refusal as the journal keeps it: what was asked with its public arguments, the reasons, what was read to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from keguan.kernel.commands.arguments import as_json
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Verdict
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.journal.write import Attempt, split
from keguan.kernel.records.labels import Label


def attempt(
    ctx: Context, verb: Verb, item: Item, key: UUID, reasons: Sequence[Reason], verdict: Verdict,
    seen: Mapping[str, Any], number: int,
) -> Attempt:  # fmt: skip
    """The attempt of a refused item; `number` is that of its stream's head, `seen` the linked records read."""
    given = {name: value for name, value in item.args.items() if name != verb.type.declared}
    public, _ = split(as_json(verb, given), {a.name: a for a in verb.arguments})
    body: dict[str, Any] = {
        "args": public,
        "reasons": [_kept(reason).as_json() for reason in reasons],
        "controls": [list(pair) for pair in verdict.controls],
        "read": verdict.read,
    }
    if seen:
        body["seen"] = seen
    if ctx.override:
        body["override"] = str(ctx.override)
    if item.record is not None:
        body["n"] = number
    existing = item.id if item.record is not None else None
    return Attempt(key, verb.name, verb.on, existing, item.happened_at, body)


def _kept(reason: Reason) -> Reason:
    """The reason as the sealed attempt keeps it: what could not be read is quoted to the caller, never kept."""
    if reason.kind != "input" or reason.field is None:
        return reason
    message = Label(f"“{reason.field}”填写有误", f"“{reason.field}” could not be read")
    return replace(reason, message=message, cure=None)
