"""What would be refused, without running: the same questions to the same law feed button, tooltip, page and API."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from keguan.kernel import clock
from keguan.kernel.commands import constraints, locks
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Law, Step, Verdict, under_clause
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.pipeline import named
from keguan.kernel.commands.preparing import prepare
from keguan.kernel.commands.rows import Remembered
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.commands.work import Drawn, Work
from keguan.kernel.ids import uuid7
from keguan.kernel.records.types import LineType, RecordType


def check(
    law: Law, ctx: Context, verb_names: Iterable[str], key: UUID | None, args: Mapping[str, Any] | None = None
) -> dict[str, Verdict]:
    """By verb, what the law says about using it on this record (nothing for verbs that create).

    Without `args` the arguments are not known yet: what hangs on them is announced, not refused. With them the
    answer is what the command would get, their form included. Nothing is locked and nothing is written.
    """
    rows = Remembered()
    now, rulebook = locks.moment(rows, None)
    verdicts: dict[str, Verdict] = {}
    memo: dict[str, Any] = {}
    for name in verb_names:
        verb = named(name)
        parsed, wrong = parse(verb, args) if args is not None else ({}, [])
        if wrong:
            verdicts[name] = Verdict(list(wrong))
            continue
        item = Item(0, uuid7(clock.now()) if verb.creates or key is None else key, parsed, ctx.happened_at or now)
        step = Step(ctx, verb, now, rulebook, rows, [item], is_preview=args is None, memo=memo)
        ended = prepare(law, step)
        verdict = verdicts[name] = ended[0] if ended else law.guards(step).get(0, Verdict())
        is_free = not (ended or verdict.reasons or verdict.instead or step.is_preview)
        if is_free and (refused := _said(verb, step, item)):
            verdict.reasons.append(under_clause(law, step, item, refused))
    return verdicts


def _said(verb: Verb, step: Step, item: Item) -> Reason | None:
    """What the body itself would refuse, and then the table: bodies only say what is to be true, so asking one writes
    nothing.
    """
    work = Work(step.ctx, verb.type, step.now)
    verb.body(work, [item])
    draft = work.draft(item)
    if draft.refused is not None or not (draft.values or draft.lines):
        return draft.refused
    after = {
        name: None if isinstance(value, Drawn) else value
        for name, value in {**(item.record.values if item.record else {}), **draft.values}.items()
    }
    said: list[tuple[RecordType | LineType, Mapping[str, Any]]] = [(verb.type, after)]
    said += [(verb.type.line(line.list), line.values) for line in draft.lines if line.how == "add"]
    found = (constraints.foreseen(step.rows, kind, values) for kind, values in said)
    return next((one for one in found if one is not None), None)
