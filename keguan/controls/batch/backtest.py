"""A draft judged over the recorded past: each recorded act by the draft, and nothing after it is changed.

Beside each figure stands what the rules then in force gave, judged over the same acts by the same reading; what differs
is listed act by act. Where a fact was not recorded the answer is `unrecorded`, never a guess.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keguan.controls.batch import followed, heard, histories, outcomes
from keguan.controls.batch.counting import in_period, list_rows
from keguan.controls.batch.deadline import opening_verbs
from keguan.controls.batch.figures import Backtest, Figures
from keguan.controls.batch.judging import Judged, is_read, judge
from keguan.controls.batch.obligations import obligations
from keguan.controls.batch.occasions import owed_of
from keguan.controls.batch.versions import Version, books, of_draft, versions, wording
from keguan.controls.engines.deadline import DeadlineControl
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

Tell = Callable[[str, str], None]
GUARDED = (
    outcomes.KEPT, outcomes.REFUSED, outcomes.WARNED, outcomes.RECORDED, outcomes.WAITING, outcomes.DONE,
    outcomes.PASSED, outcomes.OBSERVED, outcomes.BROKEN, outcomes.DISMISSED, outcomes.UNDETERMINED, outcomes.UNRECORDED,
)  # fmt: skip
OWED = ("opened", "kept", "broken", "kept_late", "cancelled", "running", outcomes.UNDETERMINED)
WRONG = ("broken", "kept_late")


def backtest(
    mirror: "Mirror", draft: Rulebook, now: dt.datetime, *, since: dt.datetime | None = None,
    until: dt.datetime | None = None, tell: Tell | None = None,
) -> Backtest:  # fmt: skip
    """Judge every recorded act from `since` up to `until` by the draft; obligations as they stand at `now`."""
    told = tell or (lambda _zh, _en: None)
    recorded = books(mirror)
    in_force = versions(recorded)
    drafted = of_draft(draft)
    by_course = histories.irregular((*drafted, *in_force))
    several, shared = _together(mirror, drafted, in_force, by_course)
    sides = heard.listeners(drafted, in_force, several, shared)
    found = Backtest(since, until, now)
    found.figures = [Figures(control, is_read=is_read(control)) for control in draft.controls if control.is_configured]
    keys = {one.control.key for one in found.figures}
    gone = {one.key: one.control for one in in_force if one.key not in keys}
    found.figures += [Figures(control, is_gone=True) for control in gone.values()]
    told(f"草案 {len(draft.controls)} 项管控，正在核算", f"{len(draft.controls)} controls of the draft, judging")
    owed: list[tuple[Judged, Any]] = []
    for judged in judge(mirror, [one for one in several if one.key not in by_course], name="backtest"):
        told(f"{judged.type.label.zh}：已判定，正在点数", f"{judged.type.label.en}: judged, counting")
        table = obligations(mirror, judged, now, "backtest_owed", with_events=bool(sides))
        if table is not None:
            owed.append((judged, table))
        _count(judged, table, found, shared)
    irregular = followed.count(mirror, several, recorded, found, by_course, is_heard=bool(sides))
    if sides:
        together = owed_of(mirror, several, owed, irregular, "backtest_owed_all")
        heard.count(mirror, sides, together, irregular, found)
    order = {one.control.key: place for place, one in enumerate(found.figures)}
    found.changes.sort(key=lambda one: (one.happened_at, one.event, order.get(one.control, 0)))
    return found


def _together(
    mirror: "Mirror", draft: Sequence[Version], in_force: Sequence[Version], by_course: frozenset[str]
) -> tuple[list[Version], dict[str, frozenset[int]]]:
    """The draft's versions, then those of then; what reads the same in both is judged once.

    The second part: by control, the rulebooks in which it already read as in the draft.
    """
    written = {wording(one.control, one.book) for one in draft}
    shared: dict[str, frozenset[int]] = {}
    others = []
    for one in in_force:
        is_same = wording(one.control, one.book) in written
        is_deadline = isinstance(one.control, DeadlineControl)
        if is_same and one.key not in by_course and (not is_deadline or _always(mirror, one)):
            shared[one.key] = one.numbers or frozenset()
        else:
            others.append(one)
    return [*draft, *others], shared


def _always(mirror: "Mirror", version: Version) -> bool:
    """Whether every act that may start the clock was done under a rulebook that had it so."""
    assert isinstance(version.control, DeadlineControl)  # noqa: S101 – asked of deadlines only
    name = f"stream_{version.control.type.name}"
    if not mirror.has(name):
        return True
    table = mirror.table(name)
    opening = table.filter(table.verb.isin(opening_verbs(version.control)))
    found = opening.select("rulebook").distinct().to_pyarrow()["rulebook"].to_pylist()
    return set(found) <= (version.numbers or frozenset())


def _count(judged: Judged, owed: Any, found: Backtest, shared: Mapping[str, frozenset[int]]) -> None:
    by_key = {one.control.key: one for one in found.figures}
    pairs = _pairs(judged, shared)
    table = judged.table.mutate(in_period=in_period(judged.table.happened_at, found))
    found.acts += int(table.filter(table.in_period).count().to_pyarrow().as_py())
    _count_guards(judged, table, pairs, by_key, found)
    if owed is not None:
        _count_owed(judged, owed, table, pairs, by_key, found)


@dataclass(frozen=True)
class _Pair:
    """One control: the place of the draft's version (or none) and those of then.

    `same`: the rulebooks in which the draft's own wording was in force.
    """

    key: str
    now: int | None
    then: tuple[int, ...]
    same: frozenset[int] | None = None

    def places(self) -> set[int]:
        """All places."""
        return {*self.then, *(() if self.now is None else (self.now,))}

    def then_outcome(self, judged: Judged, table: Any) -> Any:
        """What the rules in force then gave."""
        import ibis

        found = _outcome(judged, table, self.then)
        if self.same is None or self.now is None:
            return found
        same = ibis.cases((table.rulebook.isin(sorted(self.same)), _outcome(judged, table, (self.now,))))
        return same if found is None else ibis.coalesce(same, found)


def _pairs(judged: Judged, shared: Mapping[str, frozenset[int]]) -> list[_Pair]:
    now: dict[str, int] = {}
    then: dict[str, list[int]] = {}
    for place, version in enumerate(judged.versions):
        if version.numbers is None:
            now[version.key] = place
        else:
            then.setdefault(version.key, []).append(place)
    return [_Pair(key, now.get(key), tuple(then.get(key, ())), shared.get(key)) for key in dict.fromkeys([*now, *then])]


def _outcome(judged: Judged, table: Any, places: Sequence[int]) -> Any:
    """What the versions in these places did (no act is under two of them); None where there are none."""
    import ibis

    columns = [table[judged.outcomes[place]] for place in places if place in judged.outcomes]
    return ibis.coalesce(*columns) if columns else None


def _count_guards(
    judged: Judged, table: Any, pairs: Sequence[_Pair], by_key: dict[str, Figures], found: Backtest
) -> None:
    """All counts in one pass; then the acts on which draft and rules in force differ."""
    asked = [pair for pair in pairs if pair.places() & judged.outcomes.keys()]
    if not asked:
        return
    chosen = table.filter(table.in_period)
    sides: dict[str, Any] = {}
    for place, pair in enumerate(asked):
        sides[f"now{place}"] = _outcome(judged, chosen, () if pair.now is None else (pair.now,))
        sides[f"then{place}"] = pair.then_outcome(judged, chosen)
    _tally(chosen, {name: side for name, side in sides.items() if side is not None}, asked, by_key)
    for place, pair in enumerate(asked):
        figures = by_key[pair.key]
        if pair.same is None or pair.then or figures.now != figures.then:
            _differing(chosen, sides[f"now{place}"], sides[f"then{place}"], figures, found)


def _tally(chosen: Any, aliases: dict[str, Any], asked: Sequence[_Pair], by_key: dict[str, Figures]) -> None:
    import ibis

    counts = {
        f"{name}_{outcome}": ibis.coalesce((column == outcome).cast("int64").sum(), 0)
        for name, column in aliases.items() for outcome in GUARDED
    }  # fmt: skip
    counts |= {f"{name}_applied": column.count() for name, column in aliases.items()}
    [row] = chosen.aggregate(**counts).to_pyarrow().to_pylist()
    for place, pair in enumerate(asked):
        for side in ("now", "then"):
            tallied = {outcome: row.get(f"{side}{place}_{outcome}") for outcome in ("applied", *GUARDED)}
            getattr(by_key[pair.key], side).update({outcome: n for outcome, n in tallied.items() if n})


def _differing(chosen: Any, now: Any, then: Any, figures: Figures, found: Backtest) -> None:
    import ibis

    nothing = ibis.cases((ibis.literal(False), outcomes.KEPT))
    now, then = (nothing if side is None else side for side in (now, then))
    # what newly applies and is kept is no difference to anybody, and neither is what was kept and no longer applies
    quiet = (now.isnull() | (now == outcomes.KEPT)) & (then.isnull() | (then == outcomes.KEPT))
    differing = chosen.filter(~now.identical_to(then) & ~quiet)
    list_rows(differing.select("code", "object", "verb", "happened_at", "event", then=then, now=now), figures, found)


def _count_owed(
    judged: Judged, owed: Any, table: Any, pairs: Sequence[_Pair], by_key: dict[str, Figures], found: Backtest
) -> None:
    """Obligations by state, on both sides; those that come out otherwise."""
    inside = owed.filter(in_period(owed.opened_at, found))
    counted = inside.group_by("place", "state").agg(n=inside.count()).to_pyarrow().to_pylist()
    unknown = _undetermined(judged, table)
    for pair in pairs:
        figures = by_key[pair.key]
        if not pair.places() & judged.deadlines.keys():
            continue
        ours = () if pair.now is None else (pair.now,)
        for side, places in (("now", ours), ("then", ours if pair.same is not None else pair.then)):
            counts: dict[str, int] = {}
            for row in counted:
                if row["place"] in places:
                    state = row["state"] or outcomes.UNDETERMINED
                    counts[state] = counts.get(state, 0) + row["n"]
            opened = sum(n for state, n in counts.items() if state != outcomes.UNDETERMINED)
            lacking = sum(unknown[place] for place in places)
            if lacking:
                counts[outcomes.UNDETERMINED] = counts.get(outcomes.UNDETERMINED, 0) + lacking
            known = {state: counts[state] for state in OWED if counts.get(state)}
            getattr(figures, side).update({"opened": opened, **known} if opened else known)
        if pair.same is None:
            _owed_otherwise(inside, pair, figures, found)


def _undetermined(judged: Judged, table: Any) -> dict[int, int]:
    """Openings of which it is not known whether they are any, by place."""
    from keguan.controls.batch.deadline import opening_verbs

    counts = {}
    for place, (opens, _) in judged.deadlines.items():
        version = judged.versions[place]
        asked = table.in_period & (table.turn == 0) & table.verb.isin(opening_verbs(version.control))
        if version.numbers is not None:
            asked &= table.rulebook.isin(sorted(version.numbers))
        counts[f"u{place}"] = (asked & table[opens].isnull()).cast("int64").sum()
    [row] = table.aggregate(**counts).to_pyarrow().to_pylist()
    return {place: row[f"u{place}"] or 0 for place in judged.deadlines}


def _owed_otherwise(inside: Any, pair: _Pair, figures: Figures, found: Backtest) -> None:
    """Obligations of another state; where only one side knows the deadline at all, those that went wrong."""
    import ibis

    shape = ("object", "opened_event", "code", "opened_at", "state")
    now = inside.filter(inside.place == (-1 if pair.now is None else pair.now)).select(*shape)
    then = inside.filter(inside.place.isin(pair.then or (-1,))).select(*shape)
    if pair.now is None or not pair.then:
        one = then if pair.now is None else now
        wrong = one.filter(one.state.isin(WRONG))
        nothing = ibis.cases((ibis.literal(False), wrong.state))
        sides = {"then": wrong.state, "now": nothing} if pair.now is None else {"then": nothing, "now": wrong.state}
        rows = wrong.select("code", "object", happened_at=wrong.opened_at, event=wrong.opened_event, **sides)
    else:
        both = now.outer_join(then, ["object", "opened_event"], rname="{name}_then")
        different = both.filter(~both.state.identical_to(both.state_then))
        rows = different.select(
            code=ibis.coalesce(different.code, different.code_then),
            object=ibis.coalesce(different.object, different.object_then),
            happened_at=ibis.coalesce(different.opened_at, different.opened_at_then),
            event=ibis.coalesce(different.opened_event, different.opened_event_then),
            then=different.state_then, now=different.state,
        )  # fmt: skip
    list_rows(rows.mutate(verb=ibis.literal("")), figures, found)
