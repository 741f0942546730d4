"""What must be signed on a record before which act: who signed, who still has to, whether the viewer is among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from keguan.controls.engines.requirement import RequirementControl
from keguan.controls.engines.slots import unmet
from keguan.controls.live.elsewhere import About, records_of, scenes
from keguan.controls.live.session import session
from keguan.controls.live.signing import signed
from keguan.controls.people.resolve import Question, resolve
from keguan.controls.queries import naming
from keguan.controls.scene import Scene
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.rulebooks import current


@dataclass(frozen=True, slots=True)
class Signing:
    """Signatures for one act under one clause: by whom they stand, whose are missing, and whether the viewer may sign.

    `void` are those who signed before facts changed.
    """

    act: str
    label: Label
    citation: Citation
    signed: tuple[str, ...]
    void: tuple[str, ...]
    missing: tuple[Label, ...]
    is_mine: bool


def signings(viewer: UUID, record_type: str, record: UUID) -> list[Signing]:
    """The signatures that the clauses in force ask for on a record. Whether the viewer sees it is for the caller."""
    now = clock.now()
    book = current(now)
    asked = [
        (verb, control)
        for verb in vocabulary.verbs_on(record_type)
        for control in book.by_verb(verb.name, "requirement")
        if not verb.creates and isinstance(control, RequirementControl) and control.signatures is not None
    ]
    if not asked:
        return []
    step = Step(Context(viewer, "page"), asked[0][0], now, book.number, Rows(), [])
    notes = session(step)
    found = records_of(step, [(record_type, record)]).get(record)
    seen = scenes(step, notes, [About(verb, record, {}, viewer, book) for verb, _ in asked])
    if found is None:
        return []
    answers: list[Signing] = []
    for (verb, control), scene in zip(asked, seen, strict=True):
        if scene is None or control.gate.test(scene) is False:
            continue
        scene.signatures = signed(step.rows, verb.name, [found])[record]
        answers.append(_answer(step, viewer, control, verb.name, verb.label, scene))
    return answers


def _answer(step: Step, viewer: UUID, control: RequirementControl, act: str, label: Label, scene: Scene) -> Signing:
    signatures = control.signatures
    questions = signatures.questions(scene) if signatures else []
    slots: Sequence[Sequence[UUID]] = resolve(
        step.rows, step.now, [Question(one.people, one.scene) for one in questions]
    )
    valid = [one.signer for one in scene.signatures or () if one.is_valid]
    void = [one.signer for one in scene.signatures or () if not one.is_valid and one.signer not in valid]
    left = unmet(slots, valid, in_order=signatures.in_order if signatures else False)
    names = naming.people([*valid, *void])
    # in order, only the first that is missing is asked now
    turn = left[:1] if signatures and signatures.in_order else left
    return Signing(
        act, label, control.citation,
        tuple(dict.fromkeys(names[one] for one in valid)), tuple(dict.fromkeys(names[one] for one in void)),
        tuple(dict.fromkeys(questions[n].words for n in left)),
        any(viewer in slots[n] for n in turn) and (viewer not in valid or bool(signatures and signatures.in_order)),
    )  # fmt: skip
