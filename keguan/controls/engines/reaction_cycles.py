"""Reactions that set each other off: found over the verbs they run, the acts, changes and judgements they wait for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from keguan.policies.engines import Control

if TYPE_CHECKING:
    from keguan.controls.engines.reaction import ReactionControl


def cycles(reactions: Sequence["ReactionControl"], controls: Sequence[Control]) -> list[tuple["ReactionControl", ...]]:
    """The rings, each once. What a person decides on (draft, propose) starts nothing by itself."""
    acting = [one for one in reactions if one.how == "do" and one.effect is not None]
    by_key = {control.key: control for control in controls}
    follows = {one.key: [other for other in acting if _sets_off(one, other, by_key)] for one in acting}
    found: dict[frozenset[str], tuple[ReactionControl, ...]] = {}
    for start in acting:
        _walk(start, (start,), follows, found)
    return list(found.values())


def _walk(
    start: "ReactionControl", way: tuple["ReactionControl", ...], follows: dict[str, list["ReactionControl"]],
    found: dict[frozenset[str], tuple["ReactionControl", ...]],
) -> None:  # fmt: skip
    for other in follows[way[-1].key]:
        if other is start:
            found.setdefault(frozenset(one.key for one in way), way)
        elif other not in way:
            _walk(start, (*way, other), follows, found)


def _sets_off(one: "ReactionControl", other: "ReactionControl", by_key: dict[str, Control]) -> bool:
    verb = one.effect.verb if one.effect else None
    if verb is None:
        return False
    if any(act.verb.name == verb.name for act in other.after):
        return True
    if any(verb.on == other.type.name and verb.argument(changed.fact.name) for changed in other.changed):
        return True
    for judged in other.judged:
        deadline = by_key.get(judged.control)
        waited = getattr(deadline, "after" if judged.outcome == "broken" else "do", ())
        if any(getattr(getattr(act, "verb", None), "name", None) == verb.name for act in waited):
            return True
    return any(hit.control in by_key and verb.name in by_key[hit.control].verbs for hit in other.hits)
