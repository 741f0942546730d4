"""Who an actor was: roles and units on the day of recording, joined to acts; whether an expression means him.

The mirror keeps a picture of who holds which post from when until when: ids, codes and days, nothing personal.
"""

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from keguan.controls.people import nodes
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.mirror.pictures import picture

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.mirror import Mirror

POSTS = """
    select h.person::text as person, r.code as role, s.unit::text as unit, s.is_head,
        h.starts_on, least(h.ends_on, p.left_on, u.closed_on) as ends_on
    from org_holding h join org_person p on p.id = h.person join org_post s on s.id = h.post
    join org_role r on r.id = s.role join org_unit u on u.id = s.unit order by h.starts_on, h.id
"""
# who answers for which role where, away and standing in included, and since when that is known
HOLDERS = """
    select role, subject::text as subject, person::text as person, holder::text as holder, how,
        array_to_string(verbs, ' ') as verbs, lower(valid) as valid_from, upper(valid) as valid_to, known_from, known_to
    from org_holder_span order by id
"""
UNITS = "select id::text as id, parent::text as parent from org_unit order by id"
FOREVER = dt.date(9999, 1, 1)


def register() -> None:
    """Have the mirror keep who holds which post, who answers for whom, and the tree of units."""
    picture("posts", POSTS)
    picture("holders", HOLDERS)
    picture("units", UNITS)


def with_actors(mirror: "Mirror", acts: Any, name: str) -> Any:
    """The acts with `actor_role`, `actor_unit` and `actor_below` as they were on the day of recording.

    Somebody without a post has empty lists; the machinery itself has none.
    """
    import ibis

    rows = ibis.memtable(spans_of(mirror), schema={
        "person": "string", "since": "date", "until": "date", "actor_role": "array<string>",
        "actor_unit": "array<string>", "actor_below": "array<string>",
    })  # fmt: skip
    spans = mirror.backend.create_table(name, rows, overwrite=True)
    acts = acts.mutate(recorded_on=_local_day(acts.recorded_at))
    joined = acts.left_join(
        spans, [acts.actor == spans.person, acts.recorded_on >= spans.since, acts.recorded_on < spans.until]
    )
    nobody = ibis.literal([], type="array<string>")
    lists = {
        name: ibis.cases((joined.actor.notnull(), ibis.coalesce(joined[name], nobody)))
        for name in ("actor_role", "actor_unit", "actor_below")
    }
    return joined.mutate(**lists).drop("person", "since", "until", "recorded_on")


def spans_of(mirror: "Mirror") -> list[dict[str, Any]]:
    """For each person the stretches of days on which his roles and units stay the same."""
    posts = mirror.table("posts").to_pyarrow().to_pylist() if mirror.has("posts") else []
    below = _below(mirror.table("units").to_pyarrow().to_pylist() if mirror.has("units") else [])
    mine: dict[str, list[dict[str, Any]]] = {}
    for post in posts:
        mine.setdefault(post["person"], []).append(post)
    found = []
    for person, held in mine.items():
        edges = sorted({post["starts_on"] for post in held} | {post["ends_on"] or FOREVER for post in held})
        for since, until in pairwise(edges):
            now = [post for post in held if post["starts_on"] <= since and until <= (post["ends_on"] or FOREVER)]
            units = sorted({post["unit"] for post in now})
            found.append({
                "person": person, "since": since, "until": until,
                "actor_role": sorted({post["role"] for post in now}), "actor_unit": units,
                "actor_below": sorted({one for unit in units for one in below.get(unit, {unit})}),
            })  # fmt: skip
    return found


def means_actor(people: nodes.People, acts: "Acts") -> Any:
    """Whether the expression means the person who acts; None where the mirror cannot tell."""
    import ibis

    match people:
        case nodes.Role(role=role, unit=None):
            roles = acts.get(("actor", "role"))
            return None if roles is None else roles.contains(role).fill_null(False)
        case nodes.PersonFact(fact=fact):
            column = acts.get(fact.path)
            return None if column is None else (column == acts.table.actor).fill_null(False)
        case nodes.Requester() | nodes.Actor():
            return ibis.literal(True)
        case nodes.AnyOf(of=of) | nodes.AllOf(of=of) | nodes.Some(of=of):
            return _either(means_actor(one, acts) for one in of)
        case nodes.Recusal(who=who, but=but, otherwise=None):
            meant, recused = means_actor(who, acts), means_actor(but, acts)
            return None if meant is None or recused is None else meant & ~recused
        case _:
            return None


def _either(several: Iterable[Any]) -> Any:
    found = None
    for one in several:
        if one is None:
            return None
        found = one if found is None else found | one
    return found


def _below(units: list[dict[str, Any]]) -> dict[str, set[str]]:
    children: dict[str, list[str]] = {}
    for unit in units:
        children.setdefault(unit["parent"], []).append(unit["id"])

    def all_below(unit: str) -> set[str]:
        return {unit, *(one for child in children.get(unit, ()) for one in all_below(child))}

    return {unit["id"]: all_below(unit["id"]) for unit in units}


def _local_day(moment: Any) -> Any:
    from keguan.controls.conditions.batch_days import local_day

    return local_day(moment, COMPANY_ZONE)
