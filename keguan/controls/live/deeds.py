"""Acts that were done on records before: looked up for whole lists and put into scenes. Reads only."""

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.engines.guard import Needs
from keguan.controls.scene import Deed, Scene
from keguan.kernel.commands.rows import Rows

ACTS = """
    select o.object, o.verb, (array_agg(e.actor order by o.event desc))[1] as actor
    from kernel_event_object o join kernel_event e on e.id = o.event
    where o.object = any(%(objects)s) and o.verb = any(%(verbs)s) and o.event <> all(%(but)s)
        and e.recorded_at <= %(upto)s
    group by o.object, o.verb
"""
DEEDS = """
    select o.object, o.verb, o.event, e.actor, e.happened_at, e.recorded_at, e.envelope
    from kernel_event_object o join kernel_event e on e.id = o.event
    where o.object = any(%(objects)s) and o.verb = any(%(verbs)s) and o.event <> all(%(but)s)
        and e.recorded_at <= %(upto)s
    order by o.event
"""
# whoever acted, with the posts he held then and those of whoever had delegated everything to him, as was known then
ROLES = """
    select k.place, array_agg(distinct s.role order by s.role) as roles
    from unnest(%(people)s::uuid[], %(moments)s::timestamptz[]) with ordinality k (person, at, place)
    join org_holder_span s on s.person = k.person and s.valid @> k.at and s.known_from <= k.at
        and (s.known_to is null or s.known_to > k.at)
    where s.unit = s.subject and left(s.role, 1) <> '@' and (s.holder = s.person or s.verbs is null)
    group by k.place
"""
EVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def put(
    rows: Rows, scenes: Collection[Scene], needs: Needs, but: Collection[UUID] = (), upto: dt.datetime = EVER
) -> None:
    """Let the scenes know what was done on their records, as far as `needs` asks. One statement for verbs that were
    ever done, one for acts looked at one by one, one for the posts of those who did them.

    Acts of the events in `but`, and those recorded after `upto`, are left out.
    """
    objects = [scene.id for scene in scenes]
    done = acts(rows, objects, needs.acts, but, upto)
    looked_at = deeds(rows, objects, needs.deeds, but, upto, with_roles=needs.doers)
    for scene in scenes:
        scene.acts, scene.deeds = done.get(scene.id, {}), looked_at.get(scene.id, {})


def acts(
    rows: Rows, objects: Collection[UUID], verbs: Collection[str], but: Collection[UUID] = (),
    upto: dt.datetime = EVER,
) -> dict[UUID, dict[str, UUID | None]]:  # fmt: skip
    """By object, which of the verbs were done on it, and who did each last. One statement; none without verbs."""
    found: dict[UUID, dict[str, UUID | None]] = {key: {} for key in objects}
    for row in _select(rows, ACTS, objects, verbs, but, upto):
        found[row["object"]][row["verb"]] = row["actor"]
    return found


def deeds(
    rows: Rows, objects: Collection[UUID], verbs: Collection[str], but: Collection[UUID] = (),
    upto: dt.datetime = EVER, *, with_roles: bool = False,
) -> dict[UUID, dict[str, list[Deed]]]:  # fmt: skip
    """By object and verb, every act with its public arguments, oldest first. One statement; none without verbs."""
    found: dict[UUID, dict[str, list[Deed]]] = {key: {} for key in objects}
    known = _select(rows, DEEDS, objects, verbs, but, upto)
    roles = _roles(rows, known) if with_roles and known else {}
    for place, row in enumerate(known, 1):
        args = json.loads(row["envelope"]).get("args", {})
        deed = Deed(row["verb"], row["actor"], row["happened_at"], args, row["event"], roles.get(place, ()))
        found[row["object"]].setdefault(row["verb"], []).append(deed)
    return found


def _select(
    rows: Rows, query: str, objects: Collection[UUID], verbs: Collection[str], but: Collection[UUID],
    upto: dt.datetime,
) -> Sequence[Mapping[str, Any]]:  # fmt: skip
    if not objects or not verbs:
        return ()
    given = {"objects": list(objects), "verbs": sorted(verbs), "but": list(but), "upto": upto}
    return rows.select(query, given)


def _roles(rows: Rows, known: Sequence[Mapping[str, Any]]) -> dict[int, tuple[str, ...]]:
    people, moments = [row["actor"] for row in known], [row["recorded_at"] for row in known]
    found = rows.select(ROLES, {"people": people, "moments": moments})
    return {row["place"]: tuple(row["roles"]) for row in found}
