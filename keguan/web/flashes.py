"""What the next page says at its head: done, or what to do first."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest

from keguan.kernel.commands.outcomes import Citation, Done, Outcome, Reason, Waiting
from keguan.kernel.records.labels import Label, join
from keguan.web.language import Words, language_of, text_of


def say(request: HttpRequest, words: Words, level: int = messages.SUCCESS) -> None:
    """Have the next page say this, in the reader's language."""
    messages.add_message(request, level, text_of(words, language_of({"request": request})))


def tell(request: HttpRequest, act: Label, outcome: Outcome) -> None:
    """Have the next page say what came of an act: done and what was noticed, or who decides; each with its clause."""
    if isinstance(outcome, Waiting):
        words = Label("“{act}”已提交，等{by}核准{clause}", "“{act}” waits for {by} {clause}").format(
            act=act, by=outcome.by, clause=_clause(outcome.citation)
        )
        say(request, words, messages.INFO)
    elif isinstance(outcome, Done):
        say(request, Label(f"已{act.zh}", f"{act.en}: done"))
        for citation, found in _by_clause(outcome.warnings).items():
            words = Label("{found}{clause}", "{found} {clause}")
            say(request, words.format(found=join(found, "；", "; "), clause=_clause(citation)), messages.WARNING)


def _by_clause(warnings: Iterable[Reason]) -> dict[Citation | None, list[Label]]:
    """What was noticed, the findings of one clause together."""
    found: dict[Citation | None, list[Label]] = {}
    for warning in warnings:
        found.setdefault(warning.citation, []).append(warning.message)
    return found


def _clause(citation: Citation | None) -> Label:
    return Label.written(f"〔{citation.clause}〕" if citation else "")
