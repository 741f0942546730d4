"""Records that belong to another: those of every register in force that is kept for records of its type."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from keguan.controls import readings, scopes
from keguan.controls.engines.registers import RegisterControl
from keguan.controls.live.grants import Grants
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.lists import naming
from keguan.lists.speaking import short
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web.records.stages import stage_state

FEW = 4


def registers(rules: Rulebook) -> list[RegisterControl]:
    """The registers in force, in the order of the policies."""
    return [one for one in rules.of_engine("register") if isinstance(one, RegisterControl)]


def related(
    who: UUID, record_type: str, record: UUID, key: str, known: Grants | None, rules: Rulebook
) -> tuple[pages.Panel, ...]:
    """The registers kept for a record: the newest of each, and the forms that may be opened. One statement."""
    kept = [one for one in registers(rules) if one.plan.of == record_type]
    seen = [one.type for one in kept if known is not None and known.sees_some(one.type.name)]
    rows = _rows(who, seen, record_type, record, known, rules)
    groups, others = [], []
    for one in kept:
        name, found = one.type.name, rows.get(one.type.name, [])
        verb = f"{name}.open"
        new = None
        if known is not None and known.uses(verb):
            new = pages.Doing(one.type.label, addresses.new_url(name, verb, **{record_type: str(record)}))
        if found:
            url = addresses.list_url(name, **{record_type: key})
            groups.append(pages.RelatedGroup(one.type.label, tuple(found), url, new))
        elif new is not None:
            others.append(new)
    if not groups and not others:
        return ()
    return (pages.RelatedPanel(Label("相关表单", "Forms that belong here"), tuple(groups), tuple(others)),)


def _said(kind: RecordType, who: UUID, known: Grants | None) -> Any:
    """The title of an entry, else the text that speaks for it."""
    title = Cast(F("title") if "title" not in scopes.masked(who, kind.name, known) else Value(""), TextField())
    spoken = naming.spoken(kind, who, known)
    return Coalesce(NullIf(title, Value("", TextField())), Cast(F(spoken), TextField())) if spoken else title


def _rows(
    who: UUID, types: Sequence[RecordType], of: str, record: UUID, known: Grants | None, rules: Rulebook
) -> dict[str, list[pages.ListRow]]:
    """By type, the newest records that belong to the record."""
    parts = [
        scopes.records(who, kind, known)
        .filter(**{of: record})
        .annotate(
            kind=Value(kind.name, TextField()),
            at=F("opened_at"),
            said=_said(kind, who, known),
        )
        .order_by("-id")
        .values("kind", "id", "code", "stage", "at", "said")[:FEW]
        for kind in types
    ]
    if not parts:
        return {}
    first, *others = parts
    listed: Any = first.union(*others, all=True) if others else first
    by_name = {kind.name: kind for kind in types}
    found: dict[str, list[pages.ListRow]] = {}
    rows = list(listed)
    for name in dict.fromkeys(row["kind"] for row in rows):
        keys = [row["id"] for row in rows if row["kind"] == name]
        said = [one for one in ("title", naming.spoken(by_name[name], who, known)) if one]
        readings.tell_list(who, "page", by_name[name], keys, said, {"list": f"{of}_page"}, rules=rules)
    for row in rows:
        kind = by_name[row["kind"]]
        key = naming.key_of(row["code"], row["id"])
        found.setdefault(kind.name, []).append(
            pages.ListRow(
                key,
                short(row["said"] or "") or row["code"] or kind.label,
                addresses.page_url(kind.name, key),
                row["code"] if row["said"] else "",
                at=row["at"],
                state=stage_state(kind, row["stage"]),
            )
        )
    return found
