"""The invented company of a pack, founded through commands: for scenarios and the demo."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.models import Company, Role
from keguan.policies.packs.forms import OrganisationForm
from keguan.policies.scenarios import units_of

Given = tuple[UUID | None, Mapping[str, Any]]
Run = Callable[[Context, str, Sequence[Given]], list[Outcome]]


class CastFault(RuntimeError):
    """The cast could not be founded: the pack's organisation and the product disagree."""


@dataclass
class Names:
    """What scenarios call people, units and records."""

    people: dict[str, UUID] = field(default_factory=dict)
    units: dict[str, UUID] = field(default_factory=dict)
    records: dict[str, tuple[str, UUID]] = field(default_factory=dict)

    def id_of(self, name: str) -> UUID | None:
        """The id behind a name."""
        found = self.record(name)
        return found[1] if found else self.people.get(name) or self.units.get(name)

    def record(self, name: str) -> tuple[str, UUID] | None:
        """The type and id of a record that an act named; of `receivable of late` the newest one that belongs to it."""
        if name in self.records:
            return self.records[name]
        kind, is_of, about = name.partition(" of ")
        above = self.record(about) if is_of and kind in vocabulary.types else None
        found = (
            last_of(vocabulary.types[kind], *above) if above and above[0] in vocabulary.types[kind].by_name else None
        )
        return (kind, found) if found else None

    def act(self, name: str) -> UUID | None:
        """The event of the last act of `case.accept of late`."""
        verb, is_of, about = name.partition(" of ")
        above = self.record(about) if is_of else None
        found = Rows().select(LAST_ACT, [above[1], verb]) if above else []
        return found[0]["event"] if found else None


LAST_ACT = "select event from kernel_event_object where object = %s and verb = %s and touched order by n desc limit 1"


def last_of(record_type: RecordType, parent: str, key: UUID) -> UUID | None:
    """The newest record of a type that belongs to this one: what a reaction made and nobody named."""
    found = Rows().select(
        f'select id from {record_type.table} where "{parent}" = %s order by id desc limit 1',  # noqa: S608 – declared names
        [key],
    )
    return found[0]["id"] if found else None


def found(run: Run, ctx: Context, organisation: OrganisationForm, currency: str = "CNY") -> Names:
    """Found the company with its units, people and posts, through lists of commands. Roles must be declared already."""
    names = Names()
    if not Company.objects.exists():
        _all(run, ctx, "company.found", [(None, {"name": organisation.company.zh, "currency": currency})])
    level = {unit.unit: above for unit, above in units_of(organisation.units)}
    forms = {unit.unit: unit for unit, _ in units_of(organisation.units)}
    while waiting := [code for code, above in level.items() if code not in names.units and _ready(above, names)]:
        made = _all(
            run,
            ctx,
            "unit.open",
            [(None, {"name": forms[code].zh, "code": code, "parent": _above(level[code], names)}) for code in waiting],
        )
        names.units.update(zip(waiting, made, strict=True))
    people = organisation.people
    made = _all(run, ctx, "person.add", [(None, {"name": person.name}) for person in people])
    names.people.update(zip((person.person for person in people), made, strict=True))
    roles = {role.code: role.id for role in Role.objects.all()}
    posts = [(person.person, post) for person in people for post in person.posts]
    distinct = list(dict.fromkeys((post.unit, post.role, post.head) for _, post in posts))
    if unknown := [code for _, code, _ in distinct if code not in roles]:
        raise CastFault(f"no pack declares the roles {unknown}")
    established = _all(
        run,
        ctx,
        "post.establish",
        [(None, {"unit": names.units[unit], "role": roles[role], "is_head": head}) for unit, role, head in distinct],
    )
    by_post = dict(zip(distinct, established, strict=True))
    # one post may have several holders, and a command's items that touch the same record run one after the other
    _all(
        run,
        ctx,
        "post.assign",
        [(by_post[post.unit, post.role, post.head], {"person": names.people[who]}) for who, post in posts],
    )
    return names


def _ready(above: str | None, names: Names) -> bool:
    return above is None or above in names.units


def _above(above: str | None, names: Names) -> UUID | None:
    return None if above is None else names.units[above]


def _all(run: Run, ctx: Context, verb: str, items: Sequence[Given]) -> list[UUID]:
    made = []
    for outcome in run(ctx, verb, items):
        if not isinstance(outcome, Done):
            reasons = outcome.reasons if isinstance(outcome, Refused) else ()
            raise CastFault(f"{verb}: " + "; ".join(reason.message.en for reason in reasons))
        made.append(outcome.object)
    return made
