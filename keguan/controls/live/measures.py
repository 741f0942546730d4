"""Measures that are kept as balances: which of them a command reads or moves, and the entries that it makes.

Kept are those that something reads live, and quotas. What happened before a measure was first read is filled in from
the journal (`filling`), so that an entry stands for every event.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from keguan.controls.engines.guard import Guard
from keguan.controls.engines.measure import MeasureControl, read_by
from keguan.controls.live import filling
from keguan.controls.live.made import amount_for, measures
from keguan.controls.live.session import scene_of, session
from keguan.controls.scene import Scene
from keguan.kernel import balances
from keguan.kernel.balances import BalanceEntry, Key
from keguan.kernel.commands.law import Decided, Step
from keguan.kernel.commands.verbs import Item
from keguan.policies.engines import Rulebook

FLOOR = Decimal(0)


def kept(book: Rulebook) -> tuple[MeasureControl, ...]:
    """The measures of a rulebook that are kept: what anything reads live, and quotas."""
    found = book.cache.get("kept")
    if found is None:
        known = measures(book)
        read = {one.key: one for control in book.controls for one in read_by(control, known)}
        read |= {one.key: one for one in known.values() if one.holds}
        found = book.cache["kept"] = tuple(one for one in read.values() if one.is_keepable)
    return found


def moved(book: Rulebook, verb: str) -> tuple[MeasureControl, ...]:
    """The kept measures that a verb moves."""
    found = book.cache.get(("moved", verb))
    if found is None:
        found = book.cache["moved", verb] = tuple(one for one in kept(book) if verb in one.verbs)
    return found


def read(book: Rulebook, verb: str) -> tuple[tuple[str, MeasureControl], ...]:
    """The kept measures that controls of a verb read, each with where the verb finds whom it is counted for."""
    found = book.cache.get(("read", verb))
    if found is None:
        known = measures(book)
        pairs: dict[tuple[str, str], tuple[str, MeasureControl]] = {}
        for control in book.by_verb(verb):
            needs = getattr(control, "needs", None)
            heads = {path[0] for path in needs.facts if len(path) == 2} if needs else set()
            for one in read_by(control, known):
                for head in heads if one.is_keepable else ():
                    pairs[head, one.key] = (head, one)
        found = book.cache["read", verb] = tuple(pairs.values())
    return found


def keeps(book: Rulebook, verb: str) -> bool:
    """Whether measures that are kept are read or moved by the verb."""
    return bool(moved(book, verb) or read(book, verb))


def contested(book: Rulebook, verb: str) -> frozenset[str]:
    """The balances whose latest total the verb must know: quotas, and what anything but other verbs' guards reads."""
    found = book.cache.get(("contested", verb))
    if found is None:
        known = measures(book)
        asking = (one for one in book.controls if not (isinstance(one, Guard) and verb not in one.verbs))
        needed = {measure.key: measure for control in asking for measure in read_by(control, known)}
        needed |= {one.key: one for one in known.values() if one.holds or one.limits}
        found = frozenset(one.balance(part) for one in needed.values() for part in one.parts)
        book.cache["contested", verb] = found
    return found


def keys(step: Step) -> dict[int, frozenset[Key]]:
    """By position, the balances that the items read or move."""
    notes = session(step)
    reading, moving = read(notes.book, step.verb.name), moved(notes.book, step.verb.name)
    filling.ensure(step, notes.book, kept(notes.book))
    found: dict[int, frozenset[Key]] = {}
    for item in step.items:
        scene = _scene(step, item)
        of_item: set[Key] = set()
        for head, measure in reading:
            key = _counted_for(scene, head, measure)
            if key is not None:
                of_item |= {(measure.balance(part), str(key)) for part in measure.parts}
        for measure in moving:
            for key in measure.source.keys(scene) if measure.source else ():
                of_item |= {(measure.balance(part), str(key)) for part in measure.parts}
        found[item.position] = frozenset(of_item)
    return found


def entries(step: Step) -> dict[int, Decided]:
    """By position, the entries that the items make, once their bodies are done; `step.after` holds the facts then."""
    notes = session(step)
    asked = moved(notes.book, step.verb.name)
    if not asked:
        return {}
    found: dict[int, Decided] = {}
    # several measures may look at the same balances through different windows: what is counted is entered once
    holding = {measure.content for measure in asked if measure.holds}
    entering = {measure.content: measure.key for measure in reversed(asked)}
    for item in step.items:
        before = item.record.values if item.record is not None else None
        scene = replace(_scene(step, item), record=step.after[item.position])
        made: list[BalanceEntry] = []
        controls: list[tuple[str, str]] = []
        for measure in asked:
            parts, is_left_out = measure.source.moves(step.verb, before, scene) if measure.source else ([], False)
            floor = FLOOR if measure.content in holding else None
            made += [
                BalanceEntry(measure.balance(name), str(part.key), amount, part.day, floor)
                for part in (parts if entering[measure.content] == measure.key else ())
                for name in measure.parts
                if (amount := amount_for(name, part.amount, part.is_part))
            ]
            if is_left_out:
                controls.append((measure.key, "undetermined"))
        if made or controls:
            found[item.position] = Decided({}, tuple(controls), tuple(made))
    _lock_late(step, [entry for one in found.values() for entry in one.entries])
    if any(one.entries for one in found.values()):
        notes.made.forget()
    return found


def _lock_late(step: Step, made: Sequence[BalanceEntry]) -> None:
    """Lock what only the body brought to light: a record that came to count for somebody else."""
    unknown = {entry.balance for entry in made} - set(step.balances.totals)
    if unknown:
        step.balances.totals.update(balances.lock(step.rows, unknown).totals)


def _scene(step: Step, item: Item) -> Scene:
    return scene_of(session(step), step.verb, item, item.happened_at, step.ctx.actor)


def _counted_for(scene: Scene, head: str, measure: MeasureControl) -> UUID | None:
    if head == scene.type.name:
        return scene.id if scene.type.name == measure.of.name else None
    found = scene.linked_type(head)
    key = scene.get((head,)) if found is not None and found.name == measure.of.name else None
    return key if isinstance(key, UUID) else None
