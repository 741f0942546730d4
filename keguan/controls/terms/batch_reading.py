"""The steps of the batch reading of a term: what is joined for each form. Called by `batch` only."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from keguan.controls.conditions import Condition
from keguan.controls.terms.grammar import parse_term
from keguan.controls.terms.moments import length
from keguan.controls.terms.ordinals import DAY_US, FAR, MICROSECOND, number, us
from keguan.controls.terms.term import Counting, Form, Term, TermUnknown
from keguan.org.calendars import DAY_SECONDS

if TYPE_CHECKING:
    from keguan.controls.terms.batch import CalendarTables

UTC = "timestamp('UTC')"
PREFIX = "_term_"
CLOCK = ("offset_0", "offset_turn", "offset_1")


def named(name: str) -> str:
    """A column of our own, out of the way of the table's."""
    return PREFIX + name


def microseconds(moment: Any) -> Any:
    """A moment as microseconds since 1970."""
    if moment.type().is_integer():
        return moment.cast("int64")
    moment = moment.cast("timestamp")  # the session is in UTC
    return moment.truncate("s").epoch_seconds().cast("int64") * 1_000_000 + moment.microsecond().cast("int64")


def moment_of(us: Any) -> Any:
    """The inverse of `microseconds`."""
    whole = (us // 1_000_000).as_timestamp("s").cast("timestamp")
    return (whole + (us % 1_000_000).as_interval("us")).cast(UTC)


def null() -> Any:
    """No moment."""
    import ibis

    return ibis.null("int64")


def _numbered(what: str, count: int, second: str = "end") -> list[str]:
    return [f"{what}_{index}_{part}" for index in range(count) for part in ("start", second)]


class Reading:
    """One term read over one table. Each step gives the table with what it joined, and the column it found."""

    def __init__(
        self, tables: "CalendarTables", facts: Mapping[str, str], texts: Mapping[str, Sequence[str]],
        conditions: Sequence[Condition],
    ) -> None:  # fmt: skip
        self.tables, self.facts, self.texts, self.conditions = tables, facts, texts, conditions
        self.joins = 0

    def due(self, t: Any, term: Term) -> tuple[Any, Any]:  # noqa: PLR0911 – one case for each form
        """The table, and the due moment in microseconds."""
        if term.form is Form.TABLE:
            return self._table(t, term)
        if term.form is Form.FACT:
            return self._fact(t, term)
        if term.parameter and not term.is_configured:
            return t, null()
        if term.counting is Counting.CLOCK:
            return t, self._clock(t, term)
        if term.form is Form.UNTIL and term.at is not None:
            return self.keep(t, t[named("us")] * 0 + us(term.at))
        if term.counting is Counting.WORKING_TIME:
            return self._working_time(t, term)
        return self._by_day(t, term)

    def _table(self, t: Any, term: Term) -> tuple[Any, Any]:
        import ibis

        rows: list[tuple[str | None, str]] = []
        for row in term.rows:
            t, due = self.due(t, row.term)
            t, due = self.keep(t, due)
            test = None if row.when is None else named(f"row_{self.conditions.index(row.when)}")
            rows.append((test, due.get_name()))
            if test is None:
                break
        branches = []
        for test, due_name in rows:
            if test is not None:  # an unknown row before a true one leaves the term unknown
                branches += [(t[test].isnull(), null()), (t[test], t[due_name])]
        otherwise = t[rows[-1][1]] if rows[-1][0] is None else null()
        return t, ibis.cases(*branches, else_=otherwise) if branches else otherwise

    def _fact(self, t: Any, term: Term) -> tuple[Any, Any]:
        import ibis

        fact = term.fact or ""
        column = self.facts[fact]
        branches: list[tuple[str, str]] = []
        for text in self.texts.get(fact, ()):
            t, due = self.due(t, parse_term(text).measured(term.ring_seconds))
            t, due = self.keep(t, due)
            branches.append((text, due.get_name()))
        cases = [(t[column] == text, t[name]) for text, name in branches]
        return t, ibis.cases(*cases, else_=null()) if cases else null()

    def keep(self, t: Any, column: Any) -> tuple[Any, Any]:
        """Give a column a name of its own, so that joins after it carry it on."""
        self.joins += 1
        name = named(f"kept_{self.joins}")
        t = t.mutate(**{name: column})
        return t, t[name]

    def join(self, t: Any, other: Any, keys: Mapping[str, Any], *wanted: str) -> tuple[Any, Callable[[str], Any]]:
        """Left join by equality on unique keys; gives the table and how to read the joined columns."""
        if self.tables.only is not None:  # one calendar needs no key
            keys = {name: value for name, value in keys.items() if name != "calendar"}
        self.joins += 1
        prefix = named(f"{self.joins}_")
        held = {f"{prefix}key_{name}": value for name, value in keys.items()}
        t = t.mutate(**held)
        other = other.select(**{prefix + name: other[name] for name in (*keys, *wanted)})
        joined = t.left_join(other, [t[f"{prefix}key_{name}"] == other[prefix + name] for name in keys])
        return joined, lambda name: joined[prefix + name]

    def _on(self, t: Any, day: Any, *wanted: str) -> tuple[Any, Callable[[str], Any]]:
        """The calendar's row of a day."""
        return self.join(t, self.tables.days, {"calendar": t[named("key")], "day": day}, *wanted)

    # --- what a start is ------------------------------------------------------------------------------------------
    def _begun(self, t: Any, at: Any) -> tuple[Any, dict[str, str]]:
        """The calendar's day, the clock and the working time of a moment: names of kept columns."""
        import ibis

        t, one = self.join(
            t, self.tables.utc_days, {"calendar": t[named("key")], "utc_day": at // DAY_US}, "width", "ordinal",
            "day_0", "turn_1", "day_1", "turn_2", "day_2", *CLOCK, *_numbered("window", self.tables.windows),
        )  # fmt: skip
        at = t[at.get_name()]
        day = ibis.cases(
            (one("utc_day").isnull(), null()), (at >= one("turn_2"), one("day_2")), (at >= one("turn_1"), one("day_1")),
            else_=one("day_0"),
        )  # fmt: skip
        wall = at + ibis.ifelse(at >= one("offset_turn"), one("offset_1"), one("offset_0"))
        done = one("ordinal")
        for index in range(self.tables.windows):
            begin, end = one(f"window_{index}_start"), one(f"window_{index}_end")
            done += ibis.greatest(ibis.least(at, end) - begin, 0)
        names = {"day": day, "wall": wall, "ordinal": done, "width": one("width")}
        kept = {}
        for part, column in names.items():
            self.joins += 1
            kept[part] = named(f"kept_{self.joins}")
            names[part] = column.name(kept[part])
        return t.mutate(**{column.get_name(): column for column in names.values()}), kept

    # --- the forms ------------------------------------------------------------------------------------------------
    def _clock(self, t: Any, term: Term) -> Any:
        try:
            return t[named("us")] + length(term) // MICROSECOND
        except TermUnknown:
            return null()

    def _working_time(self, t: Any, term: Term) -> tuple[Any, Any]:
        import ibis

        t, begun = self._begun(t, t[named("us")])
        t, target = self.keep(t, t[begun["ordinal"]] + length(term) // MICROSECOND)
        bucket = (target - 1) // t[begun["width"]]
        t, one = self.join(
            t, self.tables.buckets, {"calendar": t[named("key")], "bucket": bucket}, "limit",
            *_numbered("part", self.tables.parts, "before"),
        )  # fmt: skip
        target = t[target.get_name()]
        branches = [(target > one("limit"), null())]
        for index in reversed(range(self.tables.parts)):
            before = one(f"part_{index}_before")
            branches.append(((before < FAR) & (target > before), one(f"part_{index}_start") + target - before))
        return t, ibis.cases(*branches, else_=null())

    def _by_day(self, t: Any, term: Term) -> tuple[Any, Any]:
        t, begun = self._begun(t, t[named("us")])
        if term.form is Form.BY_TIME:
            return self._by_time(t, term, begun)
        t, last = self._last_day(t, term, begun["day"])
        t, one = self._on(t, last, "last_end", "ends_at", "first_start", "is_working", *CLOCK)
        if not term.to_the_minute:
            return t, one("last_end" if term.unit == "working_day" else "ends_at")
        return t, self._same_time(t, term, begun, one)

    def _same_time(self, t: Any, term: Term, begun: Mapping[str, str], one: Callable[[str], Any]) -> Any:
        import ibis

        wall = one("day") * DAY_US + t[begun["wall"]] - t[begun["day"]] * DAY_US
        end = wall - ibis.ifelse(wall >= one("offset_turn"), one("offset_1"), one("offset_0"))
        if term.unit != "working_day":
            return end
        inside = ibis.least(ibis.greatest(end, one("first_start")), one("last_end"))
        return ibis.ifelse(one("is_working"), inside, end)

    def _by_time(self, t: Any, term: Term, begun: Mapping[str, str]) -> tuple[Any, Any]:
        import ibis

        clock = 0 if term.clock is None else (term.clock.hour * 3600 + term.clock.minute * 60) * 1_000_000
        ends = []
        for ahead in (0, 1):
            t, one = self._on(t, t[begun["day"]] + ahead, *CLOCK)
            wall = one("day") * DAY_US + clock
            end = wall - ibis.ifelse(wall >= one("offset_turn"), one("offset_1"), one("offset_0"))
            t, end = self.keep(t, end)
            ends.append(end.get_name())
        return t, ibis.ifelse(t[ends[0]] > t[named("us")], t[ends[0]], t[ends[1]])

    def _last_day(self, t: Any, term: Term, day: str) -> tuple[Any, Any]:  # noqa: PLR0911 – the same
        match term.form:
            case Form.SPAN if term.counting is Counting.WORKING_DAYS:
                return self._nth_working_day(t, t[day], term.count)
            case Form.SPAN:
                return self._shifted(t, t[day], term.count, term.unit)
            case Form.BY_DAY:
                return self._day_of_month(t, term, day)
            case Form.BEFORE_DATE if term.on is not None:
                return self.keep(t, t[day] * 0 + (number(term.on) - 1))
            case Form.BEFORE_FACT:
                return self._before_fact(t, term)
            case Form.PERIOD_END:
                return self._period_end(t, term.unit, day)
            case _:
                return t, t[day]

    def _nth_working_day(self, t: Any, day: Any, count: int) -> tuple[Any, Any]:
        t, one = self._on(t, day, "ordinal")
        # back from a day: the day itself is the nearest that may count
        wanted = {"calendar": t[named("key")], "ordinal": one("ordinal") + count}
        t, two = self.join(t, self.tables.working_days, wanted, "day")
        return self.keep(t, two("day"))

    def _shifted(self, t: Any, day: Any, count: int, unit: str) -> tuple[Any, Any]:
        import ibis

        if unit in ("day", "week"):
            return self.keep(t, day + count * (7 if unit == "week" else 1))
        t, one = self._on(t, day, "month", "of_month")
        months = count * (12 if unit == "year" else 1)
        t, of_month = self.keep(t, one("of_month"))
        t, two = self.join(t, self.tables.months, {"month": t[one("month").get_name()] + months}, "first", "length")
        return self.keep(t, two("first") + ibis.least(t[of_month.get_name()], two("length")) - 1)

    def _day_of_month(self, t: Any, term: Term, day: str) -> tuple[Any, Any]:
        import ibis

        wanted, ends = term.day or 1, []
        t, one = self._on(t, t[day], "month")
        month = one("month").get_name()
        for ahead in (0,) if term.of_month else (0, 1):
            t, two = self.join(t, self.tables.months, {"month": t[month] + ahead}, "first", "length")
            t, end = self.keep(t, two("first") + ibis.least(wanted, two("length")) - 1)
            ends.append(end.get_name())
        return t, t[ends[0]] if term.of_month else ibis.ifelse(t[ends[0]] < t[day], t[ends[1]], t[ends[0]])

    def _period_end(self, t: Any, period: str, day: str) -> tuple[Any, Any]:
        if period in ("day", "working_day"):
            return t, t[day]
        if period == "week":
            return self.keep(t, t[day] + 6 - (t[day] + 3) % 7)
        t, one = self._on(t, t[day], "month")
        size = {"month": 1, "quarter": 3, "year": 12}[period]
        t, two = self.join(t, self.tables.months, {"month": one("month") // size * size + size - 1}, "first", "length")
        return self.keep(t, two("first") + two("length") - 1)

    def _before_fact(self, t: Any, term: Term) -> tuple[Any, Any]:
        column = t[self.facts[term.fact or ""]]
        if column.type().is_date():
            target = column.cast("timestamp").epoch_seconds().cast("int64") // DAY_SECONDS
        else:
            t, at = self.keep(t, microseconds(column))
            t, begun = self._begun(t, at)
            target = t[begun["day"]]
        t, target = self.keep(t, target)
        if term.unit == "working_day":
            return self._nth_working_day(t, target - 1, 1 - term.count)
        return self._shifted(t, target, -term.count, term.unit)
