"""The back-test of reactions to judgements and dates: how often each came to what, and what differs.

A draft's reactions hear of the draft's own deadlines; those in force then, of the judgements as they were.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.counting import in_period, list_rows
from keguan.controls.batch.figures import Backtest, Figures
from keguan.controls.batch.occasions import Listening, hears, occasions
from keguan.controls.batch.versions import Version

if TYPE_CHECKING:
    from keguan.controls.batch.gathering import Irregular
    from keguan.mirror import Mirror


def listeners(
    drafted: Sequence[Version], in_force: Sequence[Version], several: Sequence[Version],
    shared: Mapping[str, frozenset[int]],
) -> list[Listening]:  # fmt: skip
    """The reactions that judgements or dates set off, with the places in `several` of the deadlines they hear of.

    A deadline that reads the same in the draft and then (`shared`) is judged once, for both.
    """
    ours = frozenset(place for place, one in enumerate(several) if one.numbers is None)
    theirs = frozenset(place for place, one in enumerate(several) if one.numbers is not None or one.key in shared)
    found = [Listening(one, ours) for one in drafted if hears(one)]
    return found + [Listening(one, theirs) for one in in_force if hears(one)]


def count(mirror: "Mirror", several: Sequence[Listening], owed: Any, irregular: "Irregular", found: Backtest) -> None:
    """Add to the figures what reactions came to by judgements and dates, on both sides; list what differs.

    `owed` are all obligations (`occasions.owed_of`).
    """
    if not several:
        return
    came = occasions(mirror, several, owed, found.now, "backtest_came")
    if came is None:
        return
    chosen = came.filter(in_period(came.happened_at, found))
    counted = chosen.group_by("place", "outcome").agg(n=chosen.count()).to_pyarrow().to_pylist()
    by_key = {one.control.key: one for one in found.figures}
    for key in dict.fromkeys(one.control.key for one in several):
        figures = by_key[key]
        sides = {
            side: [place for place, one in enumerate(several)
                   if one.control.key == key and (one.version.numbers is None) is (side == "now")]
            for side in ("now", "then")
        }  # fmt: skip
        for side, places in sides.items():
            _add(getattr(figures, side), [row for row in counted if row["place"] in places])
        _differing(chosen, sides["now"], sides["then"], figures, found)
        heard = {judged.control for one in several if one.control.key == key for judged in one.control.judged}
        figures.is_read &= heard.isdisjoint(irregular.unread)


def _add(tally: dict[str, int], rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        for name in ("applied", row["outcome"]):
            tally[name] = tally.get(name, 0) + row["n"]


def _differing(chosen: Any, now: Sequence[int], then: Sequence[int], figures: Figures, found: Backtest) -> None:
    """Moments of a record at which only one side came to something, or to something else."""
    import ibis

    def side(places: Sequence[int], name: str) -> Any:
        rows = chosen.filter(chosen.place.isin(list(places) or [-1]))
        own = ibis.window(group_by=["object", "happened_at"], order_by="outcome")
        return rows.select("object", "code", "happened_at", which=ibis.row_number().over(own), **{name: rows.outcome})

    both = side(now, "now").outer_join(side(then, "then"), ["object", "happened_at", "which"], rname="{name}_then")
    different = both.filter(~both.now.identical_to(both.then))
    rows = different.select(
        "then", "now", code=ibis.coalesce(different.code, different.code_then),
        object=ibis.coalesce(different.object, different.object_then),
        happened_at=ibis.coalesce(different.happened_at, different.happened_at_then),
        event=ibis.literal(""), verb=ibis.literal(""),
    )  # fmt: skip
    list_rows(rows, figures, found)
