"""The words in which batch and live speak of what a control did to an act, and how an effect softens them."""

from typing import Any

KEPT, REFUSED, WARNED, RECORDED, UNDETERMINED = "kept", "refused", "warned", "recorded", "undetermined"
WAITING, DONE, SET, PASSED = "waiting", "done", "set", "passed"
OBSERVED, BROKEN, DISMISSED = "observed", "broken", "dismissed"
UNRECORDED = "unrecorded"
"""The mirror does not hold a fact that decides (a personal one, or one that nobody recorded)."""


def unknown(knows: bool) -> str:
    """What a condition without an answer means: a fact was missing then, or the mirror cannot tell."""
    return UNDETERMINED if knows else UNRECORDED


def softened(outcome: Any, effect: str, trial: bool) -> Any:
    """A guard's outcome under its effect: a trial, and `effect: record`, only record; `warn` warns.

    A trial that has nothing to object never counts as kept.
    """
    if trial:
        return outcome.cases((REFUSED, RECORDED), (KEPT, PASSED), else_=outcome)
    if effect == "record":
        return outcome.cases((REFUSED, RECORDED), else_=outcome)
    return outcome.cases((REFUSED, WARNED), else_=outcome) if effect == "warn" else outcome


def refuses(effect: str, trial: bool) -> bool:
    """Whether what is refused or undetermined under the effect stops the command."""
    return effect == "refuse" and not trial
