"""What happens beside the stages of a case: visits, promises, who is liable, and the review after it was closed.

Each is a line of its own that is never changed. Whether any of it is needed, or forbidden, policies say.
"""

from keguan.cases.ended import open_cases
from keguan.cases.facts import CASE, LIABILITIES, NOTES, PROMISES, VISITS
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import LineType

NOT_CLOSED = Reason(
    Label("这件工单还没有结案，不能审视", "this case is not closed yet and cannot be reviewed"),
    cure=Label("结案以后再审视", "review it once it is closed"),
    kind="invariant",
)
NAMED_BY = {"department": "department", "person": "person", "supplier": "party", "other_company": "party"}
"""Which fact names the liable party of each kind."""


def _takes(lines: LineType, *names: str) -> tuple[Argument, ...]:
    """Arguments that are facts of a line. `name!` makes one required."""
    found = []
    for name in names:
        fact = lines.by_name[name.rstrip("!")]
        found.append(Argument(fact.name, fact.kind, fact.label, name.endswith("!"), fact.personal, fact.help))
    return tuple(found)


@verb(
    "case.visit",
    Label("登记走访", "Record a visit"),
    on=CASE,
    arguments=_takes(VISITS, "visitors!", "text!"),
    names=("customer",),
)
def visit(work: Work, items: list[Item]) -> None:
    """Record who called on the customer because of the case, and what came of it."""
    for item in open_cases(work, items):
        work.add_line(item, "visits", **item.args, recorded_by=work.ctx.actor, visited_at=item.happened_at)


@verb(
    "case.promise",
    Label("向客户承诺", "Promise something"),
    on=CASE,
    arguments=_takes(PROMISES, "amount", "text!"),
    names=("customer",),
)
def promise(work: Work, items: list[Item]) -> None:
    """Record what the customer was promised, agreed with or granted, with its amount where it costs anything."""
    for item in open_cases(work, items):
        work.add_line(item, "promises", **item.args, promised_by=work.ctx.actor, promised_at=item.happened_at)


@verb(
    "case.hold_liable",
    Label("认定责任", "Hold somebody liable"),
    on=CASE,
    arguments=_takes(LIABILITIES, "liable!", "department", "person", "party", "loss", "text"),
    names=("customer",),
)
def hold_liable(work: Work, items: list[Item]) -> None:
    """Say who is liable for what the customer brought (a department, a person, another company) and for which loss."""
    for item in open_cases(work, items):
        needed = LIABILITIES.by_name[NAMED_BY[item["liable"]]]
        if item[needed.name] is None:
            message = Label(f"没有写{needed.label.zh}", f"“{needed.label.en}” is not said")
            cure = Label("写明是谁", "say who it is")
            work.refuse(item, Reason(message, cure=cure, field=needed.name, kind="invariant"))
            continue
        work.add_line(item, "liabilities", **item.args, held_by=work.ctx.actor, held_at=item.happened_at)


@verb(
    "case.review",
    Label("审视结案", "Review a closed case"),
    on=CASE,
    arguments=(Argument("text", NOTES.by_name["text"].kind, Label("审视意见", "Remarks"), False, True),),
    names=("customer",),
)
def review(work: Work, items: list[Item]) -> None:
    """Look over a case that was closed; remarks are kept with its notes."""
    for item in items:
        if item.before.get("closed_at") is None:
            work.refuse(item, NOT_CLOSED)
            continue
        work.set(item, reviewed_at=item.happened_at)
        if item["text"] is not None:
            work.add_line(item, "notes", author=work.ctx.actor, text=item["text"], noted_at=item.happened_at)
