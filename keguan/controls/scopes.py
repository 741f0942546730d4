"""Which records a viewer sees, as one condition that lists, pages, searches and exports of all domains share.

The same grants answer the commands (`live/access.py`), so that a list never shows what a command would hide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from keguan.controls.live.grants import DIRECTORY, Grants, grants_of
from keguan.controls.models import OPEN_STATES, Approval, ApprovalStep, Obligation
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.kernel.glance import once
from keguan.kernel.journal.read import Passage
from keguan.kernel.records.kinds import Listing
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.directory import profiles
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import current

NOTHING = Q(pk__in=[])
OF_ANY_RECORD = ("approval", "obligation", "override", "proposal")
"""What these hold is about the record that they concern, whoever sees it."""


def grants(viewer: UUID, rules: Rulebook | None = None) -> Grants | None:
    """What the viewer may see and do now; nothing for somebody who is not there or has left. A few statements.

    `rules` saves looking up the rulebook in force.
    """

    def read() -> Grants | None:
        now = clock.now()
        profile = profiles(Rows(), [viewer], now).get(viewer)
        return grants_of(rules or current(now), profile) if profile is not None and not profile.is_gone else None

    return once(("grants", viewer), read)


def visible_to(viewer: UUID, record_type: str, known: Grants | None = None) -> Q:
    """The condition on the model of the record type that holds for what the viewer may see.

    `known` saves reading the viewer's grants again. Models name their fields as the facts are named.
    """
    found = known or grants(viewer)
    if found is None:
        return NOTHING
    if record_type == "approval":
        return of_approvals(viewer)
    if record_type == "proposal":
        return Q(people__contains=[viewer]) | Q(subject=viewer) | _proposals(found)
    if record_type == "obligation":
        return Q(people__contains=[viewer])
    if record_type in DIRECTORY or found.sees_all(record_type):
        return Q()
    return _granted(found, vocabulary.types[record_type]) | Q(pk__in=concerned(viewer, record_type))


def masked(viewer: UUID, record_type: str, known: Grants | None = None) -> frozenset[str]:
    """Facts of the type that are masked for the viewer; facts of lines as `phones.digits`."""
    found = known or grants(viewer)
    if found is None or (record_type in DIRECTORY and not found.sees_some(record_type)):
        return frozenset(fact.name for fact in vocabulary.types[record_type].facts if fact.personal)
    return found.masked(record_type)


def is_masked(record_type: str, name: str, masked: frozenset[str]) -> bool:
    """Whether a fact as the journal names it is masked: `extra.colour` is the declared field `colour`."""
    declared = vocabulary.types[record_type].declared
    head, dot, tail = name.partition(".")
    return name in masked or head in masked or bool(dot and head == declared and tail in masked)


def unmasked(values: Mapping[str, Any] | None, masked: frozenset[str]) -> dict[str, Any] | None:
    """The values of declared fields without those that are masked."""
    return None if values is None else {name: value for name, value in values.items() if name not in masked}


def may_export(viewer: UUID, record_type: str, known: Grants | None = None) -> bool:
    """Whether a grant lets the viewer export records of the type."""
    found = known or grants(viewer)
    return found is not None and any(record_type in grant.export for grant in found.controls)


def records(viewer: UUID, record_type: RecordType, known: Grants | None = None) -> "QuerySet[Any]":
    """The records of the type that the viewer may see; LookupError where the type has no model."""
    model: Any = model_of(record_type.table)
    return model.objects.filter(visible_to(viewer, record_type.name, known))  # type: ignore[no-any-return]


def course(
    viewer: UUID,
    record_type: str,
    passages: Iterable[Passage],
    hidden: frozenset[str] = frozenset(),
    known: Grants | None = None,
) -> list[Passage]:
    """The entries of a record's course without what the viewer may not know.

    A return slip moves the clocks of its case and stands in its course; what the slip says is the slip's, and told only
    to whom all slips are shown. `hidden` are the facts of the record that are masked for him.
    """
    found = known or grants(viewer)
    shown = {record_type, *OF_ANY_RECORD}
    told = []
    for passage in passages:
        of = vocabulary.verbs[passage.verb].on if passage.verb in vocabulary.verbs else record_type
        if of not in shown and (found is None or not found.sees_all(of)):
            told.append(replace(_without(passage, record_type, hidden), args={}, lines={}))
        else:
            others = frozenset[str]() if of == record_type else masked(viewer, of, found)
            told.append(_without(passage, record_type, hidden, others))
    return told


def _without(
    passage: Passage, record_type: str, hidden: frozenset[str], others: frozenset[str] = frozenset()
) -> Passage:
    """The entry without what is masked; `others` are masked facts of the record to which the act was given."""
    if not hidden and not others:
        return passage
    lists = hidden | {name.partition(".")[0] for name in hidden if "." in name}
    return replace(
        passage,
        args=arguments(passage, record_type, hidden | others),
        changes={name: one for name, one in passage.changes.items() if not is_masked(record_type, name, hidden)},
        lines={name: value for name, value in passage.lines.items() if name not in lists},
    )


def arguments(passage: Passage, record_type: str, hidden: frozenset[str]) -> dict[str, Any]:
    """What was given with the act, without what is masked.

    Where anything is, of what is personal only that is told which became a fact of that name: the number of a contact,
    or words about it, could stand in any other.
    """
    if not hidden:
        return passage.args
    verb, declared = vocabulary.verbs.get(passage.verb), vocabulary.types[record_type].declared
    impersonal = {one.name for one in verb.arguments if not one.personal} if verb else set()
    return {
        name: unmasked(value, hidden) if name == declared else value
        for name, value in passage.args.items()
        if name not in hidden and (name in impersonal or name in passage.changes or name == declared)
    }


def among(viewer: UUID, known: Grants | None = None) -> Q:
    """The condition on `object_type` and `object` of evidence and clocks that holds for records the viewer may see."""
    found = known or grants(viewer)
    if found is None:
        return NOTHING
    whole = [name for name in vocabulary.types if name in DIRECTORY or found.sees_all(name)]
    condition = Q(object_type__in=whole) | Q(object__in=concerned(viewer))
    for record_type in vocabulary.types.values():
        granted = NOTHING if record_type.name in whole else _granted(found, record_type)
        if granted != NOTHING:
            model: Any = model_of(record_type.table)
            ids = model.objects.filter(granted).values("pk")
            condition |= Q(object_type=record_type.name, object__in=ids)
    return condition


# by table, not by record type: a declaration is hashed fact by fact
@cache
def model_of(table: str) -> type[Model]:
    """The model of a record type's table; LookupError where it has none."""
    for model in apps.get_models():
        if model._meta.db_table == table:  # noqa: SLF001 – Django's documented name
            return model
    raise LookupError(table)


def concerned(viewer: UUID, record_type: str = "") -> "object":
    """Ids of records (of one type, or all) on which the viewer owes something, or asked for it, or is to decide it."""
    of_type = Q(object_type=record_type) if record_type else Q()
    owed = Obligation.objects.filter(of_type, people__contains=[viewer], state__in=OPEN_STATES)
    waiting = Approval.objects.filter(of_type & Q(state="waiting") & of_approvals(viewer))
    return owed.values("object").union(waiting.values("object"))


def of_approvals(viewer: UUID) -> Q:
    """Approvals that the viewer asked for, may decide at one of their steps, or handed over to somebody."""
    steps = ApprovalStep.objects.filter(Q(people__contains=[viewer]) | Q(relieved__contains=[viewer]))
    return Q(requester=viewer) | Q(pk__in=steps.values("parent"))


def _proposals(found: Grants) -> Q:
    """Proposals that a grant shows."""
    return Q() if found.sees_all("proposal") else _granted(found, vocabulary.types["proposal"])


def _granted(found: Grants, record_type: RecordType) -> Q:
    units: set[UUID] = set()
    people: set[UUID] = set()
    for grant, profile in found.showing():
        if record_type.name not in grant.see:
            continue
        people.add(profile.person)
        if grant.scope == "team":
            units |= profile.units
        elif grant.scope == "department":
            units |= profile.units_below
    condition = NOTHING
    if not people:
        return condition
    for part in dict.fromkeys(part for part in (record_type.owner, record_type.opener, *record_type.shown_to) if part):
        if isinstance(record_type.by_name[part].kind, Listing):
            condition |= Q(**{f"{part}__overlap": list(people)})
        else:
            condition |= Q(**{f"{part}__in": people}) if len(people) > 1 else Q(**{part: found.profile.person})
    if units and record_type.unit:
        condition |= Q(**{f"{record_type.unit}__in": units})
    return condition
