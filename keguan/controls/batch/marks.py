"""What each act means for the clocks of each deadline, whatever its form: columns over an as-of table. Loads ibis.

A version in place `p` has columns `v<p>_…`: `open`, `do`, `cancel`, `pause`, `resume`, `x<i>` (extensions) and `hold`
are the answers of its conditions; `now`, `was` and `still` whether the facts ask for a clock (after the act, before it,
its owed state aside); the rest is what its terms, keys and people read.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any

import ibis

from keguan.controls.batch import wants
from keguan.controls.batch.acts import Acts
from keguan.controls.conditions import Condition
from keguan.controls.engines.acts import Act
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.deadline_control import COMPANY
from keguan.controls.names import ACTOR
from keguan.controls.people import nodes
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.mirror.as_of import CAUSE, LOOKED_AT, Wanted


def is_watched(control: DeadlineControl) -> bool:
    """Whether facts open it."""
    return control.holding is not None or control.before is not None or control.period is not None


def acts_of(control: DeadlineControl) -> tuple[Act, ...]:
    """Every act that its clocks wait for."""
    extending = (one.act for one in control.extend)
    return (*control.after, *control.do, *control.cancel, *control.pause, *control.resume, *extending)


def types_of(control: DeadlineControl) -> frozenset[str]:
    """The record types whose acts move its clocks, its own among them."""
    return frozenset((control.type.name, control.source.name, *(act.verb.on for act in acts_of(control))))


def conditions_of(control: DeadlineControl, record_type: RecordType) -> Iterator[Condition]:
    """The conditions that acts on records of a type are asked."""
    yield from (act.when for act in acts_of(control) if act.verb.on == record_type.name)
    if record_type.name == control.source.name:
        yield from control.within.conditions()
    if record_type.name == control.type.name:
        population = control.population.when if control.population else None
        yield from (one for one in (control.holding, control.hold, population) if one is not None)


def reads(control: DeadlineControl, record_type: RecordType) -> Iterator[tuple[str, ...]]:
    """The facts and arguments, conditions aside, that are needed of acts on records of a type."""
    for act in acts_of(control):
        if act.verb.on == record_type.name and act.verb.name in control.via:
            yield (control.via[act.verb.name],)
    if control.keys is not None:
        yield (control.keys.name,)
    yield (control.source.name,)
    yield from ((one.argument,) for one in control.extend if one.argument is not None)
    if record_type.name == control.source.name:
        yield from (tuple((one.fact or "").split(".")) for one in control.within.every() if one.fact)
        yield from (one.path for one in (control.keys.fact if control.keys else None,) if one is not None)
        people = control.by.people
        if isinstance(people, nodes.PersonFact):
            yield people.fact.path
    if record_type.name == control.type.name:
        yield from (one.path for one in (control.before, control.period) if one is not None)
        if record_type.unit:
            yield (record_type.unit,)


def wanted(control: DeadlineControl, record_type: RecordType) -> Wanted:
    """What the as-of table of a type must hold for it."""
    of_conditions = (wants.of_condition(one, record_type) for one in conditions_of(control, record_type))
    looked_at = (LOOKED_AT, CAUSE) if control.linked_facts and record_type.name == control.type.name else ()
    given = Wanted(arguments=frozenset(looked_at))
    return wants.all_of(of_conditions) | wants.of_paths(reads(control, record_type), record_type) | given


def asks_who(control: DeadlineControl) -> bool:
    """Whether it hangs on who acted."""
    every = [condition for name in types_of(control) for condition in conditions_of(control, _type(name))]
    return any(path[0] == ACTOR for condition in every for path in condition.facts())


def _type(name: str) -> RecordType:
    return vocabulary.types[name]


def columns(control: DeadlineControl, acts: Acts, place: int, ticks: Sequence[str]) -> dict[str, Any]:
    """The columns of the version in a place over acts on records of a type; `ticks`: its own moments among them."""
    after, found = acts.after(), {}
    for name, several in (("open", control.after), ("do", control.do), ("cancel", control.cancel),
                          ("pause", control.pause), ("resume", control.resume)):  # fmt: skip
        if any(act.verb.on == acts.type.name for act in several):
            found[name] = _matches(several, after)
    for i, one in enumerate(control.extend):
        if one.act.verb.on == acts.type.name:
            found[f"x{i}"] = _matches((one.act,), after)
            found[f"x{i}_to"] = after.get((one.argument,)) if one.argument else None
    found["key"] = _given(acts, control.keys.name) if control.keys is not None else None
    found["apart"] = _given(acts, control.source.name) if control.is_apart else None
    found["target"] = _target(control, acts)
    if acts.type.name == control.source.name:
        found |= _about(control, after, "")
        if control.judged or control.period is not None:
            found |= _about(control, after.without_arguments(), "r_")
    if acts.type.name == control.type.name:
        found |= _watching(control, acts, ticks)
        found["unit"] = after.get((acts.type.unit,)) if acts.type.unit else None
    return {f"v{place}_{name}": column for name, column in found.items() if column is not None}


def is_marked(table: Any, control: DeadlineControl, place: int) -> Any:
    """Whether an act means anything for its clocks."""
    names = [name for name in table.columns if name.startswith(f"v{place}_")]
    known = {name.removeprefix(f"v{place}_"): table[name] for name in names}
    simple = ("do", "cancel", "pause", "resume", "hold", "tick", *(f"x{i}" for i in range(len(control.extend))))
    parts = [known[name].fill_null(False) for name in simple if name in known]
    # whether it opens one may be unknown: that is shown
    parts += [known["open"].fill_null(True)] if "open" in known else []
    # so may be whose it is from here on
    parts += [~known["who"].identical_to(known["who_was"])] if "who" in known and "who_was" in known else []
    if "now" in known:
        if control.period is not None:
            return ibis.literal(True)
        for one, other in (("was", "now"), ("was_key", "now_key")):
            if one in known:
                parts.append(~known[one].identical_to(known[other]))
        parts.append(~known["still"].fill_null(True))
    return reduce(lambda one, two: one | two, parts, ibis.literal(False))


def unknown(control: DeadlineControl, acts: Acts) -> bool:
    """Whether it reads what the mirror does not hold: personal facts, other people's approvals."""
    conditions = list(conditions_of(control, acts.type))
    if control.keys is not None:
        conditions = [one for one in conditions if (control.keys.name,) not in one.facts()]
        if len(conditions) < len(list(conditions_of(control, acts.type))):
            return True
    paths = [path for path in reads(control, acts.type) if path not in _optional(control)]
    return any(not acts.knows(one) for one in conditions) or any(acts.get(path) is None for path in paths)


def _optional(control: DeadlineControl) -> set[tuple[str, ...]]:
    """What is read where it is there."""
    people = control.by.people
    names: list[str | None] = [control.keys.name if control.keys else None, control.source.name, control.type.unit]
    named = {(name,) for name in names if name} | {(name,) for name in control.via.values()}
    named |= {(one.argument,) for one in control.extend if one.argument is not None}
    return named | ({people.fact.path} if isinstance(people, nodes.PersonFact) else set())


def _given(acts: Acts, name: str) -> Any:
    column = f"a_{name}"
    return acts.table[column] if column in acts.table.columns else None


def _target(control: DeadlineControl, acts: Acts) -> Any:
    """The record whose clock it is, as a verb of another type names it; the company is one and needs no name."""
    if control.type.name in (acts.type.name, COMPANY):
        return None
    cases = []
    for verb, link in control.via.items():
        given, fact = _given(acts, link), acts.fact(link)
        named = given if fact is None else fact if given is None else ibis.coalesce(given, fact)
        if named is not None:
            cases.append((acts.table.verb == verb, named))
    return ibis.cases(*cases, else_=ibis.null("string")) if cases else None


def _about(control: DeadlineControl, after: Acts, prefix: str) -> dict[str, Any]:
    """What a clock that starts here reads: facts of its term, the row of a table of terms, its keys, its period."""
    found: dict[str, Any] = {}
    for j, fact in enumerate(facts_of(control)):
        found[f"{prefix}f{j}"] = after.get(tuple(fact.split(".")))
    if control.within.rows:
        found[f"{prefix}row"] = _row(control, after)
    if control.keys is not None:
        found[f"{prefix}keys"] = after.get(control.keys.fact.path)
    if control.period is not None:
        found[f"{prefix}period"] = after.get(control.period.path)
        answer, _ = _asked(control, after)
        found[f"{prefix}wanted"] = answer
    people = control.by.people
    if isinstance(people, nodes.PersonFact):
        found[f"{prefix}person"] = after.get(people.fact.path)
    if not prefix:
        found["changed"] = _changed(control, after)
    return found


def facts_of(control: DeadlineControl) -> list[str]:
    """The facts that its terms read, in the order of their columns."""
    return list(dict.fromkeys(one.fact for one in control.within.every() if one.fact))


def _row(control: DeadlineControl, after: Acts) -> Any:
    cases: list[tuple[Any, Any]] = []
    for i, row in enumerate(control.within.rows):
        answer: Any = ibis.literal(True) if row.when is None else row.when.ibis(after)
        cases += [(answer.isnull(), ibis.literal(-1)), (answer, ibis.literal(i))]
    return ibis.cases(*cases, else_=ibis.literal(-1))


def _changed(control: DeadlineControl, after: Acts) -> Any:
    """Whether the act changed a fact that the term reads."""
    names = {fact.rpartition(".")[2] for fact in facts_of(control)}
    names |= {name.path[-1] for when in control.within.conditions() for name in when.names()}
    pairs = [(f"b_{name}", f"c_{name}") for name in sorted(names)]
    parts = [
        ~after.table[before].identical_to(after.table[then])
        for before, then in pairs if before in after.table.columns
    ]  # fmt: skip
    return reduce(lambda one, two: one | two, parts) if parts else None


def _watching(control: DeadlineControl, acts: Acts, ticks: Sequence[str]) -> dict[str, Any]:
    after, found = acts.after(), {}
    own = [verb.name for verb in vocabulary.verbs.values() if verb.on == acts.type.name]
    is_own: Any = acts.table.verb.isin(own)
    if control.hold is not None:
        found["holds"] = control.hold.ibis(after)
        found["hold"] = is_own & found["holds"]
    if is_watched(control):
        creating = [verb.name for verb in vocabulary.verbs.values() if verb.on == acts.type.name and verb.creates]
        was, was_key = _asked(control, acts.earlier())
        found["now"], now_key = _asked(control, after)
        found["still"], _ = _asked(control, after, holds=False)
        found["was"] = ibis.cases((~acts.table.verb.isin(creating), was))
        if now_key is not None:
            found["now_key"], found["was_key"] = now_key, ibis.cases((~acts.table.verb.isin(creating), was_key))
    if ticks:
        conditions = [control.population.when] if control.population else []
        conditions += [control.holding] if control.holding is not None else []
        meant = _all(conditions, acts.without_arguments())
        found["tick"] = acts.table.verb.isin(list(ticks)) & meant
    return found


def _asked(control: DeadlineControl, acts: Acts, *, holds: bool = True) -> tuple[Any, Any]:
    """Whether the facts ask for a clock, and the date that is its key (nothing where it has none)."""
    conditions = [control.holding] if control.holding is not None else []
    conditions += [control.population.when] if control.population else []
    answer = _all(conditions, acts)
    if control.hold is not None and holds:
        answer = ibis.cases((answer, ~control.hold.ibis(acts).fill_null(False)), else_=answer)
    if control.before is not None:
        day = acts.get(control.before.path)
        return ibis.cases((day.notnull(), answer), else_=ibis.literal(False)), day
    if control.period is not None:
        value = acts.get(control.period.path)
        empty = value.isnull() | value.cast("string").isin(["", "0"])
        return ibis.cases((~empty, answer), else_=ibis.literal(False)), None
    return answer, None


def _all(conditions: Iterable[Condition], acts: Acts) -> Any:
    return reduce(lambda one, two: one & two, (one.ibis(acts) for one in conditions), ibis.literal(True))


def _matches(several: Sequence[Act], acts: Acts) -> Any:
    answers = [
        (acts.table.verb == act.verb.name) & act.when.ibis(acts) for act in several if act.verb.on == acts.type.name
    ]
    return reduce(lambda one, two: one | two, answers, ibis.literal(False))
