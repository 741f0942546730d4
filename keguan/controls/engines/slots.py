"""Single consents and signatures of one item: each from one of some people, all from different ones. Asks no database.

`expand` makes one of each member where an expression means every member of a list; `unmet` says which are not given.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from keguan.controls.people import Each, People, Recusal
from keguan.controls.scene import Scene


def expand(people: People, scene: Scene) -> list[tuple[People, Scene]]:
    """The expression once for each member of the list that it means; alone where it means no list."""
    inner = people.who if isinstance(people, Recusal) else people
    if not isinstance(inner, Each):
        return [(people, scene)]
    members = scene.get(inner.facts.path) or ()
    return [(people, _with(scene, inner.facts.path, [member])) for member in members]


def _with(scene: Scene, path: tuple[str, ...], value: object) -> Scene:
    """The scene in which the fact at the path has this value."""
    if len(path) == 1:
        return replace(scene, args={**scene.args, path[0]: value})
    head, tail = path[0], path[-1]
    if head == scene.type.name:
        return replace(scene, record={**scene.record, tail: value})
    return replace(scene, links={**scene.links, head: {**scene.links.get(head, {}), tail: value}})


def unmet(slots: Sequence[Sequence[UUID]], given: Sequence[UUID], *, in_order: bool) -> list[int]:
    """Places of the slots that nobody filled; each person fills one. `given` are those who gave, oldest first.

    In order, a slot is filled by somebody who gave after whoever filled the one before.
    """
    if in_order:
        place, used = 0, set[UUID]()
        for n, slot in enumerate(slots):
            found = next((i for i in range(place, len(given)) if given[i] in slot and given[i] not in used), None)
            if found is None:
                return list(range(n, len(slots)))
            place = found + 1
            used.add(given[found])
        return []
    filled: dict[UUID, int] = {}
    return [n for n in range(len(slots)) if not _fill(n, slots, dict.fromkeys(given), filled, set())]


def _fill(
    n: int, slots: Sequence[Sequence[UUID]], given: dict[UUID, None], filled: dict[UUID, int], tried: set[UUID]
) -> bool:
    """Find somebody for a slot, moving others to slots that they could fill as well."""
    for person in given:
        if person in slots[n] and person not in tried:
            tried.add(person)
            if person not in filled or _fill(filled[person], slots, given, filled, tried):
                filled[person] = n
                return True
    return False
