"""The form of a correction: which act's time, which facts. Only what differs from the record is handed in.

Facts that nobody gave yet are filled in by other acts; the form shows those that may be wrong.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import QueryDict

from keguan.controls import scopes
from keguan.kernel.commands.corrections import ACTUAL, CLAUSE, EVENT, WHY, correctable
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.journal.read import timeline
from keguan.kernel.records.kinds import BadValue, Kind, Moment, Reference, empty
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.web import verb_forms
from keguan.web.components import Field, Fieldset, Option, Reason

PREFIX = "is_"
MOST = 60
NOBODY = UUID(int=0)
TIME = Label("更正发生时间", "When it really happened")
CONTENT = Label("更正内容（只改错的）", "Facts (change only what is wrong)")


def fieldsets(
    viewer: UUID, act: Verb, record: UUID, values: Mapping[str, Any], found: tuple[Reason, ...]
) -> tuple[Fieldset, ...]:
    """The inputs: the acts of the record to choose from, its facts as they stand, the reason."""
    asked = verb_forms.Asked(values, found)
    facts = tuple(
        verb_forms.field(fact, _shown(values, found), PREFIX)
        for fact in _facts(viewer, act)
        if not empty(values.get(fact.name)) or fact.name in (values.get("facts") or {})
    )
    event = Field(
        EVENT.name, EVENT.label, "choice", verb_forms.typed(EVENT.kind, values.get(EVENT.name)),
        options=_acts(act, record), errors=tuple(reason for reason in found if reason.field == EVENT.name),
    )  # fmt: skip
    why = verb_forms.fields((WHY, CLAUSE), asked)
    return (
        Fieldset(why),
        Fieldset((event, verb_forms.field(ACTUAL, asked)), TIME),
        Fieldset(facts, CONTENT),
    )


def read(viewer: UUID, act: Verb, record: Mapping[str, Any], posted: QueryDict) -> dict[str, Any]:
    """The arguments of a correction as they were posted; facts that say what stands there already are left out."""
    args = verb_forms.given(verb_forms.read((WHY, CLAUSE, EVENT, ACTUAL), posted))
    facts = _facts(viewer, act)
    typed = verb_forms.read(facts, posted, PREFIX)
    changed = {
        fact.name: typed[fact.name]
        for fact in facts
        if fact.name in typed and not _is_same(fact.kind, typed[fact.name], record.get(fact.name))
    }
    return {**args, "facts": changed} if changed else args


def _shown(values: Mapping[str, Any], found: tuple[Reason, ...]) -> verb_forms.Asked:
    return verb_forms.Asked({**values, **(values.get("facts") or {})}, found)


def _facts(viewer: UUID, act: Verb) -> list[Fact]:
    masked = scopes.masked(viewer, act.on)
    return [fact for name, fact in correctable(act.type).items() if name not in masked and _has_input(fact.kind)]


def _has_input(kind: Kind) -> bool:
    """References are corrected where a list of them can be offered."""
    return not isinstance(kind, Reference) or kind.to in ("person", "unit")


def _is_same(kind: Kind, raw: Any, value: Any) -> bool:
    if empty(raw) or empty(value):
        return empty(raw) and empty(value)
    try:
        parsed = kind.parse(raw)
    except BadValue:
        return False
    if isinstance(kind, Moment):
        # an input shows minutes; the same minute is no change
        return bool(parsed.replace(second=0, microsecond=0) == value.replace(second=0, microsecond=0))
    return bool(parsed == value)


def _acts(act: Verb, record: UUID) -> tuple[Option, ...]:
    """The acts on the record whose time can be set right, newest first."""
    passages = [p for p in timeline(record, MOST, is_own=True) if not p.is_attempt and p.actor is not None]
    names = {key: person.name for key, person in org.people_by_id({p.actor for p in passages if p.actor}).items()}
    return tuple(Option(str(p.id), _said(p.verb, p.happened_at, names.get(p.actor or NOBODY, ""))) for p in passages
                 if (verb := vocabulary.verbs.get(p.verb)) and verb.on == act.on and not verb.corrects)  # fmt: skip


def _said(verb: str, at: Any, who: str) -> Label:
    label, when = vocabulary.verbs[verb].label, Moment().show(at)
    words = Label("{act} · {when} · {who}", "{act} · {when} · {who}")
    return words.format(act=label, when=when, who=who)


def is_rare(verb: Verb) -> bool:
    """Whether a verb sets right, takes back or erases: acts that stand apart from the daily ones."""
    return verb.corrects or verb.enters == "void" or verb.name.endswith((".void", ".erase"))


def undoable(passages: Iterable[Any]) -> UUID | None:
    """The newest act of a record's course when it can be taken back: its event."""
    for passage in passages:
        verb = vocabulary.verbs.get(passage.verb)
        if passage.is_attempt or passage.actor is None or verb is None:
            continue
        is_free = verb.inverse is not None and passage.undoes is None and not passage.is_erased
        return passage.id if is_free else None
    return None
