"""Where in the tree of units a record counts, for clauses that speak of one unit and those below. Loads ibis.

A branch is the names of units from the top down to the record's own, as far as any clause mentions them. There are few
of them, however many records there are: an act has the number of its branch in a column.
"""

from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.people import ALWAYS, FOREVER
from keguan.controls.batch.trees import Trees
from keguan.controls.engines.setting import SettingControl
from keguan.policies.engines import Rulebook

if TYPE_CHECKING:
    from keguan.mirror import Mirror

Branch = tuple[str, ...]
NOWHERE: Branch = ()


def mentioned(books: Iterable[Rulebook], noun: str) -> frozenset[str]:
    """The units that clauses on parameters of a record type speak of, by name."""
    return frozenset(
        one.unit
        for book in books for one in book.controls
        if isinstance(one, SettingControl) and one.unit is not None and one.setting.partition(".")[0] == noun
    )  # fmt: skip


class Branches:
    """The branches of a company so far as some units are concerned, by unit and time."""

    def __init__(self, mirror: "Mirror", units: Collection[str], name: str) -> None:
        import ibis

        trees = Trees(mirror)
        self.known: list[Branch] = [NOWHERE]
        rows: dict[str, list[dict[str, Any]]] = {}
        for since, until in pairwise([ALWAYS, *trees.moments, FOREVER]):
            for unit, names in trees.lines(since).items():
                branch = self._number(tuple(one for one in names if one in units))
                mine = rows.setdefault(unit, [])
                if mine and mine[-1]["branch"] == branch:
                    mine[-1]["until"] = until
                else:
                    mine.append({"unit": unit, "since": since, "until": until, "branch": branch})
        moment = "timestamp('UTC')"
        shape = {"unit": "string", "since": moment, "until": moment, "branch": "int64"}
        every = [row for mine in rows.values() for row in mine]
        self._table = mirror.backend.create_table(name, ibis.memtable(every, schema=shape), overwrite=True)

    def join(self, acts: Any, unit: Any, column: str) -> Any:
        """The acts with the number of the branch of a unit; that of nowhere where there is no unit."""
        spans = self._table.rename({f"s_{one}": one for one in self._table.columns})
        asked = acts.mutate(asked_unit=unit)
        at = asked.recorded_at.cast(spans.s_since.type())
        joined = asked.left_join(spans, [asked.asked_unit == spans.s_unit, at >= spans.s_since, at < spans.s_until])
        return joined.mutate(**{column: joined.s_branch.fill_null(0)}).drop("asked_unit", *spans.columns)

    def _number(self, branch: Branch) -> int:
        if branch not in self.known:
            self.known.append(branch)
        return self.known.index(branch)
