"""The acts on seats and calls. A phone switch reports calls through REST; a person says where he sits.

What holds under every policy: a call that ended rings no more, and a seat is left once.
"""

from keguan.calls import seats
from keguan.calls.facts import CALL, SEAT
from keguan.customers.phones import PhoneKind
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import BadValue, Boolean
from keguan.kernel.records.labels import Label

NOTHING_NEEDED = Label("不用再做什么", "nothing needs to be done")
ENDED = Reason(Label("这次来电已经结束", "this call has ended already"), NOTHING_NEEDED, kind="invariant")
LEFT = Reason(Label("这个坐席已经签出", "this seat was left already"), NOTHING_NEEDED, kind="invariant")


class ReportedNumber(PhoneKind):
    """The number as a switch has it: what cannot be one is none, and no call is lost for it."""

    def parse(self, raw: object) -> str:
        """The number in its one form, or nothing."""
        try:
            return PhoneKind.parse(self, raw)
        except BadValue:
            return ""


SAID = Argument(
    "number", ReportedNumber(), CALL.by_name["number"].label, personal=True,
    help=Label("电话系统所报的；不成号码的按隐藏号码", "as the switch has it; what is no number counts as withheld"),
)  # fmt: skip


@verb("seat.take", Label("签入坐席", "Take a seat"), on=SEAT, arguments=takes(SEAT, "extension!"), creates=True)
def take(work: Work, items: list[Item]) -> None:
    """The actor sits at an extension from now on; calls that ring there are shown to him."""
    for item in items:
        work.create(item, extension=seats.plain(item["extension"]), person=work.ctx.actor, opened_at=item.happened_at)


@verb("seat.leave", Label("签出坐席", "Leave a seat"), on=SEAT)
def leave(work: Work, items: list[Item]) -> None:
    """Nobody is shown what rings at the extension, until somebody takes it."""
    for item in items:
        if item.before.get("left_at") is not None:
            work.refuse(item, LEFT)
        else:
            work.set(item, left_at=item.happened_at)


@verb(
    "call.ring",
    Label("来电振铃", "A call rings"),
    on=CALL,
    arguments=(*takes(CALL, "switch_id!"), SAID, *takes(CALL, "extension", "person")),
    creates=True,
)
def ring(work: Work, items: list[Item]) -> None:
    """A call came in. Where no person is named, it is for whoever sits at the extension.

    A call is never lost for its number: what cannot be one (“anonymous”, a short internal one) counts as withheld.
    """
    at = {item.position: seats.plain(item["extension"]) for item in items}
    sitting = seats.sitting_at({place for item in items if (place := at[item.position]) and item["person"] is None})
    for item in items:
        work.create(
            item,
            switch_id=item["switch_id"],
            number=item["number"] or None,
            extension=at[item.position],
            person=item["person"] or sitting.get(at[item.position] or ""),
            stage="ringing",
            opened_at=item.happened_at,
        )


@verb("call.answer", Label("接听来电", "Answer a call"), on=CALL, arguments=takes(CALL, "person"))
def answer(work: Work, items: list[Item]) -> None:
    """Somebody picked it up: the person named, or the one for whom it rang."""
    for item in items:
        if item.before.get("closed_at") is not None:
            work.refuse(item, ENDED)
            continue
        work.set(item, stage="answered", answered_at=item.before.get("answered_at") or item.happened_at)
        if item["person"] is not None:
            work.set(item, person=item["person"])


@verb(
    "call.end",
    Label("来电结束", "A call ends"),
    on=CALL,
    arguments=(*takes(CALL, "seconds"), Argument("is_answered", Boolean(), Label("有人接听", "Was answered"))),
)
def end(work: Work, items: list[Item]) -> None:
    """It is over. It was missed where nobody is known to have picked it up."""
    for item in items:
        if item.before.get("closed_at") is not None:
            work.refuse(item, ENDED)
            continue
        was_answered = item["is_answered"]
        if was_answered is None:
            was_answered = item.before.get("answered_at") is not None or bool(item["seconds"])
        work.set(item, stage="ended" if was_answered else "missed", closed_at=item.happened_at, seconds=item["seconds"])


@verb(
    "call.file",
    Label("注明来电去向", "Say what became of a call"),
    on=CALL,
    arguments=takes(CALL, "customer", "case"),
    names=("customer", "case"),
)
def file(work: Work, items: list[Item]) -> None:
    """Whose call it was, and the case that was registered from it; what is not given stays."""
    for item in items:
        work.set(item, **item.args)
