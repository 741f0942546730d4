"""Decisions: facts that clauses set once the body is done. Reads only; the kernel writes them with the item."""

from keguan.controls.live.session import session
from keguan.kernel.commands.law import Decided, Step


def decide(step: Step) -> dict[int, Decided]:
    """By position, what the rulebook's decisions make of the items."""
    found = session(step).book.by_verb(step.verb.name, "decision")
    return {item.position: Decided({}) for item in step.items if found}
