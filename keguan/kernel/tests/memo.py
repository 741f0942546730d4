"""A record type for the kernel's own tests, with a law that lets everything pass unless told otherwise."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.balances import Key
from keguan.kernel.commands.erasing import erasure
from keguan.kernel.commands.law import Decided, Entry, Law, Step, Substitute, Verdict
from keguan.kernel.commands.outcomes import Citation, Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Argument, Item, Verb, takes, verb
from keguan.kernel.commands.work import FollowUp, Work
from keguan.kernel.records.kinds import Fields, Integer, Money, MoneyKind, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType
from keguan.kernel.records.vocabulary import Setting, vocabulary

SCHEMA = """
create table kernel_memo (
    id uuid primary key, code text unique, title text, body text, points integer check (points >= 0),
    price numeric(18, 2), price_currency text, about uuid, stage text, extra jsonb
);
create table kernel_memo_line (id uuid primary key, memo uuid references kernel_memo, words text);
"""

MEMO = RecordType(
    name="memo",
    label=Label("便笺", "Memo"),
    table="kernel_memo",
    facts=(
        Fact("code", Text(40), Label("编号", "Code")),
        Fact("title", Text(40), Label("标题", "Title")),
        Fact("body", Text(400, lines=True), Label("内容", "Body")),
        Fact("points", Integer(), Label("点数", "Points")),
        Fact("price", MoneyKind(), Label("价格", "Price")),
        Fact("about", Reference("memo"), Label("关于", "About")),
        Fact("stage", Text(20), Label("状态", "Stage")),
        Fact("extra", Fields(), Label("补充字段", "Further fields")),
    ),
    lines=(
        LineType(
            "remarks",
            Label("附言", "Remarks"),
            "kernel_memo_line",
            "memo",
            (Fact("words", Text(100), Label("文字", "Words"), personal=True),),
        ),
    ),
    series="memo.number_pattern",
    declared="extra",
)

DECLARED = {
    "colour": Fact("colour", Text(10), Label("颜色", "Colour"), required=True),
    "weight": Fact("weight", Integer(0), Label("重量", "Weight")),
    "secret": Fact("secret", Text(20), Label("秘密", "Secret"), personal=True),
}


def declare() -> None:
    """Register the type with its verbs, once."""
    if "memo" in vocabulary.types:
        return
    vocabulary.add_type(MEMO)
    erasure(MEMO)
    vocabulary.add_setting(Setting("memo.number_pattern", Text(), Label("编号规则", "Pattern"), "M-YYYY-NN"))

    @verb("memo.write", Label("写", "Write"), on=MEMO, creates=True, arguments=takes(MEMO, "title!", "body", "price"))
    def write(work: Work, items: list[Item]) -> None:
        """Write a memo."""
        for item in items:
            work.create(item, title=item["title"], body=item["body"], price=item["price"] or Money(1), points=0)  # type: ignore[arg-type]
            work.number(item, "code")

    @verb("memo.describe", Label("描述", "Describe"), on=MEMO, arguments=takes(MEMO, "extra"))
    def describe(work: Work, items: list[Item]) -> None:
        """Give values to declared fields."""
        for item in items:
            work.set(item, extra=item["extra"])

    @verb("memo.score", Label("打分", "Score"), on=MEMO, arguments=takes(MEMO, "points!"))
    def score(work: Work, items: list[Item]) -> None:
        """Give points."""
        for item in items:
            work.set(item, points=item["points"])

    @verb(
        "memo.together",
        Label("一起打分", "Score together"),
        on=MEMO,
        arguments=takes(MEMO, "points!"),
        all_or_nothing=True,
    )
    def together(work: Work, items: list[Item]) -> None:
        """Give points to all or to none."""
        for item in items:
            work.set(item, points=item["points"])

    @verb("memo.link", Label("关联", "Link"), on=MEMO, arguments=takes(MEMO, "about!"), touches=("about",))
    def link(work: Work, items: list[Item]) -> None:
        """Point to another memo."""
        for item in items:
            work.set(item, about=item["about"])

    @verb("memo.witness", Label("见证", "Witness"), on=MEMO, arguments=takes(MEMO, "about!"), names=("about",))
    def witness(_work: Work, _items: list[Item]) -> None:
        """Name another memo without touching it."""

    @verb(
        "memo.remark",
        Label("附言", "Remark"),
        on=MEMO,
        arguments=(Argument("words", Text(100), Label("文字", "Words"), required=True, personal=True),),
        loads=("remarks",),
    )
    def remark(work: Work, items: list[Item]) -> None:
        """Add a remark, at most three."""
        for item in items:
            if len(item.before.lines["remarks"]) >= 3:
                work.refuse(item, Reason(Label("最多三条附言", "at most three remarks"), kind="invariant"))
            work.add_line(item, "remarks", words=item["words"])

    @verb("memo.take", Label("取用", "Take"), on=MEMO, arguments=(*takes(MEMO, "points!"), *takes(MEMO, "about")),
          spends=(("ink", "about"), ("ink", "id")))  # fmt: skip
    def take(work: Work, items: list[Item]) -> None:
        """Take ink from a memo's pot (its own, where none is named); negative amounts fill it."""
        for item in items:
            pot, amount = item["about"] or item.id, item["points"]
            if amount > 0:
                work.spend(item, "ink", pot, amount)
            else:
                work.earn(item, "ink", pot, -amount)

    @verb("memo.double", Label("翻倍", "Double"), on=MEMO)
    def double(work: Work, items: list[Item]) -> None:
        """Score twice as much, as a command that follows."""
        for item in items:
            points = {"points": item.before["points"] * 2}
            work.follow_up(item, FollowUp("memo.score", item.id, points, work.ctx.actor))

    @verb("memo.ask", Label("请示", "Ask"), on=MEMO, creates=True, internal=True, touches=("about",),
          arguments=takes(MEMO, "about!"))  # fmt: skip
    def ask(work: Work, items: list[Item]) -> None:
        """Ask about a memo instead of doing something to it."""
        for item in items:
            work.create(item, title="请示", about=item["about"], points=0, code=f"Q-{item.id}")


@dataclass
class OpenLaw:
    """Everybody may everything, but for what a test puts in its way."""

    verdicts: dict[UUID, Verdict] = field(default_factory=dict)
    hidden: set[UUID] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def links(self, verb: Verb, rulebook: int) -> frozenset[str]:
        return frozenset()

    def touches(self, verb: Verb, rulebook: int) -> frozenset[str]:
        return frozenset()

    def declared(self, record_type: str, rulebook: int) -> Mapping[str, Fact]:
        return DECLARED if record_type == "memo" else {}

    def access(self, step: Step) -> dict[int, Verdict]:
        gone = Verdict([Reason(Label("看不见", "hidden"), kind="access")], is_hidden=True)
        return {item.position: gone for item in step.items if item.id in self.hidden}

    def visible(self, step: Step, record_type: str, records: frozenset[UUID]) -> frozenset[UUID]:
        return records - self.hidden

    def overdue(self, step: Step) -> Sequence[Entry]:
        entries, self.entries = self.entries, []
        return entries

    def guards(self, step: Step) -> dict[int, Verdict]:
        return {item.position: self.verdicts.get(item.id, Verdict()) for item in step.items}

    def setting(self, step: Step, name: str, item: Item) -> Any:
        return vocabulary.settings[name].default

    def keeps(self, verb: Verb, rulebook: int) -> bool:
        return False

    def balances(self, step: Step) -> dict[int, frozenset[Key]]:
        return {}

    def contested(self, verb: Verb, rulebook: int) -> Collection[str]:
        return ()

    def cites(self, step: Step, item: Item) -> Citation | None:
        return None

    def decide(self, step: Step) -> dict[int, Decided]:
        return {}

    def react(self, step: Step) -> None:
        self.steps.append(step)


def instead(about: UUID) -> Verdict:
    """A verdict that asks instead of doing."""
    return Verdict(instead=Substitute("memo.ask", {"about": about}, Label("某人", "somebody"), None))


_: type[Law] = OpenLaw


def events_of(record: UUID) -> list[dict[str, Any]]:
    """The stream of a record, in order."""
    return Rows().select(
        "select o.n, e.* from kernel_event_object o join kernel_event e on e.id = o.event"
        " where o.object = %s and o.touched order by o.n",
        [record],
    )
