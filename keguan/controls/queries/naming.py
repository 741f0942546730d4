"""What records, people and controls are called on pages: in one statement per kind of thing. Reads only."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from keguan.controls import scopes
from keguan.controls.live.access import seen
from keguan.controls.live.grants import Grants
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Control
from keguan.policies.rulebooks import rulebook


@dataclass(frozen=True, slots=True)
class Subject:
    """A record as a row of a page names it; `is_seen` says whether the viewer may open it, else it has no words."""

    type: str
    id: UUID
    code: str = ""
    title: str = ""
    is_seen: bool = True


def subjects(viewer: UUID, several: Iterable[tuple[str, UUID]], known: Grants | None = None) -> dict[UUID, Subject]:
    """By id, how the viewer may call these records. Three statements at most for each record type."""
    grants = known or scopes.grants(viewer)
    by_type: dict[str, set[UUID]] = {}
    for name, key in several:
        by_type.setdefault(name, set()).add(key)
    found: dict[UUID, Subject] = {}
    rows = Rows()
    for name, keys in by_type.items():
        allowed = seen(rows, grants, name, keys) if grants else frozenset()
        found.update({key: Subject(name, key, is_seen=False) for key in keys - allowed})
        if allowed and grants:
            found.update(_named(rows, vocabulary.types[name], allowed, grants.masked(name)))
    return found


def _named(rows: Rows, record_type: RecordType, keys: Collection[UUID], masked: frozenset[str]) -> dict[UUID, Subject]:
    def column(name: str | None) -> str:
        return name if name and name not in masked and name in record_type.by_name else "null"

    query = (
        f"select id, {column(record_type.code)} as code, {column(record_type.title)} as title"  # noqa: S608 – declared
        f" from {record_type.table} where id = any(%s)"
    )
    return {
        row["id"]: Subject(record_type.name, row["id"], row["code"] or "", row["title"] or "")
        for row in rows.select(query, [list(keys)])
    }


def people(several: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of people by id. One statement."""
    wanted = list({person for person in several if person})
    if not wanted:
        return {}
    return {
        row["id"]: row["name"] for row in Rows().select("select id, name from org_person where id = any(%s)", [wanted])
    }


def units(several: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of units by id. One statement."""
    wanted = list({unit for unit in several if unit})
    if not wanted:
        return {}
    return {
        row["id"]: row["name"] for row in Rows().select("select id, name from org_unit where id = any(%s)", [wanted])
    }


def control(number: int, key: str) -> Control | None:
    """The control as it was under the rulebook of that number."""
    return rulebook(number).by_key.get(key)


def citation(number: int, key: str) -> Citation:
    """How the control is cited; the bare key where that rulebook does not have it."""
    found = control(number, key)
    if found is not None:
        return found.citation
    policy, _, name = key.partition("#")
    return Citation(policy, policy, "", name)


def verb_label(name: str) -> Label:
    """What a verb is called; its bare name where the product no longer has it."""
    found = vocabulary.verbs.get(name)
    return found.label if found else Label(name, name)
