"""What the viewer may do on a case: each act with whom it will need, or with the clause that blocks it."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from keguan.cases import page as cases
from keguan.cases.facts import CASE
from keguan.controls import queries
from keguan.controls.queries import page as side
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.web.components import Action, Citation, Reason
from keguan.web.language import Words
from keguan.web.setting_right import is_rare
from keguan.web.shapes import citation, reasons

APART = frozenset(("case.note", "case.attach"))


def case_actions(
    acts: Sequence[side.Action], found: cases.CaseView, rules: Rulebook, waiting: Mapping[str, queries.ApprovalTold]
) -> tuple[Action, ...]:
    """The acts that are the viewer's to do: the next one in the workflow first, those that a clause blocks last."""
    place = next((at for at, stage in enumerate(CASE.stages) if stage.name == found.stage), -1)
    following = CASE.stages[place + 1].name if place + 1 < len(CASE.stages) else ""
    shown = []
    for act in acts:
        verb = vocabulary.verbs[act.verb]
        if act.state == "denied" or act.verb in APART or not _fits(verb, found):
            continue
        state, told = act.state, reasons(act.reasons)
        hint, clause = _hint(act, rules)
        if act.verb in waiting and not told:
            asked = waiting[act.verb]
            words = Label(f"已在等{asked.by.zh}决定", f"waits for {asked.by.en} already")
            state, told = "blocked", (Reason(words, tuple(each for each in [citation(asked.citation)] if each)),)
        shown.append(
            Action(
                act.verb,
                act.label,
                reverse("web:case_act", args=[found.code, act.verb.removeprefix("case.")]),
                {"free": "ready", "needs": "asks"}.get(state, "blocked"),  # type: ignore[arg-type]
                hint,
                clause,
                told,
                is_main=state != "blocked" and (verb.enters == following or verb.reinstates),
                is_rare=is_rare(verb),
            )
        )
    order = {"ready": 1, "asks": 1, "blocked": 2}
    return tuple(sorted(shown, key=lambda act: 0 if act.is_main else order[act.state]))


def _fits(verb: Verb, found: cases.CaseView) -> bool:
    """Whether the act makes sense here at all: a voided case can only be reinstated, and no other can be."""
    return verb.reinstates is (found.record["voided_at"] is not None)


def _hint(act: side.Action, rules: Rulebook) -> tuple[Words, Citation | None]:
    """Who will be asked; where a table says so by what is typed in, that a table decides."""
    if act.by:
        return Label(f"须{act.by.zh}核准", f"{act.by.en} decides"), citation(act.citation)
    asked = next(iter(rules.by_verb(act.verb, "approval")), None)
    if asked is None or act.state != "free":
        return "", citation(act.citation)
    return Label("按所填内容，由有权的人核决", "what is typed in says who decides"), citation(asked.citation)
