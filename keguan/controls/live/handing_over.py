"""A hand-over: everything open that a person owns is given to others by the verbs that assign it, as set commands.

They run after the commit under the same policies as any other command, in the name of whoever hands over; what is
refused stays where it is, with its reasons (`queries.handed_over`). Obligations and requests follow their records.
"""

from uuid import UUID

from psycopg import sql

from keguan.kernel.commands.law import Step
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.work import FollowUp
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary

VERB = "person.hand_over"


def follow(step: Step) -> None:
    """Note a command for each record that is handed over. One statement per record type that can be assigned."""
    if step.verb.name != VERB:
        return
    going = [item for item in step.items if isinstance(step.outcomes.get(item.position), Done)]
    for record_type in assignable():
        owned = _owned(step.rows, record_type, [item.id for item in going])
        for item in going:
            if item["types"] and record_type.name not in item["types"]:
                continue
            takers = item["to"]
            for n, record in enumerate(owned.get(item.id, ())):
                args = {str(record_type.owner): takers[n % len(takers)]}
                found = FollowUp(str(record_type.assign), record, args, step.ctx.actor, together=True)
                step.follow_ups.setdefault(item.position, []).append(found)


def assignable() -> list[RecordType]:
    """The record types whose records have an owner and a verb that gives them to another."""
    return [one for one in vocabulary.types.values() if one.owner is not None and one.assign is not None]


def _owned(rows: Rows, record_type: RecordType, people: list[UUID]) -> dict[UUID, list[UUID]]:
    """By owner, the records that are open, oldest first."""
    owner = sql.Identifier(str(record_type.owner))
    ended = [name for name in (record_type.ended, record_type.voided) if name is not None]
    query = sql.SQL("select id, {owner} as owner from {table} where {owner} = any(%s){ended} order by id").format(
        owner=owner,
        table=sql.Identifier(record_type.table),
        ended=sql.SQL("").join(sql.SQL(" and {} is null").format(sql.Identifier(name)) for name in ended),
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows.select(query.as_string(None), [people]):
        found.setdefault(row["owner"], []).append(row["id"])
    return found
