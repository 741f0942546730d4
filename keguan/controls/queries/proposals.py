"""Proposals that wait for the viewer, with what he may choose. Two statements at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from keguan.controls.models import Proposal
from keguan.kernel.records.kinds import BadValue, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary

FEW = 25


@dataclass(frozen=True, slots=True)
class Proposed:
    """One argument of what is proposed: as it stands, and what it may be changed to (nothing: it is fixed)."""

    name: str
    label: Label
    value: str
    raw: str
    low: str = ""
    high: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal with its arguments. `people` are persons that its arguments name."""

    proposal: Proposal
    verb: Label
    arguments: tuple[Proposed, ...]


def proposals(viewer: UUID, limit: int = FEW) -> list[ProposalRow]:
    """What waits for the viewer to accept or dismiss, oldest first."""
    found = Proposal.objects.filter(state="waiting", people__contains=[viewer]).order_by("made_at", "id")[:limit]
    return [_row(one) for one in found if one.verb in vocabulary.verbs]


def proposal(viewer: UUID, key: UUID) -> Proposal | None:
    """The proposal, if it was put before the viewer."""
    return Proposal.objects.filter(id=key, people__contains=[viewer]).first()


def _row(one: Proposal) -> ProposalRow:
    verb = vocabulary.verbs[one.verb]
    args, ranges = one.args or {}, one.ranges or {}
    shown = [
        _argument(argument.name, argument.label, argument.kind, args[argument.name], ranges.get(argument.name), one)
        for argument in verb.arguments
        if argument.name in args and not isinstance(argument.kind, Reference)
    ]
    return ProposalRow(one, verb.label, tuple(shown))


def _argument(name: str, label: Label, kind: Any, raw: Any, span: Mapping[str, Any] | None, one: Proposal) -> Proposed:
    plain = str(raw.get("amount") if isinstance(raw, Mapping) else raw)
    span = span or {}
    choices = tuple((str(choice), _show(kind, choice)) for choice in span.get("choices", ()))
    low, high = (_plain(span.get(end)) for end in ("from", "to"))
    is_open = bool(one.is_free) or bool(span)
    return Proposed(name, label, _show(kind, raw), plain, low, high, choices, is_open)


def _plain(raw: Any) -> str:
    return "" if raw is None else str(raw.get("amount") if isinstance(raw, Mapping) else raw)


def _show(kind: Any, raw: Any) -> str:
    try:
        return str(kind.show(kind.from_json(raw)))
    except BadValue:
        return str(raw)
