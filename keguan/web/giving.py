"""Giving one command from a form: what came of it, or what the page has to say instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from django.http import Http404, HttpRequest

from keguan.controls import gate
from keguan.kernel.commands import outcomes
from keguan.kernel.commands.outcomes import Done, Fault, Refused, Waiting
from keguan.kernel.commands.verbs import Verb
from keguan.lists import codes
from keguan.web.components import Reason
from keguan.web.doors import context, posted_key
from keguan.web.shapes import reasons


@dataclass(frozen=True, slots=True)
class Stopped:
    """A command that did not run: the reasons to show, and the status of the page that shows them.

    `guards`: the refusal as the kernel said it; nothing where the form itself was wrong.
    """

    reasons: tuple[Reason, ...]
    status: int
    guards: tuple[outcomes.Reason, ...] = ()


def give(
    request: HttpRequest, verb: str, key: UUID | None, args: Mapping[str, Any], token: str | None = None
) -> Done | Waiting | Stopped:
    """Run the command in the viewer's name; a record that he may not see is not there (404).

    `token`: the idempotency key, where it is not the one that the form carries.
    """
    try:
        outcome = gate.run_one(context(request, token or posted_key(request)), verb, key, dict(args))
    except Fault as fault:
        return Stopped(reasons(fault.reasons), fault.status)
    if isinstance(outcome, Refused):
        if outcome.is_hidden:
            raise Http404
        return Stopped(reasons(outcome.reasons), 422, tuple(outcome.reasons))
    return outcome


def give_unseen(request: HttpRequest, verb: Verb, code: str, args: Mapping[str, Any]) -> NoReturn:
    """Answer an act on a record that the viewer does not see: 404, and the attempt is kept, as at every other door."""
    give(request, verb.name, codes.ids(verb.type, [code])[code], args)
    raise Http404
