"""The verbs by which somebody who is asked lets others decide as well, instead, or once more: 加签, 转办, 退回.

Who may be brought in is the law's to say (`live/bringing_in.py`). What was decided before a request went back stays in
it, marked as void.
"""

from typing import Any

from keguan.controls import deciding
from keguan.controls.commands import COMMENT, NOT_YOURS, decided, end
from keguan.controls.deciding import Line
from keguan.controls.facts import APPROVAL
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Choice, Integer, Reference
from keguan.kernel.records.labels import Label

BEFORE, AFTER = "before", "after"
PLACES = {BEFORE: Label("在我之前", "before me"), AFTER: Label("在我之后", "after me")}
WHY = Argument("comment", COMMENT, Label("说明", "Comment"), required=True, personal=True)
NOT_EARLIER = Reason(
    Label("只能退回到已经决定过的较早一步", "it can only go back to an earlier step that was decided"),
    Label("请选较早的一步，或不选而退回申请人", "choose an earlier step, or none to send it back to whoever asked"),
    field="step",
    kind="input",
)


@verb(
    "approval.add_approver",
    Label("加签", "Add an approver"),
    on=APPROVAL,
    arguments=(
        Argument("person", Reference("person"), Label("加签人", "Approver"), required=True),
        Argument("place", Choice(PLACES), Label("先后", "When"), required=True),
        WHY,
    ),
    touches=("object", "records"),
    names=("person",),
    loads=("steps", "lines"),
)
def add_approver(work: Work, items: list[Item]) -> None:
    """Have one more person consent, before or after one's own turn; what the clause asks stays as it is."""
    for item in items:
        mine = _turn(work, item)
        if not mine:
            continue
        at = item.before["step"] + (item["place"] == AFTER)
        left = _undecided(item)
        _make_room(work, item, [line for line in left if line["pos"] >= at], 1)
        name = item.links["person"]["name"]
        added = {"pos": at, "people": [item["person"]], "named": [item["person"]], "added_by": work.ctx.actor,
                 "by_zh": name, "by_en": name, "control": mine[0]["control"], "why": item["comment"]}  # fmt: skip
        work.add_line(item, "steps", **added)
        if item["place"] == BEFORE:
            work.set(item, by_zh=name, by_en=name)


@verb(
    "approval.hand_over",
    Label("转办", "Hand over"),
    on=APPROVAL,
    arguments=(Argument("person", Reference("person"), Label("转给", "To"), required=True), WHY),
    touches=("object", "records"),
    names=("person",),
    loads=("steps", "lines"),
)
def hand_over(work: Work, items: list[Item]) -> None:
    """Let somebody else decide in one's place; others who may decide the same step still may."""
    for item in items:
        mine = [line for line in _turn(work, item) if line["pos"] == item.before["step"]]
        if not mine:
            continue
        line, actor = mine[0], work.ctx.actor
        seat = work.stands_in.get(item.position) or actor
        named = [one for one in line["named"] or () if one not in (actor, seat)]
        relieved = [*(line["relieved"] or ()), *(one for one in dict.fromkeys((actor, seat)) if one)]
        people = [one for one in line["people"] if one != actor]
        work.set_line(item, "steps", line["id"], people=[*people, item["person"]], named=[*named, item["person"]],
                      relieved=list(dict.fromkeys(relieved)), why=item["comment"])  # fmt: skip
        name = item.links["person"]["name"]
        zh, en = _asked(item, line, Label(f"{line['by_zh']}（{name}）", f"{line['by_en']} ({name})"))
        work.set(item, by_zh=zh, by_en=en)


@verb(
    "approval.send_back",
    Label("退回", "Send back"),
    on=APPROVAL,
    arguments=(
        Argument("step", Integer(1), Label("退回到第几步", "To step"),
                 help=Label("不填：退回申请人", "left empty: to whoever asked")),
        WHY,
    ),
    touches=("object", "records"),
    loads=("steps", "lines"),
)  # fmt: skip
def send_back(work: Work, items: list[Item]) -> None:
    """Give a request back to be mended and asked again, or let an earlier step decide once more, with the reason."""
    for item in items:
        mine = [line for line in _turn(work, item) if line["pos"] == item.before["step"]]
        if not mine:
            continue
        said: dict[str, Any] = {
            "decided_by": work.ctx.actor, "decided_at": work.now, "is_consent": False, "comment": item["comment"],
            "on_behalf_of": work.stands_in.get(item.position), "is_void": True,
        }  # fmt: skip
        if item["step"] is None:
            work.set_line(item, "steps", mine[0]["id"], **said)
            end(work, item, "returned", comment=item["comment"])
            continue
        again = deciding.asked_again(item.before, item["step"])
        if not again:
            work.refuse(item, NOT_EARLIER)
            continue
        _ask_again(work, item, mine[0], again, said)


def _ask_again(work: Work, item: Item, mine: Line, again: list[Line], said: dict[str, Any]) -> None:
    """The steps from `again` on are walked once more, behind those that were decided, which count no more."""
    now = item.before["step"]
    moved = now - item["step"] + 1
    work.set_line(item, "steps", mine["id"], **said)
    _make_room(work, item, [line for line in _undecided(item) if line["id"] != mine["id"]], moved)
    for line in again:
        work.set_line(item, "steps", line["id"], is_void=True)
    copied = [*again, *([mine] if mine["added_by"] is None else ())]
    for line in copied:
        kept = ("people", "by_zh", "by_en", "control", "named", "relieved", "why")
        work.add_line(item, "steps", pos=line["pos"] + moved, slot=deciding.slot(line), **{
            name: line[name] for name in kept if line[name] is not None
        })  # fmt: skip
    work.set(item, **deciding.asked_next([{**line, "pos": line["pos"] + moved} for line in again]))


def _turn(work: Work, item: Item) -> list[Line]:
    """The consents that the actor is asked for now; the item is refused where it is not his turn."""
    if over := decided(item.before):
        work.refuse(item, over)
        return []
    mine = deciding.mine(item.before, work.ctx.actor)
    if not mine:
        work.refuse(item, NOT_YOURS)
    return mine


def _undecided(item: Item) -> list[Line]:
    return [line for line in item.before.lines["steps"] if line["decided_at"] is None]


def _make_room(work: Work, item: Item, lines: list[Line], by: int) -> None:
    """These steps come so many places later."""
    for line in lines:
        work.set_line(item, "steps", line["id"], pos=line["pos"] + by, slot=deciding.slot(line))


def _asked(item: Item, changed: Line, words: Label) -> tuple[str, str]:
    """Who decides now in words, where one of the consents has new words."""
    lines = deciding.open_lines(item.before)
    zh = [words.zh if line is changed else line["by_zh"] for line in lines]
    en = [words.en if line is changed else line["by_en"] for line in lines]
    return "、".join(dict.fromkeys(zh)), ", ".join(dict.fromkeys(en))
