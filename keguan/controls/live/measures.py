"""Measures that are kept as balances: which of them a command reads or moves. Reads only."""

from keguan.controls.live.session import session
from keguan.kernel.balances import Key
from keguan.kernel.commands.law import Step
from keguan.policies.engines import Rulebook


def keeps(book: Rulebook, verb: str) -> bool:
    """Whether a measure that is read live counts this verb."""
    return bool(book.by_verb(verb, "measure"))


def keys(step: Step) -> dict[int, frozenset[Key]]:
    """By position, the balances that the items read or move."""
    found = session(step).book.by_verb(step.verb.name, "measure")
    return {item.position: frozenset((control.key, str(item.id)) for control in found) for item in step.items}
