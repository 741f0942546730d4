"""Whom people expressions mean at each act: whether whoever acted is among them, and everybody who is."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.beside import put_beside, row_of
from keguan.controls.engines.approval import ApprovalControl, StepOf
from keguan.controls.people import People, references
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.mirror import Mirror

Meant = dict[str, str]
Asking = tuple[ApprovalControl, Rulebook]
Finding = tuple[People, frozenset[str], Rulebook, bool]


def step_key(control: ApprovalControl, step: StepOf) -> str:
    """What makes two steps ask the same."""
    return repr((step.by.people, step.but.people if step.but else None, sorted(control.verbs)))


def with_meant(
    mirror: "Mirror", table: Any, record_type: RecordType, wanted: Wanted, several: Iterable[Asking], name: str
) -> tuple[Any, Meant]:
    """The acts with a column for each step of an authority: whether it means whoever acted; and the columns by step.

    A step whose people read a fact that the mirror does not hold has no column.
    """
    found: Meant = {}
    kept: dict[str, Any] = {}
    if not mirror.has("holders"):
        return table, found
    for control, book in several:
        if control.how != "authority":
            continue
        for row in control.table.rows:
            for step in row.outputs["by"]:
                key = step_key(control, step)
                if key in found:
                    continue
                column = f"m_{len(found)}"
                who = _who(mirror, table, record_type, wanted, control, book, step)
                if who is None:
                    continue
                who = who.rename({row_of(column): "row", column: "means"})
                kept[column] = mirror.backend.create_table(f"{name}_{column}", who, overwrite=True)
                found[key] = column
    told = put_beside(table, kept)
    return told.mutate(**{column: told[column].fill_null(False) for column in kept}) if kept else told, found


def _who(
    mirror: "Mirror", table: Any, record_type: RecordType, wanted: Wanted, control: ApprovalControl, book: Rulebook,
    step: StepOf,
) -> Any:  # fmt: skip
    """The acts whose actor the step means, as (row, means)."""
    import ibis

    from keguan.controls.batch.acts import Acts

    acts = Acts(table, record_type, book, wanted)
    chosen = table.verb.isin(sorted(control.verbs)) & table.actor.notnull()
    verb = next(iter(control.verbs)) if len(control.verbs) == 1 else None
    meant = meant_by(mirror, acts, chosen, step.by.people, step.but.people if step.but else None, verb)
    if meant is None:
        return None
    actors = table.select(row="event", actor="actor")
    own = meant.join(actors, "row")
    return own.filter(own.person == own.actor).select("row").distinct().mutate(means=ibis.literal(True))


def meant_by(
    mirror: "Mirror", acts: "Acts", chosen: Any, people: People, but: People | None = None, verb: str | None = None,
    each: tuple[str, ...] | None = None,
) -> Any:  # fmt: skip
    """Whom the expression means at each of the chosen acts, as (row, person); None where it reads a fact that the
    mirror does not hold, or who holds which post is not known.

    `each` names a list: every member of it is a question of its own, its row the act and the member (`<act>|<member>`).
    """
    import ibis

    from keguan.controls.people.batch import people_of

    if not mirror.has("holders"):
        return None
    paths = references(people).facts | (references(but).facts if but is not None else frozenset())
    facts = {".".join(path): acts.get(path) for path in paths}
    if any(column is None for column in facts.values()):
        return None
    table = acts.table
    questions = table.filter(chosen).select(
        "object", "actor", "verb", row=table.event, at=table.recorded_at, known=table.recorded_at,
        requester=table.actor, **facts,
    )  # fmt: skip
    if each is not None:
        listed = ".".join(each)
        questions = questions.filter(questions[listed].length() > 0).mutate(member=questions[listed].unnest())
        own = {listed: ibis.array([questions.member]), "row": questions.row.concat("|").concat(questions.member)}
        questions = questions.mutate(**own).drop("member")
    return people_of(people, questions, mirror.table("holders"), _did(mirror, acts), but=but, verb=verb)


def _did(mirror: "Mirror", acts: "Acts") -> Any:
    """Who did what on records of the type; nobody anything where all was refused so far."""
    name = f"stream_{acts.type.name}"
    columns = ("object", "verb", "event", "actor", "on_behalf_of", "recorded_at")
    if mirror.has(name):
        return mirror.table(name).select(*columns)
    import ibis

    nobody = acts.table.filter(ibis.literal(False))
    return nobody.mutate(on_behalf_of=ibis.null("string")).select(*columns)


def with_people(
    mirror: "Mirror", table: Any, record_type: RecordType, wanted: Wanted, several: Iterable[Finding], name: str
) -> tuple[Any, Meant]:
    """The acts with a column for each expression: an array of those whom it means; and the columns by key."""
    from keguan.controls.batch.acts import Acts

    found: Meant = {}
    kept: dict[str, Any] = {}
    asked: dict[str, tuple[People, set[str], Rulebook, bool]] = {}
    for people, verbs, book, is_after in several:
        asked.setdefault(people_key(people, is_after=is_after), (people, set(), book, is_after))[1].update(verbs)
    for key, (people, those, book, is_after) in asked.items():
        acts = Acts(table, record_type, book, wanted, is_after=is_after)
        meant = meant_by(mirror, acts, table.verb.isin(sorted(those)), people)
        if meant is None:
            continue
        found[key] = column = f"s_{len(found)}"
        kept[column] = everybody(mirror, meant, column, name)
    return with_everybody(table, kept), found


def everybody(mirror: "Mirror", meant: Any, column: str, name: str) -> Any:
    """A table of those whom an expression means (as `meant_by` gives them) at each act: an array in `column`."""
    rows = meant.group_by(**{row_of(column): meant.row}).agg(**{column: meant.person.collect(order_by=meant.person)})
    return mirror.backend.create_table(f"{name}_{column}", rows, overwrite=True)


def with_everybody(table: Any, kept: Mapping[str, Any]) -> Any:
    """The acts with these columns; an empty array where nobody is meant."""
    import ibis

    told, nobody = put_beside(table, kept), ibis.literal([], type="array<string>")
    return told.mutate(**{column: ibis.coalesce(told[column], nobody) for column in kept}) if kept else told


def people_key(people: People, *, is_after: bool) -> str:
    """What makes two expressions mean the same people at an act."""
    return repr((people, is_after))
