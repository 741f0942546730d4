"""Observations: that somebody was seen to keep or to break a duty of conduct. Evidence of `conduct` is nothing else.

An offence counts only once it is confirmed (`offence.confirm`), which reactions may wait for.
"""

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Boolean, Choice, Date, Integer, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, Record, RecordType, Stage
from keguan.kernel.records.vocabulary import vocabulary

STATES = {
    "observed": Label("待核实", "observed"),
    "confirmed": Label("已核实", "confirmed"),
    "dismissed": Label("不成立", "dismissed"),
}
OBSERVATION = vocabulary.add_type(
    RecordType(
        name="observation",
        label=Label("行为观察", "Observation"),
        table="controls_observation",
        facts=(
            Fact("control", Text(200), Label("行为规范", "Duty of conduct")),
            Fact("person", Reference("person"), Label("被观察人", "Person")),
            Fact("source", Text(80), Label("观察途径", "Seen in")),
            Fact("what", Text(4000, lines=True), Label("情况", "What was seen"), personal=True),
            Fact("is_offence", Boolean(), Label("违反", "An offence")),
            Fact("code", Text(40), Label("违规代码", "Offence code")),
            Fact("tier", Integer(), Label("档次", "Tier")),
            Fact("seen_on", Date(), Label("发生日期", "Seen on")),
            Fact("observer", Reference("person"), Label("观察人", "Observer")),
            Fact("unit", Reference("unit"), Label("部门", "Unit")),
            Fact("state", Choice(STATES), Label("状态", "State")),
            Fact("comment", Text(2000, lines=True), Label("核实意见", "Finding"), personal=True),
            Fact("observed_at", Moment(), Label("登记时间", "Observed at")),
            Fact("decided_at", Moment(), Label("核实时间", "Decided at")),
            Fact("decided_by", Reference("person"), Label("核实人", "Decided by")),
        ),
        stages=tuple(Stage(name, label) for name, label in STATES.items()),
        code=None,
        title="code",
        stage="state",
        owner="person",
        opener="observer",
        unit="unit",
        is_about_anybody=True,
    )
)
COMMENT = Argument("comment", Text(2000, lines=True), Label("核实意见", "Finding"), personal=True)


OBSERVED = takes(OBSERVATION, "control!", "person!", "source!", "what", "is_offence!", "seen_on", "unit")


@verb("observation.observe", Label("登记观察", "Observe"), on=OBSERVATION, creates=True, names=("person",),
      arguments=OBSERVED)  # fmt: skip
def observe(work: Work, items: list[Item]) -> None:
    """Record that somebody was seen to keep a duty of conduct, or to break it."""
    for item in items:
        work.create(item, **item.args, observer=work.ctx.actor, state="observed", observed_at=work.now)


@verb("observation.confirm", Label("核实", "Confirm"), on=OBSERVATION, names=("person",), arguments=(COMMENT,))
def confirm(work: Work, items: list[Item]) -> None:
    """Confirm that a duty was seen to be kept. Offences are confirmed as such."""
    for item in items:
        if item.before["is_offence"]:
            message = Label("这是一条违规，请用“核实违规”", "this is an offence: confirm it as one")
            work.refuse(item, Reason(message, kind="invariant"))
        else:
            _decide(work, item, "confirmed")


@verb(
    "offence.confirm", Label("核实违规", "Confirm an offence"), on=OBSERVATION, names=("person",), arguments=(COMMENT,)
)
def confirm_offence(work: Work, items: list[Item]) -> None:
    """Confirm that a duty was broken; what the policy attaches to it follows."""
    for item in items:
        if item.before["is_offence"]:
            _decide(work, item, "confirmed")
        else:
            work.refuse(item, Reason(Label("这一条没有违反", "nothing was broken here"), kind="invariant"))


@verb("observation.dismiss", Label("不成立", "Dismiss"), on=OBSERVATION, names=("person",), arguments=(
    Argument("comment", Text(2000, lines=True), Label("理由", "Reason"), required=True, personal=True),))  # fmt: skip
def dismiss(work: Work, items: list[Item]) -> None:
    """Find that what was observed does not hold, with a reason."""
    for item in items:
        _decide(work, item, "dismissed")


def _decide(work: Work, item: Item, state: str) -> None:
    if reason := _decided(item.before):
        work.refuse(item, reason)
        return
    work.set(item, state=state, comment=item["comment"], decided_at=work.now, decided_by=work.ctx.actor)


def _decided(record: Record) -> Reason | None:
    if record["state"] == "observed":
        return None
    words = STATES[record["state"]]
    return Reason(Label(f"这条观察{words.zh}，不用再处理", f"this observation is {words.en} already"), kind="invariant")
