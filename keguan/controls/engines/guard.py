"""What the guarding engines share: a gate, what they need loaded, and a ruling on one item. Asks no database."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from keguan.controls.conditions import Condition, Name
from keguan.controls.conditions.names import FOLLOWED
from keguan.controls.engines.also import Also
from keguan.controls.names import ACTOR, PROFILE, SIGNATURES, person_of
from keguan.controls.people import People
from keguan.controls.scene import Scene
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.kinds import empty
from keguan.kernel.records.labels import Label, join
from keguan.policies.engines import Control

Effect = Literal["refuse", "warn", "record"]
EFFECTS: dict[str, Label] = {
    "refuse": Label("拒绝", "refused"),
    "warn": Label("提醒", "warned about"),
    "record": Label("只记录", "recorded only"),
}


@dataclass(frozen=True)
class Ruling:
    """What a guard says of one item: its outcome in the evidence, and why.

    `outcome`: kept, refused, warned, recorded, undetermined; of a trial that had nothing to object: passed, for a
    trial never counts as kept. Reasons refuse; warnings are shown.
    """

    outcome: str
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()

    def under(self, effect: Effect, trial: bool) -> "Ruling":
        """The ruling softened by its control's effect; a trial records only."""
        if trial and self.outcome == "kept":
            return Ruling("passed")
        if not self.reasons:
            return Ruling(self.outcome) if trial else self
        unknown = self.outcome == "undetermined"
        if trial or effect == "record":
            return Ruling("undetermined" if unknown else "recorded")
        if effect == "warn":
            return Ruling("undetermined" if unknown else "warned", warnings=self.reasons + self.warnings)
        return self


KEPT = Ruling("kept")


@dataclass(frozen=True)
class Needs:
    """What must be loaded before a control can judge: linked records, acts done before, lists of lines.

    `facts` are the paths that are read, from which measures that are kept live are found.
    `deeds`: verbs whose acts are looked at one by one (`doers`: with the posts of those who did them);
    `persons`: the paths of facts and arguments that hold a person whose posts count; `signatures`: those of the act;
    `followed`: facts of the records that references on lines point to, by list, reference and fact.
    """

    links: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    facts: frozenset[tuple[str, ...]] = frozenset()
    deeds: frozenset[str] = frozenset()
    persons: frozenset[tuple[str, ...]] = frozenset()
    signatures: bool = False
    doers: bool = False
    followed: frozenset[tuple[str, str, str]] = frozenset()

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            self.links | other.links,
            self.acts | other.acts,
            self.lists | other.lists,
            self.facts | other.facts,
            self.deeds | other.deeds,
            self.persons | other.persons,
            self.signatures or other.signatures,
            self.doers or other.doers,
            self.followed | other.followed,
        )


def needs_of(condition: Condition, record_type: str) -> Needs:
    """What a condition on records of the type needs."""
    lists = {path[-1] if path[0] == record_type else ".".join(path) for path in condition.line_lists()}
    persons = {person_of(path) for path in condition.facts() if path[0] == PROFILE}
    links = {path[0] for path in (*condition.facts(), *persons)
             if len(path) == 2 and path[0] not in (record_type, ACTOR)}  # fmt: skip
    done = condition.done()
    return Needs(
        frozenset(links),
        frozenset(name for one in done if one.is_plain for name in one.names),
        frozenset(lists),
        condition.facts(),
        frozenset().union(*(one.wanted for one in done)),
        persons=frozenset(persons),
        signatures=(SIGNATURES,) in condition.facts(),
        doers=any(one.asks_roles for one in done),
        followed=frozenset(followed_of(condition, record_type)),
    )


def followed_of(condition: Condition, record_type: str) -> Iterator[tuple[str, str, str]]:
    """What is read beyond references on lines: the list (as `Needs.lists` has it), the reference, the fact."""
    lists = condition.line_lists()
    for path in condition.facts():
        link, is_followed, fact = path[-1].partition(FOLLOWED)
        if is_followed and path[:-1] in lists:
            yield (path[-2] if path[0] == record_type else ".".join(path[:-1])), link, fact


@dataclass(frozen=True)
class Asked:
    """People that a guard asks about: the expression, its words, and the scene in which it is read."""

    people: People
    words: Label
    scene: Scene


@dataclass(frozen=True, kw_only=True)
class Guard(Control):
    """A control that is asked before a command runs: it rules at once, or asks people. `gate` says whether it applies.

    `covers`: ids of the approvals that its conditions name under `covered_by`.
    """

    gate: Condition
    needs: Needs = field(default_factory=Needs)
    covers: frozenset[str] = frozenset()
    also: Also | None = None

    def reads(self, scene: Scene) -> dict[str, Any]:
        """The facts that decided, as journal JSON."""
        return journal(self.gate, scene)

    def unknown(self, scene: Scene, condition: Condition) -> Ruling:
        """The ruling where a fact is missing: refused, naming it. In a preview, arguments may still come."""
        names = condition.missing(scene)
        if scene.is_preview and any(name.path[0] in scene.arguments and len(name.path) == 1 for name in names):
            return Ruling("undetermined", warnings=tuple(self.missing_fact(name) for name in names))
        # a fact that is there but cannot be compared, such as money in another currency, is not missing
        told = [self.missing_fact(name) if empty(_value(scene, name)) else self.undecided() for name in names]
        return Ruling("undetermined", tuple(dict.fromkeys(told)) or (self.undecided(),))

    def missing_fact(self, name: Name) -> Reason:
        """Why a fact that is not there stops the command."""
        if name.path[0] == "@":
            return Reason(
                Label(f"{name.label.zh}还没有定值", f"{name.label.en} has no value yet"),
                Label("请制度管理员先设定它", "ask the policy's keeper to set it first"),
                self.citation,
                kind="missing",
            )
        return Reason(
            Label(
                f"缺少“{name.label.zh}”，无法判断是否允许", f"“{name.label.en}” is missing, so this cannot be judged"
            ),
            Label("请先补填再办理", "fill it in first"),
            self.citation,
            name.path[0] if len(name.path) == 1 else None,
            "missing",
        )

    def undecided(self) -> Reason:
        """Why something that cannot be judged for other causes than an empty fact is refused."""
        return Reason(
            Label("按现有资料无法判断是否允许", "what is recorded does not tell whether this is allowed"),
            Label("请核对币种与所填内容", "check currencies and what was filled in"),
            self.citation,
            kind="missing",
        )


@dataclass(frozen=True, kw_only=True)
class RulingGuard(Guard, ABC):
    """A guard that rules on an item itself, with nobody asked."""

    @abstractmethod
    def rule(self, scene: Scene) -> Ruling | None:
        """Its ruling; None where it does not apply."""

    def questions(self, _scene: Scene) -> "Sequence[Asked]":
        """Whom it asks about before it can rule; the answers stand in `scene.people` under its key, in this order."""
        return ()


def _value(scene: Scene, name: Name) -> Any:
    """What is recorded under a name; nothing for parameters and for facts of other kinds of places."""
    return None if name.path[0] == "@" else scene.get(name.path)


def journal(condition: Condition, scene: Scene) -> dict[str, Any]:
    """The facts a condition read as journal JSON; personal ones only by what each test answered."""
    values = condition.reads(scene)
    found: dict[str, Any] = {}
    is_personal = False
    for name in condition.names():
        if name.is_personal:
            is_personal = True
        elif name.key in values:
            found[name.key] = _json(name, values[name.key])
    if is_personal:
        found.update(condition.outcomes(scene))
    return found


def _json(name: Name, value: Any) -> Any:
    if value is None:
        return None
    try:
        return name.kind.to_json(value)
    except (AttributeError, TypeError):
        return [None if one is None else name.kind.to_json(one) for one in value]


def either(labels: list[Label]) -> Label:
    """Several labels as alternatives."""
    return join(labels, "或", " or ")


def soften(ruling: Ruling | None, effect: Effect, trial: bool) -> Ruling | None:
    """`Ruling.under` where there is one."""
    return None if ruling is None else ruling.under(effect, trial)
