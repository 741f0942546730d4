"""What versions of controls need of the acts of a record type: which acts, which facts, whose posts, whom they find."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from keguan.controls.batch import making
from keguan.controls.batch.asked import Finding
from keguan.controls.batch.signing import counts
from keguan.controls.batch.versions import Version
from keguan.controls.conditions import Condition
from keguan.controls.engines.access import AccessControl
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.engines.conduct import ConductControl
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.decision import DecisionControl
from keguan.controls.engines.guard import Guard
from keguan.controls.engines.measure import MeasureControl
from keguan.controls.engines.prohibition import ProhibitionControl
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.engines.registers import RegisterControl
from keguan.controls.engines.requirement import RequirementControl
from keguan.controls.engines.setting import SettingControl
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.controls.names import ACTOR
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Control, Rulebook

MACHINERY = frozenset(("approval", "obligation", "batch", "rulebook"))
ASKING = (AccessControl, ApprovalControl, RegisterControl, SettingControl, WorkflowControl)
"""Engines that always hang on who acted."""
READ = (
    AccessControl, ApprovalControl, ConductControl, DeadlineControl, DecisionControl, ProhibitionControl,
    ReactionControl, RegisterControl, RequirementControl, SettingControl, WorkflowControl,
)  # fmt: skip


def is_read(control: Control) -> bool:
    """Whether there is a batch reading of this control, form and all."""
    if isinstance(control, DeadlineControl):
        from keguan.controls.batch import deadline

        return deadline.is_read(control)
    if isinstance(control, MeasureControl):
        return bool(control.limits)
    return isinstance(control, READ)


def verbs_of(control: Control, book: Rulebook) -> frozenset[str]:
    """The acts for which a control is asked."""
    if isinstance(control, SettingControl):
        noun = control.setting.partition(".")[0]
        return frozenset(verb.name for verb in vocabulary.verbs.values() if verb.on == noun and verb.creates)
    return control.verbs.union(*(one.verbs for one in hit_guards(control, book)))


def hit_guards(control: Control, book: Rulebook) -> list[Control]:
    """The guards whose hits a reaction waits for."""
    if not isinstance(control, ReactionControl):
        return []
    found = (book.by_key.get(hit.control) for hit in control.hits)
    return [one for one in found if one is not None and one.is_configured]


def type_of(version: Version) -> RecordType | None:
    """The record type that a version speaks of; nothing for one that speaks of several."""
    kind = getattr(version.control, "type", None)
    if isinstance(kind, RecordType) and kind.name in vocabulary.types:
        return vocabulary.types[kind.name]
    names = verbs_of(version.control, version.book)
    types = {vocabulary.verbs[name].on for name in names if name in vocabulary.verbs}
    return vocabulary.types[min(types)] if len(types) == 1 else None


def by_type(several: Iterable[Version]) -> dict[RecordType, list[Version]]:
    """The versions by the record types that they speak of; grants speak of several."""
    found: dict[str, list[Version]] = {}
    for version in several:
        control = version.control
        if not is_read(control):
            continue
        if isinstance(control, AccessControl):
            names = {vocabulary.verbs[name].on for name in control.verbs if name in vocabulary.verbs} - MACHINERY
        else:
            kind = type_of(version)
            names = {kind.name} - MACHINERY if kind else set()
        for name in names:
            found.setdefault(name, []).append(version)
    return {vocabulary.types[name]: mine for name, mine in sorted(found.items())}


def asks_who(version: Version) -> bool:
    """Whether it hangs on who acted: then his posts of that day are joined."""
    control = version.control
    if any(asks_who(replace(version, control=guard)) for guard in hit_guards(control, version.book)):
        return True
    conditions = list(_conditions(control))
    is_named = any(path[0] == ACTOR for condition in conditions for path in condition.facts())
    covers = any(condition.controls() for condition in conditions)
    return is_named or covers or isinstance(control, ASKING)


def _conditions(control: Control) -> Iterator[Condition]:
    if isinstance(control, Guard):
        yield control.gate
    if isinstance(control, MeasureControl):
        yield from (limit for _, limit in control.limits)
    if isinstance(control, RequirementControl):
        yield control.that
        yield from (one.when for one in control.done)
    if isinstance(control, DeadlineControl):
        yield from (act.when for act in (*control.after, *control.do, *control.cancel))
    if isinstance(control, ReactionControl):
        yield from (control.gate, *(act.when for act in control.after))
        yield from (row.when for row in (control.effect.rows if control.effect else ()))
    if isinstance(control, DecisionControl):
        yield from (control.gate, *control.knock_out, *(row.when for row in control.table.rows))
        yield from (act.when for act in control.after)


def wanted(several: Sequence[Version], record_type: RecordType) -> Wanted:
    """What the as-of table of a type must hold for them all."""
    from keguan.controls.batch import deadline

    found = Wanted(facts=frozenset((record_type.code,)) if record_type.code else frozenset())
    for version in several:
        control = version.control
        for one in (control, *hit_guards(control, version.book)):
            found |= _wanted(one, version.book, record_type)
        if isinstance(control, DeadlineControl):
            found |= Wanted(verbs=frozenset(deadline.voids(record_type)))
            found |= deadline.wanted_places(control, record_type, version.book)
            flows = [one for one in version.book.controls if isinstance(one, WorkflowControl)]
            found |= Wanted(verbs=frozenset().union(*(w.verbs for w in flows if w.type.name == record_type.name)))
    return making.reaching(found, record_type, (version.book for version in several))


def _wanted(control: Control, book: Rulebook, record_type: RecordType) -> Wanted:
    from keguan.controls.batch.readings import READINGS

    verbs = frozenset(name for name in verbs_of(control, book) if vocabulary.verbs[name].on == record_type.name)
    found = Wanted(verbs=verbs)
    if type(control) in READINGS:
        found |= READINGS[type(control)].wanted(control, record_type)
    for one in book.controls:
        if isinstance(one, ApprovalControl) and one.id in getattr(control, "covers", ()):
            found |= READINGS[ApprovalControl].wanted(one, record_type)
    return found


def findings(several: Iterable[Version]) -> Iterator[Finding]:
    """The people whom reactions must find, decisions appoint and requirements ask about, at which acts, in which
    rulebook, and whether after the act."""
    from keguan.controls.batch import decision, reaction

    for version in several:
        control, book = version.control, version.book
        if isinstance(control, ReactionControl):
            for who in reaction.people(control):
                if control.verbs:
                    yield who, control.verbs, book, True
                for guard in hit_guards(control, book):
                    yield who, guard.verbs, book, False
        if isinstance(control, DecisionControl):
            yield from ((who, control.verbs, book, True) for who in decision.people(control))
        for one in _requirements(version):
            whos = [earlier.by for earlier in one.done if earlier.by is not None]
            whos += one.signatures.of if one.signatures is not None else ()
            yield from ((who.people, one.verbs, book, False) for who in whos)


def signing_of(several: Iterable[Version]) -> tuple[list[RequirementControl], frozenset[str]]:
    """The requirements that ask for signatures, and the acts at which a condition asks how many stand."""
    asking: list[RequirementControl] = []
    verbs: set[str] = set()
    for version in several:
        asking += [one for one in _requirements(version) if one.signatures is not None]
        for one in (version.control, *hit_guards(version.control, version.book)):
            if counts(_conditions(one)):
                verbs |= verbs_of(one, version.book)
    return asking, frozenset(verbs)


def _requirements(version: Version) -> list[RequirementControl]:
    several = (version.control, *hit_guards(version.control, version.book))
    return [one for one in several if isinstance(one, RequirementControl)]


def declared_by(several: Iterable[Version]) -> dict[str, dict[str, Fact]]:
    """The fields that packs declared under any of these, by record type."""
    found: dict[str, dict[str, Fact]] = {}
    for version in several:
        for name, facts in version.book.declared.items():
            found.setdefault(name, {}).update(facts)
    return found
