"""Acts on what is owed: waiving it, and what the machinery does to it from afar. The law moves the clock itself."""

from typing import Any

from keguan.controls.facts import OBLIGATION
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Moment, Reference, Text
from keguan.kernel.records.labels import Label

OVER = Reason(
    Label("这一项已经了结，不用豁免", "nothing is owed here any more, so nothing can be waived"), kind="invariant"
)
PAST = Reason(
    Label("豁免的期限要晚于现在", "a waiver ends in the future"),
    Label("不填则一直豁免", "leave it empty to waive for good"),
    field="until",
    kind="input",
)


@verb(
    "obligation.waive",
    Label("豁免", "Waive"),
    on=OBLIGATION,
    arguments=(
        Argument("reason", Text(2000, lines=True), Label("理由", "Reason"), required=True, personal=True),
        Argument("until", Moment(), Label("豁免到何时", "Until"), help=Label("不填则一直豁免", "for good if empty")),
    ),
    touches=("object",),
)
def waive(work: Work, items: list[Item]) -> None:
    """Forgo what is owed, for good or until a moment; what was broken before stays counted."""
    for item in items:
        if item.before["state"] not in ("running", "broken", "waived"):
            work.refuse(item, OVER)
        elif item["until"] is not None and item["until"] <= work.now:
            work.refuse(item, PAST)
        else:
            work.note(item, "clock", _clock(item))


def _clock(item: Item) -> dict[str, Any]:
    """Which clock it is, in the journal's own terms: the row's id means nothing to a recount."""
    before, until = item.before, item["until"]
    opened_by = before["opened_event"]
    return {
        "control": before["control"], "object": str(before["object"]), "key": before["key"],
        "opened_at": before["opened_at"].isoformat(), "opened_event": str(opened_by) if opened_by else "",
        "until": until.isoformat() if until else None,
    }  # fmt: skip


@verb("obligation.review", Label("重新判断", "Look again"), on=OBLIGATION, touches=("object",), internal=True)
def review(_work: Work, _items: list[Item]) -> None:
    """Judge what was already over when it was recorded."""


@verb(
    "obligation.meet",
    Label("办成", "Met"),
    on=OBLIGATION,
    arguments=(
        Argument("act", Reference("event"), Label("办理", "Act"), required=True),
        Argument("act_at", Moment(), Label("办理时间", "Done at"), required=True),
    ),
    touches=("object",),
    internal=True,
)
def meet(_work: Work, _items: list[Item]) -> None:
    """An act on another record met what the company owes."""


@verb("obligation.open", Label("起算", "Opened"), on=OBLIGATION, internal=True)
def start(_work: Work, _items: list[Item]) -> None:
    """A date or a period opened a clock. Never run."""


@verb("obligation.recalculate", Label("期限重算", "Recalculated"), on=OBLIGATION, internal=True)
def recalculate(_work: Work, _items: list[Item]) -> None:
    """Due moments were worked out anew under another calendar or version. Entered by the clock, never run."""


@verb("obligation.adopt", Label("纳入期限", "Adopted"), on=OBLIGATION, internal=True)
def adopt(_work: Work, _items: list[Item]) -> None:
    """Clocks of records that run already came under a new version, from their true start. Never run."""
