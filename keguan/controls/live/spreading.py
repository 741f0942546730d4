"""A reaction over a population: which records it is about, and the set command that follows. Reads only."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.conditions import Condition, ConditionFault, PlainScope, Scope
from keguan.controls.conditions.scope import NestedScope
from keguan.controls.engines.guard import needs_of
from keguan.controls.engines.reaction import Effect, ReactionControl
from keguan.controls.engines.reaction_verbs import spreader
from keguan.controls.live import deeds
from keguan.controls.live.made import Made
from keguan.controls.live.reacting import arguments, follow_up
from keguan.controls.lookup import RecordLookup
from keguan.controls.scene import Scene
from keguan.controls.scopes import model_of
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.store import load
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import rulebook

CHUNK = 1000


def spread(work: Work, items: Sequence[Item]) -> None:
    """For each record that set a reaction off, let the verb follow for each of the population, as one set command."""
    for item in items:
        book = rulebook(item["rulebook"])
        control = book.by_key.get(item["control"])
        if not isinstance(control, ReactionControl) or control.effect is None or control.effect.each is None:
            continue
        effect, each = control.effect, control.effect.each
        if each.type is None:
            continue
        outer = _outer(effect, item["outside"] or {})
        people = {key: [UUID(one) for one in some] for key, some in (item["people"] or {}).items()}
        wanted = [int(i) for i in (item["rows"] or "").split(",") if i]
        for scene in population(Rows(), book, each.type, each.condition, item.happened_at, outer):
            scope = NestedScope(scene, outer)
            target = None if effect.target.how == "create" else scene.id
            for i in wanted:
                row = effect.rows[i]
                for person in (None,) if row.by is None else people.get(str(i), ()):
                    args = arguments(effect, row, scope, person)
                    work.follow_up(item, follow_up(
                        control, i, target, args, scene, None, tuple(people.get("by", ())), together=True,
                        cause=work.ctx.caused_by,
                    ))  # fmt: skip


spreader[:] = [spread]


def _outer(effect: Effect, values: Mapping[str, Any]) -> Scope:
    facts = {}
    for name in effect.outside():
        raw = values.get(".".join(name.path[1:]))
        facts[name.path[1:]] = None if raw is None else name.kind.from_json(raw)
    return PlainScope(facts)


def population(
    rows: Rows, book: Rulebook, kind: RecordType, condition: Condition, at: dt.datetime, outer: Scope | None = None
) -> Iterator[Scene]:
    """The records of a type for which a condition is true, loaded in chunks; a condition that lists can ask is asked
    of the database, another record by record."""
    day = at.astimezone(COMPANY_ZONE).date()
    lookup = RecordLookup(kind, facts_of(book), vocabulary.types, model_of, day, book.parameters, outer=outer,
                          at=at)  # fmt: skip
    is_asked, ids = False, _every(rows, kind)
    try:
        model: Any = model_of(kind.table)
        condition.check_filter(lookup=lookup)
        ids = list(model.objects.filter(condition.q(lookup)).order_by("pk").values_list("pk", flat=True))
        is_asked = True
    except (LookupError, ConditionFault):
        pass  # no model, or a condition that looks at lines or acts: every record is read
    made = Made(rows, book)
    for place in range(0, len(ids), CHUNK):
        found = load(rows, kind, ids[place : place + CHUNK])
        scenes = [
            made.watch(Scene(kind, key, at, record=record.values, parameters=book.parameters, declared=book.declared,
                             made=made))
            for key, record in sorted(found.items())
        ]  # fmt: skip
        if not is_asked:
            deeds.put(rows, scenes, needs_of(condition, kind.name))
        for scene in scenes:
            if is_asked or condition.test(NestedScope(scene, outer) if outer is not None else scene):
                yield scene


def _every(rows: Rows, kind: RecordType) -> list[UUID]:
    return [row["id"] for row in rows.select(f"select id from {kind.table} order by id")]  # noqa: S608 – declared name


def facts_of(book: Rulebook) -> Any:
    """Facts of a record type with those that packs declare, as lookups ask for them."""

    def of(name: str) -> Mapping[str, Fact]:
        known = vocabulary.types.get(name)
        return {**(known.by_name if known else {}), **book.declared.get(name, {})}

    return of
