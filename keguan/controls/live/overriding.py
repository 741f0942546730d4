"""Overrides as a command meets them: whether the one it cites counts, and that it is used up. Once, never twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from keguan.controls.engines.guard import Guard
from keguan.controls.live import citing
from keguan.controls.live.elsewhere import records_of
from keguan.controls.live.session import session
from keguan.controls.overrides import NOT_ALONE
from keguan.kernel.commands.law import Decided, Step, Verdict
from keguan.kernel.commands.outcomes import NOT_FOUND, Done, Reason
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.kinds import Moment
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.controls.live.grants import Grants

# the row is held until the command ends: of two commands that cite it at once the second finds it used
CITED = "select * from controls_override where id = %s for update"
READ = "select * from controls_override where id = %s"
ONLY_HIS = Reason(Label("只有申请人可以撤回", "only the person who asked may withdraw it"), kind="access")
USE = "update controls_override set used_at = %s, used_event = %s where id = %s and used_at is null"


@dataclass(frozen=True)
class Cited:
    """The override that a command cites: the guard it lifts, where, or why it does not count."""

    id: UUID
    control: str
    object: UUID | None
    reason: Reason | None = None

    def lifts(self, control: str, item: Item) -> bool:
        """Whether it lifts the guard for the item."""
        mine = item.id if item.record is not None else None
        return self.reason is None and control == self.control and mine == self.object


def cited(step: Step, resumed: UUID | None) -> Cited | None:
    """The override that the command cites, or that the request it resumes had cited. One statement."""
    key = step.ctx.override or resumed
    if key is None:
        return None
    found = step.rows.select(READ if step.is_preview else CITED, [key])
    if not found or found[0]["requester"] != step.ctx.actor:
        return Cited(key, "", None, NOT_FOUND)
    row = found[0]
    return Cited(key, row["control"], row["object"], _fault(step, row))


def _fault(step: Step, row: dict[str, object]) -> Reason | None:
    if row["verb"] != step.verb.name:
        return _reason("这项破例准许的不是这个动作", "this override is for another act")
    if row["state"] != "granted":
        return _reason("这项破例还没有经另一人准许", "this override was not confirmed by a second person")
    if row["used_at"] is not None:
        return _reason("这项破例已经用过了，一次有效", "this override has been used; it counts once")
    until = row["expires_at"]
    if until is None or until < step.now:  # type: ignore[operator]  # a moment
        when = Moment().show(until)
        return _reason(f"这项破例的有效时间已过（{when}）", f"this override was valid until {when}")
    return None


def _reason(zh: str, en: str) -> Reason:
    cure = Label("需要时请重新申请破例", "ask for a new override where it is needed")
    return Reason(Label(zh, en), cure, field="override")


def enter(step: Step, override: Cited, verdicts: dict[int, Verdict]) -> None:
    """Tell every item why an override that does not count does not; a command that cites one in vain is refused."""
    if override.reason is not None:
        for item in step.items:
            verdicts[item.position].reasons.append(override.reason)


def use(step: Step, items: Sequence[Item]) -> None:
    """Mark the override used up by the first item that it let pass. One statement, none where nothing was lifted."""
    for item in items:
        verdict = step.verdicts.get(item.position)
        if verdict is not None and verdict.override is not None and isinstance(step.outcomes[item.position], Done):
            step.rows.execute(USE, [step.now, step.events[item.position], verdict.override])
            return


def access(step: Step, grants: "Grants", denied: Reason) -> dict[int, Verdict]:
    """By position, why somebody may not ask for an override, confirm or take it back. The second is never the first."""
    person = grants.profile.person
    verdicts: dict[int, Verdict] = {}
    if step.verb.creates:
        return _asking(step, grants, denied)
    for item in step.items:
        record = item.before
        is_mine = record["requester"] == person
        may = grants.may(step.verb.name, step.verb.type, record.values)
        if not (is_mine or may or grants.sees(step.verb.type, record.values)):
            verdicts[item.position] = Verdict([NOT_FOUND], is_hidden=True)
        elif step.verb.name == "override.withdraw":
            if not is_mine:
                verdicts[item.position] = Verdict([ONLY_HIS])
        elif is_mine:
            verdicts[item.position] = Verdict([replace(NOT_ALONE, citation=citing.cites(step, item))])
        elif not may:
            verdicts[item.position] = Verdict([denied])
    return verdicts


def _asking(step: Step, grants: "Grants", denied: Reason) -> dict[int, Verdict]:
    """Asking: the verb is granted, the record is seen, and the guard is one that the verb meets."""
    if not grants.may(step.verb.name, step.verb.type, None):
        return {item.position: Verdict([denied]) for item in step.items}
    book = session(step).book
    acts = {item.position: vocabulary.verbs.get(item["verb"]) for item in step.items}
    wanted = [(act.on, item["object"]) for item in step.items if (act := acts[item.position]) and item["object"]]
    records: dict[UUID, Record] = records_of(step, wanted)
    verdicts: dict[int, Verdict] = {}
    for item in step.items:
        act, record = acts[item.position], records.get(item["object"])
        control = book.by_key.get(item["control"])
        if act is None or act.internal:
            verdicts[item.position] = Verdict([_input("verb", "没有这个动作", "there is no such act")])
        elif item["object"] and (record is None or not grants.sees(act.type, record.values)):
            verdicts[item.position] = Verdict([NOT_FOUND], is_hidden=True)
        elif act.creates is (item["object"] is not None):
            verdicts[item.position] = Verdict([_input(
                "object", "新建记录的动作不写对象，其他的要写", "name the record, except for an act that creates one"
            )])  # fmt: skip
        elif not isinstance(control, Guard) or act.name not in control.verbs:
            verdicts[item.position] = Verdict([_input(
                "control", "现行制度里没有这一项，或它不管这个动作", "there is no such guard of this act in force"
            )])  # fmt: skip
    return verdicts


def _input(field: str, zh: str, en: str) -> Reason:
    cure = Label("请照拒绝时所列的条款填写", "give what the refusal named")
    return Reason(Label(zh, en), cure, field=field, kind="input")


def label(step: Step) -> dict[int, Decided]:
    """What people call the records for which overrides are asked."""
    wanted = [(vocabulary.verbs[item["verb"]].on, item["object"]) for item in step.items if item["object"]]
    records = records_of(step, wanted)
    decided = {}
    for item in step.items:
        record = records.get(item["object"])
        if record is not None and record.type.code:
            decided[item.position] = Decided({"object_label": record.get(record.type.code)})
    return decided
