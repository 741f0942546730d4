"""One case as its page shows it: facts in groups, notes, files, its course; nothing where the viewer may not see it.

Obligations, clauses and the acts that the viewer may take come from the controls; the page puts them beside this.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from keguan.cases.facts import CASE
from keguan.cases.models import Attachment, Case, Note
from keguan.cases.panels import Panels, panels
from keguan.cases.queries import customer_names, visible_to
from keguan.controls import scopes
from keguan.kernel.journal.read import Passage, timeline
from keguan.kernel.records.kinds import Listing, MoneyKind, Reference
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import Fact
from keguan.org import queries as org

GROUPS: tuple[tuple[str, Label, tuple[str, ...]], ...] = (
    ("reported", Label("客户反映", "What the customer reported"), (
        "description", "demand", "reason", "order_no", "batch_no", "product_spec", "quantity", "defective_quantity",
        "shipped_on", "contact_name", "contact_phone",
    )),
    ("classified", Label("类别与承办", "Class and handling"), (
        "kind", "channel", "severity", "cause", "is_joint", "joint_limit_days", "departments", "owner", "unit",
        "opened_by",
    )),
    ("found", Label("调查结果", "Findings"), (
        "findings", "is_founded", "originating_unit", "is_own_quality", "is_tracked",
    )),
    ("decided", Label("处理与答复", "Decision and reply"), (
        "handling", "amount", "approved_return_quantity", "decision", "reply_channel", "reply", "is_accepted",
    )),
    ("times", Label("时间", "Times"), (
        "opened_at", "accepted_at", "found_at", "settled_at", "replied_at", "closed_at", "reviewed_at", "voided_at",
    )),
)  # fmt: skip
"""Every fact that the page shows, in groups. The rest (number, subject, stage, customer, followers) stands in its head,
what ties it to other cases in a panel."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact with its value, typed and in words; both are empty where nothing is recorded or the fact is masked."""

    name: str
    label: Label
    value: Any = None
    words: Label | None = None
    is_masked: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is recorded."""
        return self.words is None


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that belong together."""

    name: str
    label: Label
    facts: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note with its author's name."""

    id: UUID
    author_name: str
    text: str
    noted_at: dt.datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """An attached file; `digest` opens it through the files room."""

    id: UUID
    digest: str
    name: str
    media_type: str
    size: int
    uploaded_by_name: str
    uploaded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the viewer may know of one case.

    `names` holds the names of the people and units that it mentions, `record` the facts by name with typed values;
    masked facts are in none of `groups`, `panels`, `course` and `record`. The customer's name is empty where he may not
    be seen.
    """

    id: UUID
    code: str
    title: str
    kind: Label
    stage: str
    stage_label: Label
    customer: UUID | None
    customer_name: str
    owner: UUID | None
    unit: UUID | None
    is_closed: bool
    groups: tuple[Group, ...]
    notes: tuple[NoteRow, ...]
    files: tuple[FileRow, ...]
    panels: Panels
    followers: tuple[UUID, ...]
    course: tuple[Passage, ...]
    names: Mapping[UUID, str]
    record: Mapping[str, Any]


def case(
    viewer: UUID,
    key: UUID | str,
    declared: Mapping[str, Fact] | None = None,
    revealed: Collection[str] = (),
) -> CaseView | None:
    """The case with this id or number as the viewer sees it; nothing where there is none or he may not see it.

    `declared` are the fields that packs add, by name: they stand in a group of their own. `revealed` are facts that
    were just revealed by the command. The number of statements does not depend on how much there is to show.
    """
    wanted = Q(id=key) if isinstance(key, UUID) else Q(code=key)
    known = scopes.grants(viewer)
    found = visible_to(viewer, known).filter(wanted).first()
    if found is None:
        return None
    masked = _with_lists(scopes.masked(viewer, "case", known).difference(revealed))
    notes = [] if "notes" in masked else list(found.notes.order_by("id"))
    files = [] if "attachments" in masked else list(found.attachments.order_by("id"))
    seen = timeline(found.id, is_own=True)
    course = scopes.course(viewer, "case", seen, masked, known)
    record = {name: None if name in masked else value for name, value in _record(found).items()}
    record["extra"] = scopes.unmasked(record["extra"], masked)
    beside = panels(viewer, found, masked, known)
    people = org.people_by_id(_people(record, notes, files, course) | beside.people)
    names = {key: person.name for key, person in people.items()}
    mentioned = {record["unit"], record["originating_unit"], *(record["departments"] or ())} - {None}
    units = org.unit_names(mentioned | beside.units)
    words: dict[UUID, str] = {**names, **units}
    return CaseView(
        id=found.id,
        code=found.code or "",
        title=record["title"] or "",
        kind=CASE.by_name["kind"].kind.options[found.kind],  # type: ignore[attr-defined]
        stage=found.stage,
        stage_label=CASE.stage_label(found.stage),
        customer=found.customer_id,
        customer_name=customer_names(viewer, [found.customer_id], known).get(found.customer_id, ""),
        owner=found.owner_id,
        unit=found.unit_id,
        is_closed=found.closed_at is not None,
        groups=(*_groups(record, words, masked), *_declared(record, declared or {}, words, masked)),
        notes=tuple(NoteRow(n.id, _name(names, n.author_id), n.text, n.noted_at) for n in notes),
        files=tuple(_file(file, names) for file in files),
        panels=beside,
        followers=tuple(record["followers"] or ()),
        course=tuple(course),
        names=words,
        record=record,
    )


def codes(viewer: UUID, keys: Iterable[UUID]) -> dict[UUID, str]:
    """The numbers of those of these cases that the viewer may see. One statement besides his grants."""
    wanted = list(keys)
    found = visible_to(viewer).filter(id__in=wanted).values_list("id", "code") if wanted else ()
    return {key: code or "" for key, code in found}


def shown(fact: Fact, value: Any, names: Mapping[UUID, str], masked: frozenset[str] = frozenset()) -> Shown:
    """A fact with its value in words; references by the names given."""
    if fact.name in masked:
        return Shown(fact.name, fact.label, is_masked=True)
    if value is None or value in ("", []):
        return Shown(fact.name, fact.label)
    if isinstance(fact.kind, Reference):
        name = names.get(value, str(value))
        return Shown(fact.name, fact.label, value, Label.typed(name))
    if isinstance(fact.kind, Listing) and isinstance(fact.kind.of, Reference):
        found = [names.get(part, str(part)) for part in value]
        return Shown(fact.name, fact.label, value, join([Label.typed(one) for one in found]))
    return Shown(fact.name, fact.label, value, fact.kind.label(value))


def _record(found: Case) -> dict[str, Any]:
    """The facts by name with typed values, as the pipeline sees them."""
    record = {}
    for fact in (fact for fact in CASE.facts if not fact.derived):
        attribute = f"{fact.name}_id" if isinstance(fact.kind, Reference) else fact.name
        value = getattr(found, attribute)
        money = isinstance(fact.kind, MoneyKind)
        record[fact.name] = fact.kind.from_columns((value, found.amount_currency) if money else (value,))
    return record


def _people(
    record: Mapping[str, Any], notes: Iterable[Note], files: Iterable[Attachment], course: Iterable[Passage]
) -> set[UUID]:
    found = {record["owner"], record["opened_by"]}
    found.update(note.author_id for note in notes)
    found.update(file.uploaded_by_id for file in files)
    found.update(passage.actor for passage in course)
    found.update(UUID(key) for passage in course for _, kind, key, _ in passage.objects if kind == "person")
    return {person for person in found if person is not None}


def _with_lists(masked: frozenset[str]) -> frozenset[str]:
    """What is masked; a list of lines of which any fact (`notes.text`) is masked is hidden whole."""
    return masked | {name.partition(".")[0] for name in masked if "." in name}


def _groups(record: Mapping[str, Any], names: Mapping[UUID, str], masked: frozenset[str]) -> tuple[Group, ...]:
    return tuple(
        Group(name, label, tuple(shown(CASE.by_name[fact], record[fact], names, masked) for fact in facts))
        for name, label, facts in GROUPS
    )


def _declared(
    record: Mapping[str, Any], declared: Mapping[str, Fact], names: Mapping[UUID, str], masked: frozenset[str]
) -> tuple[Group, ...]:
    if not declared:
        return ()
    values = record["extra"] or {}
    facts = (shown(fact, fact.kind.from_json(values.get(name)), names, masked) for name, fact in declared.items())
    return (Group("declared", Label("公司自定字段", "Fields of this company"), tuple(facts)),)


def _name(names: Mapping[UUID, str], person: UUID | None) -> str:
    return names.get(person, "") if person else ""


def _file(file: Attachment, names: Mapping[UUID, str]) -> FileRow:
    return FileRow(
        file.id,
        file.digest,
        file.name,
        file.media_type or "",
        file.size or 0,
        _name(names, file.uploaded_by_id),
        file.uploaded_at,
    )
