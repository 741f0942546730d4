"""What the viewer may do on a case: each act with whom it will need, or with the clause that blocks it."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from keguan.cases import page as cases
from keguan.cases.facts import CASE
from keguan.controls import queries
from keguan.controls.queries import page as side
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.web.components import Action
from keguan.web.records.actions import actions
from keguan.web.records.stages import following

APART = frozenset(("case.note", "case.attach"))
QUIET = frozenset(("case.follow", "case.unfollow", "case.unlink"))
"""Acts that have a button where what they are about is shown."""

AFTERWARDS = frozenset(("case.review", "case.link", "case.correct", "case.void", "case.erase"))
"""What may still be done with a closed case."""


def case_actions(
    acts: Sequence[side.Action], found: cases.CaseView, rules: Rulebook, waiting: Mapping[str, queries.ApprovalTold]
) -> tuple[Action, ...]:
    """The acts that are the viewer's to do: the next one in the workflow first, those that a clause blocks last."""
    next_stage = following(CASE, found.stage)
    return actions(
        [act for act in acts if act.verb not in QUIET and _fits(vocabulary.verbs[act.verb], found)],
        rules,
        waiting,
        lambda verb: reverse("web:case_act", args=[found.code, verb.removeprefix("case.")]),
        lambda verb: verb.enters == next_stage or verb.reinstates,
        APART,
    )


def _fits(verb: Verb, found: cases.CaseView) -> bool:
    """Whether the act makes sense here at all: a voided case can only be reinstated, a closed one is looked back on."""
    if found.record["voided_at"] is not None or verb.reinstates:
        return verb.reinstates and found.record["voided_at"] is not None
    return verb.name in AFTERWARDS if found.is_closed else verb.name != "case.review"
