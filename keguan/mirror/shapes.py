"""The tables of the mirror: their columns, and the SELECT that gives their rows for a range of seals.

Columns are portable: ids are text, times are UTC, JSON never stands in a column but as the text of one scalar or list.
A stream has one row for each record that an event touched: `f_<fact>` is the JSON text of what the fact became ('null':
emptied; nothing: unchanged), `a_<argument>` that of what was given.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from psycopg import sql

from keguan.kernel.journal.write import is_private
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import Vocabulary

# Entries of the seals above A up to B; the key's own order is that of time, so both ends prune partitions.
SEALED = """
    with sealed as materialized (
        select s.number as seal, encode(substr(s.entries, 48 * i + 1, 16), 'hex')::uuid as id
        from kernel_seal s cross join generate_series(0, length(s.entries) / 48 - 1) i
        where s.number > {after} and s.number <= {upto}
    )
"""
STREAM = """
    select s.seal, o.event::text as event, o.object::text as object, o.n, o.role, o.verb, e.actor::text as actor,
        e.on_behalf_of::text as on_behalf_of, e.happened_at, e.recorded_at, {day} as happened_on, e.rulebook, e.channel,
        e.batch::text as batch, e.caused_by::text as caused_by, j ? 'imported' as imported,
        (j -> 'controls')::text as controls, (j -> 'read')::text as read, (j -> 'seen')::text as seen,
        (j -> 'marks')::text as marks{columns}
    from sealed s
    join kernel_event_object o on o.event = s.id and o.touched and o.type = {type}
    join kernel_event e on e.id = o.event and e.id between {first} and {last}
    cross join lateral (select e.envelope::jsonb as j offset 0) x
    cross join lateral (
        select j -> 'changes' -> (o.object::text) as c, case when o.role = {type} then j -> 'args' end as a offset 0
    ) y
"""
# What the envelope says of corrections, voids and other acts on the journal itself, and of which clock it speaks.
MARKS = ("approval", "balances", "corrects", "voids", "undoes", "override", "erased", "clock")
ATTEMPT = """
    select s.seal, t.id::text as event, t.object::text as object, (j ->> 'n')::bigint as n, t.verb,
        t.actor::text as actor, t.happened_at, t.recorded_at, {day} as happened_on, t.rulebook, t.channel,
        t.batch::text as batch, (j -> 'reasons')::text as reasons, (j -> 'controls')::text as controls,
        (j -> 'read')::text as read, (j -> 'seen')::text as seen{columns}
    from sealed s
    join kernel_attempt t on t.id = s.id and t.type = {type} and t.id between {first} and {last}
    cross join lateral (select t.envelope::jsonb as j offset 0) x
    cross join lateral (select j -> 'args' as a offset 0) y
"""
LINE = """
    select s.seal, o.event::text as event, o.object::text as object, o.n, e.happened_at, e.recorded_at,
        (line ->> 0) as how, (line ->> 1) as line, place{columns}
    from sealed s
    join kernel_event_object o on o.event = s.id and o.touched and o.type = {type} and o.role = {type}
    join kernel_event e on e.id = o.event and e.id between {first} and {last}
    cross join lateral (select e.envelope::jsonb -> 'lines' -> {list} as lines offset 0) x
    cross join lateral jsonb_array_elements(lines) with ordinality as l (line, place)
    cross join lateral (select line -> 2 as c offset 0) y
"""
NAMED = """
    select s.seal, o.event::text as event, o.object::text as object, o.type, o.role, o.verb
    from sealed s join kernel_event_object o on o.event = s.id and not o.touched
"""
FOUND = """
    select 'stream' as what, o.type, count(*) as rows from sealed s
        join kernel_event_object o on o.event = s.id and o.touched group by o.type
    union all select 'named', '', count(*) from sealed s
        join kernel_event_object o on o.event = s.id and not o.touched having count(*) > 0
    union all select 'attempt', t.type, count(*) from sealed s join kernel_attempt t on t.id = s.id group by t.type
"""
RULEBOOKS = "select number, valid_from, hash, body::text as body from kernel_rulebook order by number"


@dataclass(frozen=True, slots=True)
class Range:
    """Seals above `after` up to `upto`, and the first and last key of their entries."""

    after: int
    upto: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A table of the mirror: its name, and the SELECT for a range."""

    name: str
    query: str
    columns: tuple[sql.Composable, ...] = ()
    values: tuple[tuple[str, str], ...] = ()

    def select(self, span: Range) -> str:
        """The statement that gives its rows for the range, in the order of the streams."""
        moment = "t.happened_at" if "kernel_attempt t" in self.query else "e.happened_at"
        day = f"({moment} at time zone '{COMPANY_ZONE.key}')::date"
        given = {
            "after": sql.Literal(span.after),
            "upto": sql.Literal(span.upto),
            "first": sql.Literal(span.first) + sql.SQL("::uuid"),
            "last": sql.Literal(span.last) + sql.SQL("::uuid"),
            "day": sql.SQL(day),
            "columns": sql.SQL("").join(sql.SQL(",\n        ") + column for column in self.columns),
            **{name: sql.Literal(value) for name, value in self.values},
        }
        return sql.SQL(SEALED + self.query).format(**given).as_string(None)


def shapes(found: Iterable[tuple[str, str]], vocabulary: Vocabulary, declared: Mapping[str, set[str]]) -> list[Shape]:
    """The tables that rows of these kinds (what, record type) belong to; `declared` names packs' fields by type."""
    made: list[Shape] = []
    for what, name in found:
        record_type = vocabulary.types.get(name)
        if what == "named":
            made.append(Shape("named", NAMED))
        elif what == "stream":
            facts = [*_facts(record_type, declared.get(name, set())), *_arguments(name, vocabulary)]
            made.append(Shape(f"stream_{name}", _stream(), tuple(facts), (("type", name),)))
            for line in record_type.lines if record_type else ():
                columns = tuple(_column("f", fact.name, ("c", fact.name)) for fact in line.facts if is_open(fact))
                values = (("type", name), ("list", line.name))
                made.append(Shape(f"line_{name}_{line.name}", LINE, columns, values))
        else:
            columns = tuple(_arguments(name, vocabulary))
            made.append(Shape(f"attempt_{name}", ATTEMPT, columns, (("type", name),)))
    return made


def _stream() -> str:
    keys = ", ".join(f"'{name}', j -> '{name}'" for name in MARKS)
    marks = f"nullif(jsonb_strip_nulls(jsonb_build_object({keys})), '{{}}')::text as marks"
    return STREAM.replace("(j -> 'marks')::text as marks", marks.replace("{}", "{{}}"))


def is_open(fact: Fact) -> bool:
    """Whether the fact's values stand in envelopes: it is recorded, and neither personal nor free text."""
    return not (fact.derived or is_private(fact))


def _facts(record_type: RecordType | None, declared: Iterable[str]) -> Iterable[sql.Composable]:
    if record_type is None:
        return
    for fact in record_type.facts:
        if fact.name == record_type.declared:
            for name in sorted(declared):
                yield _column("f", f"{fact.name}__{name}", ("c", f"{fact.name}.{name}"), after=True)
        elif is_open(fact):
            yield _column("f", fact.name, ("c", fact.name), after=True)


def _arguments(name: str, vocabulary: Vocabulary) -> Iterable[sql.Composable]:
    names = {
        argument.name: None
        for verb in vocabulary.verbs.values() if verb.on == name
        for argument in verb.arguments
        if not is_private(argument) and argument.name != verb.type.declared
    }  # fmt: skip
    for argument in names:
        yield _column("a", argument, ("a", argument))


def _column(prefix: str, name: str, path: tuple[str, str], *, after: bool = False) -> sql.Composable:
    place, key = path
    text = sql.SQL("({} -> {} -> 1)::text" if after else "({} -> {})::text")
    return text.format(sql.SQL(place), sql.Literal(key)) + sql.SQL(" as ") + sql.Identifier(f"{prefix}_{name}")


def declared_of(bodies: Iterable[str]) -> dict[str, set[str]]:
    """The fields that any rulebook's packs declare, by record type."""
    found: dict[str, set[str]] = {}
    for body in bodies:
        for name, fields in (json.loads(body).get("fields") or {}).items():
            found.setdefault(name, set()).update(fields)
    return found
