"""Who an actor was when he acted, as was known then: posts and what was delegated to him; whether he is meant.

Read from the directory's spans, of which the mirror keeps a picture: ids, codes and moments, nothing personal.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.trees import Trees
from keguan.controls.people import nodes
from keguan.mirror.pictures import picture
from keguan.org.spans import SELF
from keguan.org.spans.reading import EXPORT

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.mirror import Mirror

UNITS = "select id::text as id, parent::text as parent, name from org_unit order by id"
ALWAYS = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
FOREVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
LISTS = ("actor_role", "actor_own", "actor_unit", "actor_below")
LENT = "array<struct<person: string, verbs: array<string>, roles: array<string>, units: array<string>, "
LENT += "below: array<string>>>"


def register() -> None:
    """Have the mirror keep who answers for what, and the tree of units."""
    picture("holders", EXPORT)
    picture("units", UNITS)


def with_actors(mirror: "Mirror", acts: Any, name: str, *, who: str = "actor", part: str = "actor") -> Any:
    """The acts with who their actor was at the moment of recording, as was known then.

    `actor_own` are his roles, `actor_role` these with those of everybody who had delegated everything to him,
    `actor_unit` and `actor_below` his units, these with all below, `actor_home` the one where what he does counts;
    `actor_lent` what was delegated to him; `actor_gone`: he had left, or his last post had ended and he stood in for
    nobody. The machinery has none of them.
    `who` names the column of another person than the actor, `part` what then stands before `_own` and the others.
    """
    import ibis

    moment = acts.recorded_at.type()
    rows = ibis.memtable(standings_of(mirror), schema={
        "person": "string", "since": moment, "until": moment, **dict.fromkeys(LISTS, "array<string>"),
        "actor_home": "string", "actor_lent": LENT, "actor_gone": "boolean",
    })  # fmt: skip
    rows = rows.rename({f"s_{one}": one for one in rows.columns})
    spans = mirror.backend.create_table(name, rows, overwrite=True)
    person = acts[who]
    joined = acts.left_join(
        spans, [person == spans.s_person, acts.recorded_at >= spans.s_since, acts.recorded_at < spans.s_until]
    )
    lists = {one.replace("actor", part): _or_none(joined[f"s_{one}"], joined[who]) for one in (*LISTS, "actor_lent")}
    lists[f"{part}_gone"] = joined.s_actor_gone.fill_null(False)
    lists[f"{part}_home"] = joined.s_actor_home
    return joined.mutate(**lists).drop(*spans.columns)


def standings_of(mirror: "Mirror") -> list[dict[str, Any]]:
    """For each person the stretches in which what he is, and what is delegated to him, stay the same.

    A row of the directory counts from when it is both true and known until it is neither any more.
    """
    rows = mirror.table("holders").to_pyarrow().to_pylist() if mirror.has("holders") else []
    trees = Trees(mirror)
    mine: dict[str, list[_Row]] = {}
    for row in rows:
        if row["role"] == SELF or (row["unit"] == row["subject"] and not row["role"].startswith("@")):
            since = max(row["valid_from"] or ALWAYS, row["known_from"])
            until = min(row["valid_to"] or FOREVER, row["known_to"] or FOREVER)
            mine.setdefault(row["person"], []).append((since, until, row))
    found: list[dict[str, Any]] = []
    for person, held in mine.items():
        posts = [since for since, _, row in held if row["role"] != SELF and row["holder"] == person]
        edges = {edge for since, until, _ in held if since < until for edge in (since, until)}
        edges |= {edge for edge in trees.moments if edges and edge > min(edges)}
        last: dict[str, Any] = {}
        for since, until in pairwise(sorted(edges | {FOREVER})):
            now = [row for start, end, row in held if start <= since and until <= end]
            had_post = any(start <= since for start in posts)
            standing = _standing(person, now, trees.below(since), had_post)
            if last and last["until"] == since and standing == {name: last[name] for name in standing}:
                last["until"] = until
                continue
            last = {"person": person, "since": since, "until": until, **standing}
            found.append(last)
    return found


_Row = tuple[dt.datetime, dt.datetime, dict[str, Any]]


def _standing(
    person: str, rows: Iterable[dict[str, Any]], below: Mapping[str, Collection[str]], had_post: bool
) -> dict[str, Any]:
    """What the rows that hold at once make of a person."""
    here = list(rows)
    own = [row for row in here if row["holder"] == person and row["role"] != SELF]
    lent: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    mine = _posts(own, below)
    roles = set(mine["roles"])
    for row in here:
        if row["holder"] != person:
            lent.setdefault((row["holder"], row["verbs"]), []).append(row)
    given: list[dict[str, Any]] = []
    for (holder, verbs), some in lent.items():
        his = _posts(some, below)
        given.append({"person": holder, "verbs": None if verbs is None else verbs.split(" "), **his})
        if verbs is None:
            roles.update(his["roles"])
    works_here = any(row["role"] == SELF and row["holder"] == person for row in here)
    return {
        "actor_own": mine["roles"],
        "actor_role": sorted(roles),
        "actor_unit": mine["units"], "actor_below": mine["below"], "actor_home": _home(own), "actor_lent": given,
        "actor_gone": not works_here or (had_post and not own and not given),
    }  # fmt: skip


def _home(own: Iterable[dict[str, Any]]) -> str | None:
    """The unit of the post that was taken up first (`directory.Profile.unit`)."""
    posts = sorted(own, key=lambda row: (row["since"] is not None, row["since"] or dt.date.min, row["holding"] or ""))
    return posts[0]["subject"] if posts else None


def _posts(rows: Iterable[dict[str, Any]], below: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    posts = [row for row in rows if row["role"] != SELF]
    units = sorted({row["subject"] for row in posts})
    return {
        "roles": sorted({row["role"] for row in posts}), "units": units,
        "below": sorted({one for unit in units for one in below.get(unit, {unit})}),
    }  # fmt: skip


def _or_none(column: Any, actor: Any) -> Any:
    """The list; an empty one where nothing is known of the actor; nothing for the machinery."""
    import ibis

    return ibis.cases((actor.notnull(), ibis.coalesce(column, ibis.literal([], type=column.type()))))


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
