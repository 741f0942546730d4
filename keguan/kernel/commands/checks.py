"""What would be refused, without running: the same questions to the same law feed button, tooltip, page and API."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from keguan.kernel import clock
from keguan.kernel.commands import locks
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Law, Step, Verdict
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.pipeline import named
from keguan.kernel.commands.preparing import prepare
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.commands.work import Work
from keguan.kernel.ids import uuid7


def check(
    law: Law, ctx: Context, verb_names: Iterable[str], key: UUID | None, args: Mapping[str, Any] | None = None
) -> dict[str, Verdict]:
    """By verb, what the law says about using it on this record (nothing for verbs that create).

    Without `args` the arguments are not known yet: what hangs on them is announced, not refused. With them the
    answer is what the command would get, their form included. Nothing is locked and nothing is written.
    """
    rows = Rows()
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
            verdict.reasons.append(refused)
    return verdicts


def _said(verb: Verb, step: Step, item: Item) -> Reason | None:
    """What the body itself would refuse: bodies only say what is to be true, so asking one writes nothing."""
    work = Work(step.ctx, verb.type, step.now)
    verb.body(work, [item])
    return work.draft(item).refused
