"""What has ended takes no more acts: the guard that cases and their tasks share, whatever a policy says."""

from collections.abc import Iterable

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import Work
from keguan.kernel.records.labels import Label

CLOSED = Reason(
    Label("这件工单已经结案", "this case is closed already"),
    cure=Label(
        "如有新的情况，请另立一件工单并注明原编号", "for anything new, open another case that cites this one's number"
    ),
    kind="invariant",
)


def open_cases(work: Work, items: Iterable[Item]) -> list[Item]:
    """The items whose case is not closed; the others are refused."""
    return not_ended(work, items, "closed_at", CLOSED)


def not_ended(work: Work, items: Iterable[Item], ended: str, reason: Reason) -> list[Item]:
    """The items whose record has nothing in the fact that says since when it is over; the others are refused."""
    alive = []
    for item in items:
        if item.before.get(ended) is None:
            alive.append(item)
        else:
            work.refuse(item, reason)
    return alive
