"""Whether whoever acted was among those whom an approval's step means: people expressions over all acts at once."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from keguan.controls.engines.approval import ApprovalControl, StepOf
from keguan.controls.people import references
from keguan.kernel.records.types import RecordType
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

Meant = dict[str, str]
Asking = tuple[ApprovalControl, Rulebook]


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
                kept = mirror.backend.create_table(f"{name}_{column}", who, overwrite=True)
                table = table.left_join(kept, [table.event == kept.row]).drop("row")
                table = table.mutate(**{column: table.means.fill_null(False)}).drop("means")
                found[key] = column
    return table, found


def _who(
    mirror: "Mirror", table: Any, record_type: RecordType, wanted: Wanted, control: ApprovalControl, book: Rulebook,
    step: StepOf,
) -> Any:  # fmt: skip
    """The acts whose actor the step means, as (row, means)."""
    import ibis

    from keguan.controls.batch.acts import Acts
    from keguan.controls.people.batch import people_of

    acts = Acts(table, record_type, book, wanted)
    paths = _paths([step])
    facts = {".".join(path): acts.get(path) for path in paths}
    if any(column is None for column in facts.values()):
        return None
    asked = table.filter(table.verb.isin(sorted(control.verbs)) & table.actor.notnull())
    questions = table.select(
        "object", "actor", "verb", row=table.event, at=table.recorded_at, known=table.recorded_at,
        requester=table.actor, **facts,
    )  # fmt: skip
    questions = questions.semi_join(asked, [questions.row == asked.event])
    stream = mirror.table(f"stream_{record_type.name}")
    did = stream.select("object", "verb", "event", "actor", "on_behalf_of", "recorded_at")
    verb = next(iter(control.verbs)) if len(control.verbs) == 1 else None
    but = step.but.people if step.but else None
    meant = people_of(step.by.people, questions, mirror.table("holders"), did, but=but, verb=verb)
    own = meant.join(questions.select("row", "actor"), "row")
    return own.filter(own.person == own.actor).select("row").distinct().mutate(means=ibis.literal(True))


def _paths(steps: Sequence[StepOf]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for step in steps:
        found |= references(step.by.people).facts
        if step.but is not None:
            found |= references(step.but.people).facts
    return found
