"""Masked facts on a record's page: who may look at them for a purpose, and what was just revealed."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from keguan.controls import gate
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists.table import HIDDEN
from keguan.web.components import Fact, Reason
from keguan.web.doors import context, new_key
from keguan.web.giving import Stopped, give
from keguan.web.language import Words

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Revealing:
    """What may be revealed on a page, posted to `url` (nothing where the viewer may not), and why it was not."""

    url: str = ""
    facts: frozenset[str] = NOTHING
    reasons: tuple[Reason, ...] = ()

    def masked(self, name: str, label: Words, shown: Words = HIDDEN) -> Fact:
        """A fact whose value is hidden, with what reveals it where the viewer may."""
        return Fact(label, shown, reveal_url=self.url, reveal=name, key=new_key() if self.url else "")


def revealed(request: HttpRequest, kind: RecordType, record: UUID, masked: Collection[str], url: str) -> Revealing:
    """Run the command where the form was posted; tells which facts it revealed, and whether more could be.

    At most the statements of one command and of one look at the rules; none where nothing is masked.
    """
    verb = f"{kind.name}.reveal"
    if not masked or verb not in vocabulary.verbs:
        return Revealing()
    asked = str(request.POST.get("reveal", ""))
    if request.method == "POST" and asked in masked:
        outcome = give(request, verb, record, {"facts": [asked], "why": str(request.POST.get("why", ""))})
        if isinstance(outcome, Stopped):
            return Revealing(url, NOTHING, outcome.reasons)
        return Revealing(url, frozenset((asked,)) if isinstance(outcome, Done) else NOTHING)
    return Revealing(url if not gate.refusals(context(request), [verb], record)[verb].reasons else "")
