"""What the viewer may do on a record: each act with whom it will need, or with the clause that blocks it."""

from collections.abc import Callable, Collection, Iterable, Mapping

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

PLACES = {"ready": 1, "asks": 1, "blocked": 2}


def actions(
    acts: Iterable[side.Action], rules: Rulebook, waiting: Mapping[str, queries.ApprovalTold],
    url: Callable[[str], str], is_main: Callable[[Verb], bool], apart: Collection[str] = (),
) -> tuple[Action, ...]:  # fmt: skip
    """The acts that are the viewer's to do: the next one in the workflow first, those that a clause blocks last.

    `url` gives the form of a verb, `is_main` says which acts lead on, `apart` have places of their own on the page.
    """
    shown = []
    for act in acts:
        if act.state == "denied" or act.verb in apart:
            continue
        verb = vocabulary.verbs[act.verb]
        if verb.reveals:
            continue  # what is masked has its own button
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
                url(act.verb),
                {"free": "ready", "needs": "asks"}.get(state, "blocked"),  # type: ignore[arg-type]
                hint,
                clause,
                told,
                is_main=state != "blocked" and is_main(verb),
                is_rare=is_rare(verb),
            )
        )
    return tuple(sorted(shown, key=lambda act: 0 if act.is_main else PLACES[act.state]))


def _hint(act: side.Action, rules: Rulebook) -> tuple[Words, Citation | None]:
    """Who will be asked; where a table says so by what is typed in, that a table decides."""
    if act.by:
        return Label(f"须{act.by.zh}核准", f"{act.by.en} decides"), citation(act.citation)
    asked = next(iter(rules.by_verb(act.verb, "approval")), None)
    if asked is None or act.state != "free":
        return "", citation(act.citation)
    return Label("按所填内容，由有权的人核决", "what is typed in says who decides"), citation(asked.citation)
