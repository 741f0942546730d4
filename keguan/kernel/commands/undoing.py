"""Undoing an act by the inverse that its verb declares: a command of its own, which names what it undoes."""

from typing import TYPE_CHECKING
from uuid import UUID

from keguan.kernel.commands import locks
from keguan.kernel.commands.cited import Cited, cited
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import NOT_FOUND, Fault, Outcome, Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.kernel.commands.pipeline import Pipeline

WHOSE = """
    select o.object, o.verb from kernel_event_object o where o.event = %s and o.touched and o.type = o.role
"""


def undo(pipeline: "Pipeline", ctx: Context, event: UUID) -> Outcome:
    """Undo an event: run its verb's inverse on the same record, unless something changed since.

    A `Fault` where there is no such event or its verb has no inverse. What the law says of the inverse is said.
    """
    verb, found, record = _found(event)
    rows = Rows()
    step = Step(ctx, verb, *locks.moment(rows, None), rows, [])
    if record not in pipeline.law.visible(step, verb.on, frozenset({record})):
        raise Fault([NOT_FOUND], 404)
    if verb.inverse is None:
        message = Label(f"“{verb.label.zh}”不能撤销", f"“{verb.label.en}” cannot be undone")
        raise Fault([Reason(message, Label("可用“更正”或“作废”", "correct or void it"), kind="input")])
    args = verb.inverse.args(found)
    if args is None:
        message = Label(f"这次“{verb.label.zh}”退不回去", f"this “{verb.label.en}” cannot be taken back")
        raise Fault([Reason(message, Label("可用“更正”", "correct it instead"), kind="input")])
    return pipeline.run(ctx.but(undoes=event), verb.inverse.verb, [(record, args)])[0]


def _found(event: UUID) -> tuple[Verb, Cited, UUID]:
    rows = Rows()
    for row in rows.select(WHOSE, [event]):
        verb = vocabulary.verbs.get(row["verb"])
        if verb is not None and not verb.internal:
            found = cited(rows, [(row["object"], event)], [f"{verb.on}.correct"])
            return verb, found[row["object"], event], row["object"]
    raise Fault([NOT_FOUND], 404)
