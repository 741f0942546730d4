"""Reactions to judgements of deadlines and to dates that come: moments that need be no act, each seen as of then.

A breach is seen as of its due moment, and by an entry that came later as it was entered; a term that was kept, as the
act left the record that met it; a date that comes, as the record stood when its day began, or as an act left it that
set it to a day which had begun. Loads ibis inside.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.asked import Finding, with_people
from keguan.controls.batch.judging import Judged
from keguan.controls.batch.needs import asks_who, declared_by
from keguan.controls.batch.obligations import SCHEMA
from keguan.controls.batch.outcomes import RECORDED, UNRECORDED, unknown
from keguan.controls.batch.ticks import timeline
from keguan.controls.batch.versions import Version
from keguan.controls.engines.reaction import ReactionControl
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import Wanted

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.controls.batch.gathering import Irregular
    from keguan.mirror import Mirror

FELL = ("broken", "kept_late")
JUDGED, REACHED = "judged:", "reached:"
"""What the verbs of moments begin with: judgements, and dates; then the place of the reaction that is set off."""
SHAPE = {
    "place": "int64", "event": "string", "object": "string", "code": "string", "happened_at": "timestamp('UTC')",
    "outcome": "string",
}  # fmt: skip
MOMENT = {
    "object": "string", "n": "int64", "recorded_at": "timestamp('UTC')", "happened_at": "timestamp('UTC')",
    "happened_on": "date", "rulebook": "int64", "actor": "string", "verb": "string", "event": "string",
}  # fmt: skip


@dataclass(frozen=True)
class Listening:
    """A version of a reaction, and the places of the versions of deadlines whose judgements it hears of."""

    version: Version
    heard: frozenset[int] = frozenset()

    @property
    def control(self) -> ReactionControl:
        """The reaction."""
        control = self.version.control
        assert isinstance(control, ReactionControl)  # noqa: S101 – `listening` chooses them
        return control


def listening(several: Sequence[Version]) -> list[Listening]:
    """The reactions among these that judgements or dates set off; a draft and what was in force are apart."""
    sides = {is_draft: frozenset(place for place, one in enumerate(several) if (one.numbers is None) is is_draft)
             for is_draft in (True, False)}  # fmt: skip
    return [Listening(one, sides[one.numbers is None]) for one in several if hears(one)]


def hears(version: Version) -> bool:
    """Whether judgements or dates set it off."""
    control = version.control
    return isinstance(control, ReactionControl) and bool(control.judged or control.reached)


def occasions(mirror: "Mirror", several: Sequence[Listening], owed: Any, now: dt.datetime, name: str) -> Any:
    """What each reaction came to at each such moment up to `now`, by its place here; None where there is nothing.

    `owed` are obligations as `obligations.SCHEMA` has them, with the events that ended them (None: there are none).
    """
    import ibis

    kinds: dict[str, list[int]] = {}
    for place, one in enumerate(several):
        kinds.setdefault(one.control.type.name, []).append(place)
    parts = []
    for kind, places in sorted(kinds.items()):
        if mirror.has(f"stream_{kind}") and kind in vocabulary.types:
            mine = {place: several[place] for place in places}
            moments = list(_moments(mirror, vocabulary.types[kind], mine, owed, now))
            if moments:
                both = ibis.union(*moments) if len(moments) > 1 else moments[0]
                kept = mirror.backend.create_table(f"{name}_{kind}_moments", both, overwrite=True)
                parts.append(seen(mirror, vocabulary.types[kind], mine, kept, f"{name}_{kind}"))
    if not parts:
        return None
    return mirror.backend.create_table(name, ibis.union(*parts) if len(parts) > 1 else parts[0], overwrite=True)


def owed_of(
    mirror: "Mirror", several: Sequence[Version], tables: Sequence[tuple[Judged, Any]], followed: "Irregular", name: str
) -> Any:  # fmt: skip
    """All obligations as one table, by the place of their version in `several`; None where there are none.

    `tables` are those of windows by record type, `followed` all that was followed record by record: corrected records
    stand there.
    """
    import ibis

    known = {id(version): place for place, version in enumerate(several)}
    parts = []
    for judged, table in tables:
        places = [(table.place == here, known[id(version)]) for here, version in enumerate(judged.versions)]
        corrected = sorted(followed.corrected.get(judged.type.name, ()))
        chosen = table.filter(table.due_at.notnull() & ~table.object.isin(corrected))
        parts.append(chosen.mutate(place=ibis.cases(*places, else_=-1)).cast(SCHEMA))
    if followed.rows:
        rows = [{column: row.get(column) for column in SCHEMA} for row in followed.rows]
        parts.append(ibis.memtable(rows, schema=SCHEMA).cast(SCHEMA))
    if not parts:
        return None
    return mirror.backend.create_table(name, ibis.union(*parts) if len(parts) > 1 else parts[0], overwrite=True)


# -- when


def _moments(
    mirror: "Mirror", record_type: RecordType, several: Mapping[int, Listening], owed: Any, now: dt.datetime
) -> Iterator[Any]:
    """The moments as acts of nobody, for `as_of.acts`."""
    line = timeline(mirror)
    stream = mirror.table(f"stream_{record_type.name}")
    for place, one in several.items():
        for judged in one.control.judged if owed is not None else ():
            part = f"{judged.control}:{judged.outcome}"
            heard = owed.filter((owed.control == judged.control) & owed.place.isin(sorted(one.heard)))
            find = _breaches if judged.outcome == "broken" else _kept
            yield _shaped(find(heard, stream, line, now), f"{JUDGED}{place}", part, one.version)
        for reached in one.control.reached:
            name = reached.fact.name
            for n, found in enumerate(_days(mirror, record_type, one.version, name, line, now)):
                yield _shaped(found, f"{REACHED}{place}", f"{name}:{n}", one.version)


def _breaches(owed: Any, stream: Any, line: Sequence[tuple[dt.datetime, int]], now: dt.datetime) -> Any:
    """Due moments that had passed when the end was entered, behind the last event before, or that which opened it."""
    import ibis

    entered = stream.select("event", "object", "recorded_at")
    ended = entered.rename(e_event="event", e_object="object", ended="recorded_at")
    found = owed.left_join(ended, [owed.closed_event == ended.e_event, owed.object == ended.e_object])
    begun = entered.rename(o_event="event", o_object="object", begun="recorded_at")
    found = found.left_join(begun, [found.opened_event == begun.o_event, found.object == begun.o_object])
    late = found.state.isin(FELL) | (found.state.isin(("kept", "cancelled")) & (found.ended > found.due_at))
    found = found.filter(late & (found.due_at < _literal(now)))
    just_before = found.due_at - ibis.interval(microseconds=1)
    at = ibis.greatest(just_before, ibis.coalesce(found.begun, just_before))
    found = found.select("object", at=at, happened_at=found.due_at).mutate(actor=ibis.null("string"))
    return _behind(found, stream).mutate(rulebook=lambda t: _number(t.happened_at, line))


def _kept(owed: Any, stream: Any, _line: Any, _now: dt.datetime) -> Any:
    """The acts that met a term in time."""
    kept = owed.filter((owed.state == "kept") & owed.closed_event.notnull()).select("object", "closed_event")
    found = kept.join(stream, [kept.closed_event == stream.event, kept.object == stream.object])
    return found.select(
        object=kept.object, n=stream.n, recorded_at=stream.recorded_at, happened_at=stream.happened_at,
        rulebook=stream.rulebook, actor=stream.actor,
    )  # fmt: skip


def _days(
    mirror: "Mirror", record_type: RecordType, version: Version, fact: str, line: Sequence[tuple[dt.datetime, int]],
    now: dt.datetime,
) -> Iterator[Any]:  # fmt: skip
    """The days of a date fact that came: with the clock, and at once by an act that set it to one."""
    import ibis

    from keguan.controls.conditions.batch_days import local_day, midnight
    from keguan.mirror import joining

    table = joining.versions(mirror, record_type, declared_by([version]), [fact])
    if f"c_{fact}" not in table.columns:
        return
    stream = mirror.table(f"stream_{record_type.name}").select("object", "n", "rulebook", "imported")
    own = ibis.window(group_by="object", order_by="n")
    day = local_day(table[f"c_{fact}"])
    spans = table.select("object", "n", "recorded_at", day=day, until=table.recorded_at.lead().over(own))
    spans = spans.mutate(was=spans.day.lag().over(own), at=midnight(spans.day))
    spans = spans.inner_join(stream, ["object", "n"])
    spans = spans.mutate(happened_at=spans["at"], actor=ibis.null("string"))
    came = spans.filter((spans.recorded_at < spans["at"]) & (spans.until.isnull() | (spans["at"] <= spans.until)))
    came = came.filter(came["at"] <= _literal(now)).mutate(recorded_at=lambda t: t["at"])
    yield came.mutate(rulebook=_number(came["at"], line))
    is_new = spans.was.isnull() | ~spans.was.identical_to(spans.day)
    yield spans.filter(spans.day.notnull() & is_new & (spans["at"] <= spans.recorded_at) & ~spans.imported)


def _behind(found: Any, stream: Any) -> Any:
    """Each moment (`at`) with the number of the last event on its record up to then."""
    import ibis

    own = ibis.window(group_by="span_of", order_by="n")
    spans = stream.select("n", span_of="object", since="recorded_at")
    spans = spans.mutate(until=spans.since.lead().over(own))
    joined = found.join(
        spans,
        [found.object == spans.span_of, spans.since <= found["at"],
         spans.until.isnull() | (spans.until > found["at"])],
    )  # fmt: skip
    return joined.select("object", "n", "happened_at", "actor", recorded_at=joined["at"])


def _shaped(found: Any, verb: str, part: str, version: Version) -> Any:
    """The moments as acts of a verb, each with an id of its own; under the version's own rulebooks only."""
    import ibis

    from keguan.controls.conditions.batch_days import local_day

    if version.numbers is not None:
        found = found.filter(found.rulebook.isin(sorted(version.numbers)))
    found = found.mutate(which=ibis.row_number().over(ibis.window(order_by=["object", "n", "happened_at"])))
    found = found.mutate(
        happened_on=local_day(found.happened_at), verb=ibis.literal(verb),
        event=ibis.literal(f"{verb}:{part}:").concat(found.which.cast("string")),
    )  # fmt: skip
    return found.select(*MOMENT).cast(MOMENT)


def _number(moment: Any, line: Sequence[tuple[dt.datetime, int]]) -> Any:
    """The rulebook in force at a moment; 0 before the first."""
    import ibis

    cases = [(moment >= _literal(since), number) for since, number in reversed(line)]
    return ibis.cases(*cases, else_=0) if cases else ibis.literal(0)


def _literal(moment: dt.datetime) -> Any:
    import ibis

    return ibis.literal(moment.astimezone(dt.UTC), type="timestamp('UTC')")


# -- what then


def seen(mirror: "Mirror", record_type: RecordType, several: Mapping[int, Listening], moments: Any, name: str) -> Any:
    """What each reaction came to at its moments, on the records as they stood."""
    import ibis

    from keguan.controls.batch import deeds, making, people, reaction
    from keguan.controls.batch.acts import Acts
    from keguan.mirror import as_of

    versions = [one.version for one in several.values()]
    verbs = {place: [f"{JUDGED}{place}", f"{REACHED}{place}"] for place in several}
    wanted = Wanted(
        facts=frozenset((record_type.code,)) if record_type.code else frozenset(),
        verbs=frozenset(verb for some in verbs.values() for verb in some),
    )
    for one in several.values():
        wanted |= reaction.wanted(one.control, record_type)
    in_play = [one.book for one in versions]
    wanted = making.reaching(wanted, record_type, in_play)
    table = as_of.acts(mirror, record_type, declared_by(versions), wanted, moments=moments)
    if any(asks_who(one) for one in versions) or making.needs_actor(wanted, record_type, in_play):
        table = people.with_actors(mirror, table, f"{name}_spans")
    table = deeds.with_known(mirror, table, record_type, wanted, name)
    table, joined = making.joined(mirror, table, record_type, wanted, in_play, name)
    asked: list[Finding] = [
        (who, frozenset(verbs[place]), one.version.book, False)
        for place, one in several.items() for who in reaction.people(one.control)
    ]  # fmt: skip
    if asked:
        table = mirror.backend.create_view(f"{name}_asking", table, overwrite=True)
    table, found_people = with_people(mirror, table, record_type, wanted, asked, name)
    view = mirror.backend.create_view(f"{name}_acts", table, overwrite=True)
    code = f"b_{record_type.code}"
    parts = []
    for place, one in several.items():
        acts = Acts(view, record_type, one.version.book, wanted, people=found_people, making=joined)
        for verb, is_date in zip(verbs[place], (False, True), strict=True):
            found = view.filter(view.verb == verb).select(
                place=ibis.literal(place, type="int64"), event=view.event, object=view.object,
                code=view[code] if code in view.columns else view.object, happened_at=view.happened_at,
                outcome=_came_to(one.control, acts, is_date=is_date),
            )  # fmt: skip
            parts.append(found.filter(found.outcome.notnull()).cast(SHAPE))
    return reduce(lambda one, two: one.union(two), parts)


def _came_to(control: ReactionControl, acts: "Acts", *, is_date: bool) -> Any:
    """What it came to; where its gate has no answer, a date counts as undetermined and a judgement as nothing."""
    import ibis

    from keguan.controls.batch import reaction
    from keguan.controls.conditions.batch import is_unknown

    gate, knows = control.gate.ibis(acts), acts.knows(control.gate)
    led_to = ibis.literal(RECORDED) if control.trial else reaction.led(control, acts)
    if is_date:
        return ibis.cases((gate, led_to), (~gate, ibis.null("string")), else_=unknown(knows))
    hidden = is_unknown(gate) if not knows else ibis.literal(False)
    return ibis.cases((gate, led_to), (hidden, UNRECORDED))
