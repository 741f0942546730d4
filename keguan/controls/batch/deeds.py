"""What conditions ask of people and of acts done before, joined to an as-of table: as the live scenes know them.

Acts stand as an array of structs (`deeds`, see `conditions.Columns.past_acts`); the posts of a person whom a fact holds
in columns of their own. Both look at the directory as it was known when it was recorded.
"""

from itertools import product
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.people import standings_of
from keguan.controls.scene import NO_ROLE, NOBODY
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

COLUMN = "deeds"


def person_column(path: tuple[str, ...], what: str, *, is_after: bool, is_given: bool) -> str:
    """The column of what the directory knows of the person at a path."""
    given = "" if is_given or len(path) > 1 else "n"
    return f"w{'c' if is_after else 'b'}{given}_{'__'.join(path)}__{what}"


def with_known(mirror: "Mirror", table: Any, record_type: RecordType, wanted: Wanted, name: str) -> Any:
    """The acts with the earlier ones that are asked for, and with the posts of the persons that facts hold."""
    if not wanted.deeds and not wanted.persons:
        return table
    spans = _spans(mirror, table, f"{name}_standings")
    if wanted.deeds:
        table = _with_deeds(mirror, table, record_type, wanted, spans)
    for path in sorted(wanted.persons):
        table = _with_person(table, record_type, wanted, spans, path)
    return table


def _spans(mirror: "Mirror", table: Any, name: str) -> Any:
    import ibis

    moment = table.recorded_at.type()
    rows = [
        {"person": row["person"], "since": row["since"], "until": row["until"], "own": row["actor_own"],
         "acting": row["actor_role"], "units": row["actor_unit"]}
        for row in standings_of(mirror)
    ]  # fmt: skip
    lists = dict.fromkeys(("own", "acting", "units"), "array<string>")
    made = ibis.memtable(rows, schema={"person": "string", "since": moment, "until": moment, **lists})
    return mirror.backend.create_table(name, made, overwrite=True)


def _with_deeds(mirror: "Mirror", table: Any, record_type: RecordType, wanted: Wanted, spans: Any) -> Any:
    import ibis

    from keguan.mirror.values import currency, typed

    if mirror.has(f"stream_{record_type.name}"):
        stream = mirror.table(f"stream_{record_type.name}")
        done = stream.filter((stream.role == record_type.name) & stream.verb.isin(sorted(wanted.deeds)))
    else:
        done = mirror.table(f"attempt_{record_type.name}").filter(ibis.literal(False))
    done = done.left_join(
        spans, [done.actor == spans.person, done.recorded_at >= spans.since, done.recorded_at < spans.until]
    )
    roles = ibis.cases((done.acting.length() > 0, done.acting), else_=ibis.literal([NO_ROLE], type="array<string>"))
    fields: dict[str, Any] = {
        "verb": done.verb, "n": done.n, "by": ibis.coalesce(done.actor, ibis.literal(str(NOBODY))), "role": roles,
        "at": done.happened_at, "happened_on": done.happened_on,
    }  # fmt: skip
    kinds = {
        argument.name: argument.kind
        for verb in sorted(wanted.deeds) if verb in vocabulary.verbs
        for argument in vocabulary.verbs[verb].arguments
    }  # fmt: skip
    for name, kind in kinds.items():
        column = f"a_{name}"
        text = done[column] if column in done.columns else ibis.null("string")
        fields[column], fields[f"g_{name}"] = typed(text, kind), text.notnull()
        if kind.name == "money":
            fields[f"{column}_currency"] = currency(text)
    acts = done.select(done_on="object", done_n="n", deed=ibis.struct(fields))
    asking = table.select("event", "object", last=table.n - 1 + table.turn)
    joined = asking.join(acts, [asking.object == acts.done_on, acts.done_n <= asking.last])
    found = joined.group_by("event", "object").agg(**{COLUMN: joined.deed.collect(order_by=joined.done_n)})
    with_acts = table.left_join(found, ["event", "object"]).drop("event_right", "object_right")
    nothing = ibis.literal([], type=found[COLUMN].type())
    return with_acts.mutate(**{COLUMN: ibis.coalesce(with_acts[COLUMN], nothing)})


def _with_person(table: Any, record_type: RecordType, wanted: Wanted, spans: Any, path: tuple[str, ...]) -> Any:
    from keguan.controls.batch.acts import Acts

    for is_after, is_given in product((False, True), (True, False) if len(path) == 1 else (True,)):
        acts = Acts(table, record_type, Rulebook(0, ""), wanted, is_after=is_after, is_given=is_given)
        person = acts.get(path)
        if person is None:
            continue
        asked = table.mutate(asked_person=person)
        joined = asked.left_join(spans, [
            asked.asked_person == spans.person, asked.recorded_at >= spans.since, asked.recorded_at < spans.until
        ])  # fmt: skip
        kept = {
            person_column(path, what, is_after=is_after, is_given=is_given): joined[column]
            for what, column in (("role", "own"), ("unit", "units"))
        }
        table = joined.mutate(**kept).drop("asked_person", "person", "since", "until", "own", "acting", "units")
    return table
