"""What as-of tables join: attempts to events, linked records at their number, lines as they stood. Loads ibis."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis

from keguan.kernel.records.types import LineType, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import CAUSE, COMMON, LOOKED_AT, Declared, column_of
from keguan.mirror.shapes import is_open
from keguan.mirror.values import currency, text_at, typed

if TYPE_CHECKING:
    from keguan.mirror.opening import Mirror

NOTHING_NOTED = "{}"


def both(mirror: "Mirror", record_type: RecordType, texts: Sequence[str], moments: Any = None) -> Any:
    """Events and attempts of a type as one table; `turn` is 1 for attempts, `key` the record or the attempt itself.

    Moments that are no acts of anybody (`moments`) stand where attempts would.
    """
    parts = []
    if mirror.has(f"stream_{record_type.name}"):
        stream = mirror.table(f"stream_{record_type.name}")
        own = stream.role == record_type.name
        parts.append(_part(stream, texts, turn=0, imported=stream.imported, is_own=own, marks=stream.marks))
    if mirror.has(f"attempt_{record_type.name}"):
        parts.append(_part(mirror.table(f"attempt_{record_type.name}"), texts, turn=1))
    if moments is not None:
        made = _part(moments, texts, turn=1)
        parts.append(made.cast({name: parts[0][name].type() for name in made.columns}) if parts else made)
    if not parts:
        raise KeyError(record_type.name)
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _part(
    table: Any, texts: Sequence[str], *, turn: int, imported: Any = False, is_own: Any = True, marks: Any = None
) -> Any:
    columns = {name: table[name] if name in table.columns else _nothing(name) for name in (*COMMON, *texts)}
    return table.select(
        **columns,
        key=table.object if turn == 0 else ibis.coalesce(columns["object"], columns["event"]),
        turn=ibis.literal(turn, type="int8"),
        imported=imported if turn == 0 else ibis.literal(False),
        is_own=is_own if turn == 0 else ibis.literal(True),
        marks=marks if turn == 0 else ibis.null("string"),
        reasons=table.reasons if "reasons" in table.columns else ibis.null("string"),
    )


def _nothing(name: str) -> Any:
    return ibis.null("int64" if name == "seal" else "string")


def versions(mirror: "Mirror", record_type: RecordType, declared: Declared, facts: Sequence[str]) -> Any:
    """The records of a type after each of their events: `object`, `n`, `recorded_at` and `c_<fact>`."""
    table = mirror.table(f"stream_{record_type.name}")
    stream = ibis.window(group_by="object", order_by="n", preceding=None, following=0)
    known: dict[str, Any] = {}
    for name in facts:
        column = column_of(record_type, declared, name)
        if column is None or column[0] not in table.columns:
            continue
        text = table[column[0]].last().over(stream)
        known[f"c_{name}"] = typed(text, column[1])
        if column[1].name == "money":
            known[f"c_{name}__currency"] = currency(text)
    return table.select("object", "n", "recorded_at", **known)


def linked(
    mirror: "Mirror", found: Any, record_type: RecordType, declared: Declared, link: str, facts: Sequence[str]
) -> Any:
    """The acts with facts of the record that a fact or argument points to, as `k_<link>__<fact>`."""
    target = _target(record_type, declared, link)
    if target is None or not mirror.has(f"stream_{target.name}"):
        return found
    key = _link(found, link)
    if key is None:
        return found
    noted = text_at(found.seen, f"$.{link}[2]")
    found = found.mutate(link_id=key, link_n=noted.cast("int64"))
    is_looking = f"a_{LOOKED_AT}" in found.columns and f"a_{CAUSE}" in found.columns
    if is_looking:
        stream = mirror.table(f"stream_{target.name}")
        causes = stream.select(cause_event=stream.event, cause_of=stream.object, cause_n=stream.n)
        found = found.left_join(causes, [
            found[f"a_{LOOKED_AT}"] == link, found[f"a_{CAUSE}"] == causes.cause_event,
            found.link_id == causes.cause_of,
        ]).drop("cause_event", "cause_of")  # fmt: skip
        found = found.mutate(link_n=ibis.coalesce(found.cause_n, found.link_n))
    table = versions(mirror, target, declared, facts)
    names = [name for name in table.columns if name.startswith("c_")]
    by_number = table.select(
        link_id=table.object, link_n=table.n, **{f"k_{link}__{name[2:]}": table[name] for name in names}
    )
    exact = found.left_join(by_number, ["link_id", "link_n"]).drop("link_id_right", "link_n_right")
    latest = table.group_by("object", "recorded_at").agg(**{name: table[name].argmax(table.n) for name in names})
    latest = latest.select(
        link_id=latest.object, known_at=latest.recorded_at, **{f"z_{name[2:]}": latest[name] for name in names}
    )
    nearest = exact.asof_join(latest, on=exact.recorded_at >= latest.known_at, predicates="link_id")
    filled = {
        f"k_{link}__{name[2:]}": ibis.cases(
            (nearest.link_n.notnull(), nearest[f"k_{link}__{name[2:]}"]), else_=nearest[f"z_{name[2:]}"]
        )
        for name in names
    }
    dropped = [name for name in nearest.columns if name.startswith("z_")] + ["link_id", "link_n", "known_at"]
    if is_looking:
        filled[f"i_{link}"] = nearest.link_id
    dropped += [name for name in ("link_id_right",) if name in nearest.columns]
    made = nearest.mutate(**filled).drop(*dropped)
    return _before_causes(made, by_number, link, [name[2:] for name in names]) if is_looking else made


def _before_causes(made: Any, by_number: Any, link: str, names: Sequence[str]) -> Any:
    """The linked record's facts before what is looked at (`kb_…`); for other acts those of the act."""
    earlier = by_number.select(
        then_id=by_number.link_id, then_n=by_number.link_n,
        **{f"y_{name}": by_number[f"k_{link}__{name}"] for name in names},
    )  # fmt: skip
    joined = made.mutate(looked_id=made[f"i_{link}"], looked_n=made.cause_n - 1)
    joined = joined.left_join(earlier, [joined.looked_id == earlier.then_id, joined.looked_n == earlier.then_n])
    kept = {
        f"kb_{link}__{name}": ibis.cases(
            (joined.cause_n.notnull(), joined[f"y_{name}"]), else_=joined[f"k_{link}__{name}"]
        )
        for name in names
    }
    gone = ["then_id", "then_n", "looked_id", "looked_n", "cause_n", f"i_{link}", *(f"y_{name}" for name in names)]
    return joined.mutate(**kept).drop(*gone)


def _link(found: Any, link: str) -> Any:
    """The id that the link holds: as given, else the record's fact before the act."""
    given = found[f"a_{link}"] if f"a_{link}" in found.columns else None
    fact = found[f"b_{link}"] if f"b_{link}" in found.columns else None
    if given is None:
        return fact
    return given if fact is None else ibis.coalesce(given, fact)


def _target(record_type: RecordType, declared: Declared, link: str) -> RecordType | None:
    column = column_of(record_type, declared, link)
    kinds = [column[1]] if column else []
    kinds += [
        argument.kind
        for verb in vocabulary.verbs.values() if verb.on == record_type.name
        for argument in verb.arguments if argument.name == link
    ]  # fmt: skip
    names = [getattr(kind, "to", "") for kind in kinds]
    return next((vocabulary.types[name] for name in names if name in vocabulary.types), None)


def listed(
    mirror: "Mirror", found: Any, record_type: RecordType, declared: Declared, name: str,
    further: Sequence[tuple[str, str]] = (),
) -> Any:  # fmt: skip
    """The acts with the lines of a list as they stood before, as an array of structs `l_<name>`.

    `further` are facts of what the lines' references point to, as known at the act: fields `<reference>__<fact>`.
    NULL where the record was only being created; an empty array where it had no lines.
    """
    line_type = next((line for line in record_type.lines if line.name == name), None)
    if line_type is None:
        return found
    facts = {fact.name: fact.kind for fact in line_type.facts if is_open(fact)}
    fields: dict[str, Any] = {}
    table_name = f"line_{record_type.name}_{name}"
    beyond = _beyond(line_type, declared, further)
    shape = _struct({**facts, **beyond})
    # an empty list alone has no type that a view would keep
    nothing = ibis.literal([], type=f"array<{shape}>")
    empty = ibis.cases((found.n > 1 - found.turn, nothing), else_=ibis.null(f"array<{shape}>"))
    if not mirror.has(table_name):
        return found.mutate(**{f"l_{name}": empty})
    table = mirror.table(table_name)
    line = ibis.window(group_by="line", order_by="n", preceding=None, following=0)
    following = ibis.window(group_by="line", order_by="n")
    for fact, kind in facts.items():
        if f"f_{fact}" in table.columns:
            text = table[f"f_{fact}"].last().over(line)
            fields[fact] = typed(text, kind)
            if kind.name == "money":
                fields[f"{fact}_currency"] = currency(text)
        else:
            fields[fact] = ibis.null(type_of(kind))
            if kind.name == "money":
                fields[f"{fact}_currency"] = ibis.null("string")
    spans = table.mutate(**fields, until=table.n.lead().over(following))
    spans = spans.filter(spans.how != "remove")
    spans = spans.select(
        line_of="object", since="n", until="until", line="line",
        of=ibis.struct({key: spans[key] for key in fields}),
    )  # fmt: skip
    seen = found.select("event", "object", "recorded_at", last=found.n - 1 + found.turn)
    joined = seen.join(
        spans,
        [seen.object == spans.line_of, spans.since <= seen.last, spans.until.isnull() | (spans.until > seen.last)],
    )
    joined = _followed(mirror, joined, line_type, declared, further, beyond)
    arrays = joined.group_by("event", "object").agg(lines=joined["of"].collect(order_by=joined.line))
    with_lines = found.left_join(arrays, ["event", "object"]).drop("event_right", "object_right")
    return with_lines.mutate(**{f"l_{name}": ibis.coalesce(with_lines.lines, empty)}).drop("lines")


def _beyond(line_type: LineType, declared: Declared, further: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The kinds of what is read beyond references, by field."""
    found = {}
    for link, name in further:
        target = _pointed(line_type, link)
        column = column_of(target, declared, name) if target is not None else None
        if column is not None:
            found[f"{link}__{name}"] = column[1]
    return found


def _pointed(line_type: LineType, link: str) -> RecordType | None:
    return vocabulary.types.get(getattr(line_type.by_name[link].kind, "to", ""))


def _followed(
    mirror: "Mirror", joined: Any, line_type: LineType, declared: Declared, further: Sequence[tuple[str, str]],
    beyond: Mapping[str, Any],
) -> Any:  # fmt: skip
    """The lines of acts with the facts beyond their references in their structs."""
    if not beyond:
        return joined
    fields = {name: joined["of"][name] for name in joined["of"].type().names}
    table = joined.mutate(**{f"o_{name}": value for name, value in fields.items()})
    made: dict[str, str] = {name: f"o_{name}" for name in fields}
    for link in sorted({link for link, _ in further}):
        target = _pointed(line_type, link)
        names = [name for one, name in further if one == link and f"{link}__{name}" in beyond]
        if target is None or not names or not mirror.has(f"stream_{target.name}") or f"o_{link}" not in table.columns:
            continue
        known = versions(mirror, target, declared, names)
        columns = [name for name in known.columns if name.startswith("c_")]
        latest = known.group_by("object", "recorded_at").agg(**{one: known[one].argmax(known.n) for one in columns})
        kept = {f"z_{link}__{one[2:]}": latest[one] for one in columns}
        latest = latest.select(**{f"o_{link}": latest.object, f"at_{link}": latest.recorded_at, **kept})
        table = table.asof_join(latest, on=table.recorded_at >= latest[f"at_{link}"], predicates=f"o_{link}")
        made |= {one.removeprefix("z_").replace("__currency", "_currency"): one for one in kept}
    for field, kind in beyond.items():
        if field not in made:
            table = table.mutate(**{f"z_{field}": ibis.null(type_of(kind))})
            made[field] = f"z_{field}"
            if kind.name == "money":
                table = table.mutate(**{f"z_{field}_currency": ibis.null("string")})
                made[f"{field}_currency"] = f"z_{field}_currency"
    return table.mutate(of=ibis.struct({name: table[column] for name, column in made.items()}))


def _struct(facts: dict[str, Any]) -> str:
    parts = []
    for name, kind in facts.items():
        parts.append(f"{name}: {type_of(kind)}")
        if kind.name == "money":
            parts.append(f"{name}_currency: string")
    return f"struct<{', '.join(parts)}>"


def type_of(kind: Any) -> str:
    """The type of a column that holds values of a kind."""
    places = getattr(kind, "places", 4)
    return {
        "integer": "int64", "number": f"decimal(38, {places})", "money": f"decimal(38, {places})", "date": "date",
        "moment": "timestamp('UTC')", "boolean": "boolean", "list": "array<string>",
    }.get(kind.name, "string")  # fmt: skip
