"""The figures of the statistics page and of REST: one answer to one question, in a fixed number of statements."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from keguan.cases import statistics as cases
from keguan.cases.statistics import Among, Band, Month
from keguan.controls import scopes
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.queries.in_time import Judged, Span, judged
from keguan.insights.asking import GROUPS, Asked
from keguan.kernel import clock
from keguan.org.queries import unit_names
from keguan.policies.engines import Rulebook
from keguan.policies.rulebooks import current

MOST_CAUSES = 12


@dataclass(frozen=True, slots=True)
class Share:
    """Judgements of something (a department, a control, a month): in time, past due, of those done late."""

    key: UUID | str | dt.date | None
    kept: int
    broken: int
    late: int

    @property
    def judged(self) -> int:
        """How many came to an end or to their due moment."""
        return self.kept + self.broken

    @property
    def share(self) -> float | None:
        """In time ÷ judged; nothing where nothing was."""
        return self.kept / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Cause:
    """Complaints alike in the facts they are counted by (`values`, in their order), and the share up to here."""

    values: tuple[object, ...]
    count: int
    cumulative: float
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Statistics:
    """All figures of one question. `units` names the departments, as far as the figures mention them."""

    asked: Asked
    ages: tuple[Band, ...]
    departments: tuple[Share, ...]
    controls: tuple[Share, ...]
    in_months: tuple[Share, ...]
    causes: tuple[Cause, ...]
    months: tuple[Month, ...]
    units: Mapping[UUID, str]
    rules: Rulebook


def statistics(asked: Asked) -> Statistics:
    """The answer. The same number of statements however much there is."""
    known, rules = scopes.grants(asked.viewer), current(clock.now())
    among = Among(asked.viewer, asked.department, known)
    sees_policies = known is not None and known.sees_some("pack")
    counted = judged(span(asked, rules), scopes.among(asked.viewer, known)) if sees_policies else []
    reasons = cases.causes(among, asked.first, asked.last, GROUPS[asked.group])
    units = {row.unit for row in counted if row.unit}
    units |= {value for values, _ in reasons for value in values if isinstance(value, UUID)}
    units |= {asked.department} if asked.department else set()
    firsts = cases.month_firsts(asked.first, asked.last)
    by_month = {share.key: share for share in shares((row.month, row) for row in counted)}
    return Statistics(
        asked,
        cases.ages(among, asked.today),
        worst_first(shares((row.unit, row) for row in counted)),
        worst_first(shares((row.control, row) for row in counted)),
        tuple(by_month.get(first, Share(first, 0, 0, 0)) for first in firsts),
        pareto(reasons),
        cases.months(among, asked.first, asked.last),
        unit_names(units),
        rules,
    )


def span(asked: Asked, rules: Rulebook, controls: Iterable[str] = ()) -> Span:
    """Which judgements are counted: of deadlines in force and not on trial (of these, where some are named)."""
    wanted = set(controls)
    keys = [
        control.key
        for control in rules.controls
        if isinstance(control, DeadlineControl) and not control.trial and (not wanted or control.key in wanted)
    ]
    ends_at = cases.midnight(asked.last + dt.timedelta(days=1))
    return Span(cases.midnight(asked.first), ends_at, keys, asked.department)


def shares(rows: Iterable[tuple[UUID | str | dt.date | None, Judged]]) -> list[Share]:
    """Judgements added up by a key."""
    counts: dict[UUID | str | dt.date | None, Counter[str]] = {}
    for key, row in rows:
        counts.setdefault(key, Counter())[row.outcome] += row.count
    return [Share(key, one["kept"], one["broken"], one["kept_late"]) for key, one in counts.items()]


def worst_first(found: Iterable[Share]) -> tuple[Share, ...]:
    """The lowest share first; of equals, what was judged more often."""
    return tuple(sorted((one for one in found if one.judged), key=lambda one: (one.share, -one.judged, str(one.key))))


def pareto(found: Iterable[tuple[tuple[object, ...], int]]) -> tuple[Cause, ...]:
    """Counts with the share of all that they make up together; the small ones beyond a dozen are put together."""
    rows = list(found)
    total, so_far = sum(count for _, count in rows), 0
    causes = []
    for values, count in rows[:MOST_CAUSES]:
        so_far += count
        causes.append(Cause(values, count, so_far / total))
    if rest := rows[MOST_CAUSES:]:
        causes.append(Cause((), sum(count for _, count in rest), 1.0, is_rest=True))
    return tuple(causes)
