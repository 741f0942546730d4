"""Signatures as a command meets them: which stand for an act, who may sign, what a signature pins. Reads only."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.controls.engines.requirement import RequirementControl
from keguan.controls.live.elsewhere import About, records_of, scenes
from keguan.controls.live.session import Session, session
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.scene import Signed
from keguan.controls.signatures import pin
from keguan.kernel.commands.law import Decided, Step, Verdict
from keguan.kernel.commands.outcomes import NOT_FOUND, Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Record
from keguan.kernel.records.vocabulary import suggestions, vocabulary

if TYPE_CHECKING:
    from keguan.controls.live.grants import Grants

SIGNED = (
    "select object, signer, signed_at, digest from controls_signature where object = any(%s) and act = %s order by id"
)
NOT_ASKED = Reason(
    Label("制度没有要求您为这个动作签字", "no policy asks you to sign for this act"),
    Label("请核对是哪个动作、哪条记录", "check which act and which record is meant"),
    kind="access",
)


def signed(rows: Rows, act: str, records: Sequence[Record]) -> dict[UUID, list[Signed]]:
    """By record, the signatures for the act, oldest first; those given before facts changed are not valid.

    One statement.
    """
    by_id = {record.id: record for record in records}
    pins: dict[UUID, str] = {}
    found: dict[UUID, list[Signed]] = {key: [] for key in by_id}
    for row in rows.select(SIGNED, [list(by_id), act]) if by_id else ():
        key = row["object"]
        if key not in pins:
            pins[key] = pin(by_id[key])
        found[key].append(Signed(row["signer"], row["signed_at"], row["digest"] == pins[key]))
    return found


def access(step: Step, grants: "Grants") -> dict[int, Verdict]:
    """By position, why somebody may not sign: the record is hidden from him, or nobody asks for his signature."""
    notes = session(step)
    verdicts: dict[int, Verdict] = {}
    wanted: list[tuple[Item, Any]] = []
    for item in step.items:
        act = vocabulary.verbs.get(item["act"])
        if act is None or act.creates or act.internal:
            near = suggestions(str(item["act"]), vocabulary.verbs)
            cure = Label(f"是不是 {near[0]}？", f"did you mean {near[0]}?") if near else None
            reason = Reason(Label("没有这个可签字的动作", "there is no such act to sign for"), cure, field="act",
                            kind="input")  # fmt: skip
            verdicts[item.position] = Verdict([reason])
        else:
            wanted.append((item, act))
    records = records_of(step, [(act.on, item["object"]) for item, act in wanted])
    step.memo.setdefault("signing", {}).update(records)
    asked = _asked(step, notes, grants.profile.person, wanted, records)
    for item, act in wanted:
        record = records.get(item["object"])
        if record is None or (item.position not in asked and not grants.sees(act.type, record.values)):
            verdicts[item.position] = Verdict([NOT_FOUND], is_hidden=True)
        elif item.position not in asked:
            verdicts[item.position] = Verdict([NOT_ASKED])
    return verdicts


def _asked(
    step: Step, notes: Session, person: UUID, wanted: Sequence[tuple[Item, Any]], records: Mapping[UUID, Record]
) -> set[int]:
    """Positions of the items for which a requirement asks for this person's signature."""
    here = [(item, act) for item, act in wanted if item["object"] in records]
    found = scenes(step, notes, [About(act, item["object"], {}, person, notes.book) for item, act in here])
    places: list[int] = []
    questions: list[Question] = []
    for (item, act), scene in zip(here, found, strict=True):
        for control in notes.book.by_verb(act.name, "requirement"):
            if scene is not None and isinstance(control, RequirementControl) and control.signatures is not None:
                for asked in control.signatures.questions(scene):
                    places.append(item.position)
                    questions.append(Question(asked.people, asked.scene))
    answers = resolve(step.rows, step.now, questions)
    return {place for place, people in zip(places, answers, strict=True) if person in people}


def decide(step: Step) -> dict[int, Decided]:
    """What each signature pins, and what people call the record."""
    known: Mapping[UUID, Record] = step.memo.get("signing", {})
    missing = [item for item in step.items if item["object"] not in known]
    found = {**known, **records_of(step, [(vocabulary.verbs[item["act"]].on, item["object"]) for item in missing])}
    decided = {}
    for item in step.items:
        record = found.get(item["object"])
        if record is not None:
            label = record.get(record.type.code) if record.type.code else None
            decided[item.position] = Decided({"digest": pin(record), "object_label": label})
    return decided
