"""What a rulebook makes of a verb after it ran: which deadlines wait for it, over which references. Reads no rows."""

from dataclasses import dataclass

from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.deadline_control import COMPANY
from keguan.controls.engines.guard import Needs
from keguan.controls.engines.reaction import ReactionControl
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook


@dataclass(frozen=True)
class Plan:
    """What a rulebook does after a verb; compiled once per rulebook.

    `deadlines` wait for the verb in any way, `opening` are started by it, `watching` look at the facts it changes,
    `company` are the company's clocks that it meets. `via`: the references whose records' clocks it moves.
    """

    deadlines: tuple[DeadlineControl, ...]
    opening: tuple[DeadlineControl, ...]
    watching: tuple[DeadlineControl, ...]
    reactions: tuple[ReactionControl, ...]
    ends: tuple[WorkflowControl, ...]
    company: tuple[DeadlineControl, ...]
    via: frozenset[str]
    needs: Needs

    def ends_with(self, control: DeadlineControl) -> bool:
        """Whether the workflow is over in which alone the acts owed could be done: they are owed no more."""
        return bool(control.do) and any(
            all(act.verb.name in workflow.verbs for act in control.do) for workflow in self.ends
        )


def plan(book: Rulebook, verb: str) -> Plan:
    """The plan for a verb."""
    found: Plan | None = book.cache.get(("reactions", verb))
    if found is None:
        found = book.cache["reactions", verb] = _plan(book, verb)
    return found


def touches(book: Rulebook, verb: str) -> frozenset[str]:
    """Reference facts and arguments of the verb whose records it moves, because their clocks wait for it."""
    return plan(book, verb).via


def _plan(book: Rulebook, verb: str) -> Plan:
    asked = [control for control in book.by_verb(verb) if control.is_configured]
    deadlines = tuple(control for control in asked if isinstance(control, DeadlineControl))
    declared = vocabulary.verbs.get(verb)
    on = declared.on if declared is not None else ""
    watching = tuple(
        control for control in book.controls
        if isinstance(control, DeadlineControl) and control.is_configured and control.is_watching
        and control.type.name == on
    )  # fmt: skip
    reactions = tuple(control for control in asked if isinstance(control, ReactionControl) and not control.trial)
    ends = tuple(
        control
        for control in asked
        if isinstance(control, WorkflowControl) and control.target(verb) == len(control.stations) - 1
    )
    needs = Needs()
    for needed in (*(one.needs for one in (*deadlines, *watching)), *(one.needs for one in reactions)):
        needs |= needed
    opening = tuple(one for one in deadlines if any(act.verb.name == verb for act in one.after))
    via = frozenset(one.via[verb] for one in deadlines if verb in one.via)
    company = tuple(one for one in deadlines if one.type.name == COMPANY != on)
    return Plan(deadlines, opening, watching, reactions, ends, company, via, needs)
