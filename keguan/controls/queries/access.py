"""Who may do what, by the grants of a rulebook: a matrix of acts and roles for a record type. Reads no record."""

from collections.abc import Sequence
from dataclasses import dataclass

from keguan.controls.engines.access import EVERYONE, EVERYONE_LABEL, SCOPES, AccessControl
from keguan.controls.live.grants import WIDTHS, all_grants
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook

SEE = Label("查看", "See")
EXPORT = Label("导出", "Export")


@dataclass(frozen=True, slots=True)
class Allowed:
    """A grant in a cell: in which scope, by which control, and what is masked."""

    scope: Label
    grant: AccessControl
    masked: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act with, for each role of the matrix, the grants that allow it, the widest first."""

    label: Label
    verb: str
    cells: tuple[tuple[Allowed, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The acts on a record type against the roles that may do any of them."""

    type: RecordType
    roles: tuple[Label, ...]
    rows: tuple[ActRow, ...]


def types(book: Rulebook) -> list[RecordType]:
    """The record types of which any grant speaks, those with the most acts first."""
    grants = all_grants(book)
    named = {name for grant in grants for name in (*grant.see, *grant.export)}
    named |= {vocabulary.verbs[verb].type.name for grant in grants for verb in grant.verbs if verb in vocabulary.verbs}
    known = [vocabulary.types[name] for name in named if name in vocabulary.types]
    return sorted(known, key=lambda one: (-len(_verbs(one, grants)), one.name))


def matrix(book: Rulebook, record_type: RecordType) -> Matrix:
    """Who may see, export and do what with records of the type."""
    grants = all_grants(book)
    verbs = _verbs(record_type, grants)
    concerned = [
        grant for grant in grants
        if record_type.name in grant.see or record_type.name in grant.export or grant.verbs.intersection(verbs)
    ]  # fmt: skip
    roles = sorted({role for grant in concerned for role in grant.roles}, key=lambda role: (role != EVERYONE, role))

    def cells(mine: Sequence[AccessControl], is_seeing: bool = False) -> tuple[tuple[Allowed, ...], ...]:
        widest = sorted(mine, key=lambda one: -WIDTHS.index(one.scope))
        return tuple(
            tuple(_allowed(one, record_type, is_seeing) for one in widest if role in one.roles) for role in roles
        )

    rows = [ActRow(SEE, "", cells([one for one in concerned if record_type.name in one.see], True))]
    rows.append(ActRow(EXPORT, "", cells([one for one in concerned if record_type.name in one.export])))
    rows += [
        ActRow(vocabulary.verbs[verb].label, verb, cells([one for one in concerned if verb in one.verbs]))
        for verb in verbs
    ]
    labels = tuple(EVERYONE_LABEL if role == EVERYONE else book.roles.get(role, Label(role, role)) for role in roles)
    return Matrix(record_type, labels, tuple(row for row in rows if any(row.cells)))


def _verbs(record_type: RecordType, grants: Sequence[AccessControl]) -> list[str]:
    """The verbs of the type that any grant gives, in the order in which they were declared."""
    given = {verb for grant in grants for verb in grant.verbs}
    return [name for name, verb in vocabulary.verbs.items() if verb.type is record_type and name in given]


def _allowed(grant: AccessControl, record_type: RecordType, is_seeing: bool) -> Allowed:
    names = [fact for kind, fact in sorted(grant.mask) if kind == record_type.name] if is_seeing else []
    return Allowed(SCOPES[grant.scope], grant, tuple(fact_label(record_type, name) for name in names))


def fact_label(record_type: RecordType, name: str) -> Label:
    """The words for a fact or the fact of a line (`phones.digits`) of the type."""
    head, dot, tail = name.partition(".")
    if fact := record_type.by_name.get(name):
        return fact.label
    line = next((one for one in record_type.lines if one.name == head), None)
    if line is None:
        return Label(name, name)
    return line.by_name[tail].label if dot and tail in line.by_name else line.label
