"""What reactions come to for records that set them off: commands that follow, proposals, notices, evidence.

Acts, breaches, hits and dates all pass here. A number of statements that depends on how people expressions nest only.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.controls.engines.reaction import Effect, Given, ReactionControl, Row
from keguan.controls.engines.reaction_verbs import spread_name
from keguan.controls.engines.reading import Who
from keguan.controls.live import evidence
from keguan.controls.people.resolve import Persons, Question, resolve
from keguan.controls.scene import Scene
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.work import FollowUp
from keguan.org.notices import Message

Resolve = Callable[[Sequence[Question]], Sequence[Persons]]


@dataclass(frozen=True)
class Trigger:
    """A record that sets a reaction off, and the event that did it. `rulebook` is the version that judges."""

    control: ReactionControl
    scene: Scene
    event: UUID
    rulebook: int
    verb: str
    at: dt.datetime
    actor: UUID | None = None
    unit: UUID | None = None
    obligation: UUID | None = None


@dataclass
class Reacted:
    """What came of it: evidence, notices, and follow-ups each with its trigger."""

    shown: list[evidence.Shown] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    follow_ups: list[tuple[Trigger, FollowUp]] = field(default_factory=list)


@dataclass
class _People:
    """People asked for and found, by trigger and part."""

    asked: list[tuple[tuple[int, str], Question]] = field(default_factory=list)
    found: dict[tuple[int, str], Persons] = field(default_factory=dict)

    def ask(self, place: int, part: str, who: Who | None, scene: Scene) -> None:
        """Somebody is meant there."""
        if who is not None:
            self.asked.append(((place, part), Question(who.people, scene)))

    def answer(self, ask: Resolve) -> None:
        """Find them all together."""
        answers = ask([question for _, question in self.asked]) if self.asked else ()
        self.found = {key: who for (key, _), who in zip(self.asked, answers, strict=True)}

    def of(self, place: int, part: str) -> Persons:
        """Who is meant there."""
        return self.found.get((place, part), ())


def react_to(rows: Rows, now: dt.datetime, triggers: Sequence[Trigger], ask: Resolve | None = None) -> Reacted:
    """Everything that the triggers lead to. `ask` finds people otherwise than as of now."""
    out = Reacted()
    people = _People()
    matched: list[tuple[list[int], bool]] = []
    for place, trigger in enumerate(triggers):
        control, scene = trigger.control, trigger.scene
        rows_of = control.effect.rows if control.effect else ()
        answers = [row.when.test(scene) for row in rows_of]
        here = [i for i, answer in enumerate(answers) if answer]
        matched.append((here, not here and None in answers))
        people.ask(place, "by", control.by, scene)
        people.ask(place, "notify", control.notify, scene)
        for i in here:
            people.ask(place, f"row {i}", rows_of[i].by, scene)
    people.answer(ask or (lambda questions: resolve(rows, now, questions)))
    for place, trigger in enumerate(triggers):
        here, is_unknown = matched[place]
        outcome = _one(trigger, place, here, people, out)
        if is_unknown:
            outcome = "undetermined"
        if outcome:
            out.shown.append(evidence.Shown(
                trigger.control.key, outcome, trigger.verb, trigger.scene.type.name, trigger.scene.id, trigger.at,
                trigger.rulebook, event=trigger.event, actor=trigger.actor, unit=trigger.unit,
                obligation=trigger.obligation,
            ))  # fmt: skip
    return out


def _one(trigger: Trigger, place: int, here: Sequence[int], people: _People, out: Reacted) -> str:
    control, scene = trigger.control, trigger.scene
    found = [FollowUp("", None, {}, None)][:0]
    if control.effect is not None and here:
        if control.effect.each is not None and control.effect.each.listing is None:
            found = [_spread(trigger, control.effect, place, here, people)]
        else:
            found = list(_plain(trigger, control.effect, place, here, people))
        out.follow_ups += [(trigger, one) for one in found]
    told: Persons = ()
    if control.notify is not None and control.template is not None and (here or control.effect is None):
        told = people.of(place, "notify")
        text = control.template.fill(scene)
        out.messages += [Message(person, text, control.key, scene.type.name, scene.id) for person in told]
    if found or told:
        return "done"
    return "" if control.effect is not None and not here else "undetermined"


def _plain(trigger: Trigger, effect: Effect, place: int, here: Sequence[int], people: _People) -> Iterator[FollowUp]:
    scene = trigger.scene
    target = _target(effect, scene)
    if target is None and effect.target.how != "create":
        return
    for key in _keys(effect, scene):
        for i in here:
            row = effect.rows[i]
            for person in _concerned(row, people.of(place, f"row {i}")):
                args = arguments(effect, row, scene, person, key)
                yield follow_up(trigger.control, i, target, args, scene, trigger, people.of(place, "by"))


def _keys(effect: Effect, scene: Scene) -> Sequence[Any]:
    if effect.each is None or effect.each.listing is None:
        return (None,)
    return scene.get(effect.each.listing.path) or ()


def _concerned(row: Row, persons: Persons) -> Sequence[UUID | None]:
    return (None,) if row.by is None else persons


def _target(effect: Effect, scene: Scene) -> UUID | None:
    match effect.target.how:
        case "trigger":
            return scene.id
        case "link":
            found = scene.get((effect.target.link,))
            return found if isinstance(found, UUID) else None
        case _:
            return None


def arguments(effect: Effect, row: Row, scope: Any, person: UUID | None, key: Any = None) -> dict[str, Any]:
    """The verb's arguments for one row and record: what the row says, what the clause says, whom it concerns."""
    args: dict[str, Any] = {}
    for given in (*effect.given, *row.given):
        value = _value(given, scope)
        if value is not None:
            args[given.argument.name] = value
    if person is not None and effect.concerns:
        args[effect.concerns] = person
    if key is not None and effect.each is not None:
        argument = effect.verb.argument(effect.each.key)
        if argument is not None:
            args[argument.name] = key
    return args


def _value(given: Given, scope: Any) -> Any:
    return given.of(scope)


def follow_up(
    control: ReactionControl, row: int, target: UUID | None, args: dict[str, Any], scene: Scene,
    trigger: "Trigger | None", people: Persons, *, together: bool = False, cause: UUID | None = None,
) -> FollowUp:  # fmt: skip
    """The command that follows: the verb itself, or the making of a proposal to those who decide."""
    effect = control.effect
    if effect is None:
        raise RuntimeError("only a reaction that does something has a follow-up")
    verb = effect.verb
    if control.how == "do":
        return FollowUp(verb.name, target, args, None, together=together)
    title = scene.type.code or scene.type.title
    label = scene.fact(title) if title else None
    by = control.by.label() if control.by else None
    known = {argument.name: argument for argument in verb.arguments}
    made = {
        "control": control.key, "verb": verb.name, "object_type": scene.type.name, "object": scene.id,
        "object_label": label, "target": str(target) if target else None, "row": row,
        "args": {name: known[name].kind.to_json(value) for name, value in args.items()},
        "ranges": {given.argument.name: given.range for given in effect.rows[row].given if given.range},
        "is_free": control.how == "draft", "people": list(people),
        "by_zh": by.zh if by else "", "by_en": by.en if by else "",
        "subject": args.get(effect.concerns) if effect.concerns else None,
        "cause": str(trigger.event if trigger else cause),
        "obligation": str(trigger.obligation) if trigger and trigger.obligation else None,
        "unit": trigger.unit if trigger else None,
    }  # fmt: skip
    return FollowUp("proposal.make", None, made, None, together=together)


def _spread(trigger: Trigger, effect: Effect, place: int, here: Sequence[int], people: _People) -> FollowUp:
    scene, control = trigger.scene, trigger.control
    outside = {".".join(name.path[1:]): _json(name.kind, scene.get(name.path[1:])) for name in effect.outside()}
    persons = {str(i): [str(one) for one in people.of(place, f"row {i}")] for i in here}
    persons["by"] = [str(one) for one in people.of(place, "by")]
    args = {
        "control": control.key, "rulebook": trigger.rulebook, "rows": ",".join(map(str, here)), "people": persons,
        "outside": outside,
    }  # fmt: skip
    return FollowUp(spread_name(scene.type), scene.id, args, None)


def _json(kind: Any, value: Any) -> Any:
    return None if value is None else kind.to_json(value)
