"""A deadline in words, line by line: what starts and ends it, whose calendar, what was skipped, paused, extended."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keguan.controls.terms.deadlines import Stretch
from keguan.controls.terms.moments import DAY, shifted
from keguan.controls.terms.stretches import Pause
from keguan.controls.terms.term import Counting, Form, Term, span
from keguan.controls.terms.words import WEEKDAYS, duration, han
from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.records.labels import Label, join
from keguan.org.calendars import Calendar

NOTHING = Label("", "")
ALREADY = Label("起算时已过期限", "it was over before it began")
_HAN = {"day": "日", "week": "周", "month": "个月", "year": "年", "hour": "小时", "minute": "分钟", "ring": "声铃响",
        "working_day": "个工作日", "working_hour": "个工作小时", "working_minute": "个工作分钟"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Course:
    """How a term ran: from `start` to `end`, its first and last day by its own count, the day of a fact."""

    term: Term
    start: dt.datetime
    end: dt.datetime
    calendar: Calendar
    since: Label
    last: dt.date
    target: dt.date | None = None

    @property
    def first(self) -> dt.date:
        """The day on which it starts."""
        return self.calendar.local(self.start).date()


def under(citation: Citation, version: int | None, term: Term) -> Label:
    """The line above all: under which clause, of which version, what term runs."""
    said = term.label()
    zh = f"第 {version} 版" if version else ""
    en = f", version {version}" if version else ""
    return Label(
        f"依《{citation.policy_title}》{zh}{citation.clause}：{said.zh}",
        f"under {citation.clause} of “{citation.policy_title}”{en}: {said.en}",
    )


def explain(course: Course) -> list[Label]:
    """What starts and ends the term before any pause, and by whose calendar."""
    lines = [_said(course)]
    if course.end <= course.start:
        lines.append(ALREADY)
    return lines


def by_calendar(course: Course) -> list[Label]:
    """Whose calendar counts, where it is not the company's and the term asks it."""
    name = course.calendar.name
    if name is None or (course.term.counting not in (Counting.WORKING_TIME, Counting.WORKING_DAYS)
                        and course.term.unit != "working_day"):  # fmt: skip
        return []
    return [Label(f"按“{name.zh}”计", f"by the calendar “{name.en}”")]


def said_in_han(term: Term) -> str:
    """The figure and unit of a term in Chinese."""
    # 二个 is never said: 两个工作日, 两小时, but 二日.
    figure = "两" if term.count == 2 and term.unit != "day" else han(term.count)
    blank = " " if figure.isdigit() else ""
    return f"{blank}{figure}{blank}{_HAN[term.unit]}"


def clock_of(course: Course) -> str:
    """The end on the last day's clock; a night shift's is past 24:00."""
    seconds = course.calendar.day(course.last).hours[-1].end
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"


def _said(course: Course) -> Label:
    term, since = course.term, course.since
    match term.form:
        case Form.SPAN:
            return _span(course)
        case Form.BY_TIME:
            is_same = course.calendar.local(course.end).date() == course.first
            which = Label("当日", "the same day") if is_same else Label("次日", "the next day")
            return Label(f"止于{since.zh}{which.zh} {term.clock:%H:%M}", f"ends {which.en} at {term.clock:%H:%M}")
        case Form.BY_DAY | Form.PERIOD_END:
            return _day_of_period(course)
        case Form.BEFORE_DATE | Form.BEFORE_FACT:
            return _before(course)
        case Form.UNTIL:
            at = f"{course.calendar.local(course.end):%Y-%m-%d %H:%M}"
            return Label(f"止于 {at}", f"ends on {at}")
        case _:
            return Label(f"止于{since.zh}当日 24 时", f"ends on the day of {since.en} at 24:00")


def _span(course: Course) -> Label:
    term, since, last = course.term, course.since, course.last
    measure, figure = span(term.count, term.unit).en, said_in_han(term)
    if term.unit == "ring":
        seconds = term.ring_seconds
        return Label(f"自{since.zh}时起{figure}，每声 {seconds} 秒", f"{measure} from {since.en}, {seconds} s each")
    if term.counting is Counting.CLOCK:
        return Label(
            f"自{since.zh}时起算{figure}，按钟点连续计算，不扣休息时间",
            f"{measure} from {since.en}, by the clock, rest included",
        )
    if term.counting is Counting.WORKING_TIME:
        return Label(f"自{since.zh}时起算{figure}，只计工作时间", f"{measure} from {since.en}, working time only")
    if term.counting is Counting.WORKING_DAYS and term.to_the_minute:
        return Label(
            f"自{since.zh}时起算{figure}，止于末日（{last:%m-%d}）同一时刻，限在工作时间内",
            f"{measure} from {since.en}, to the same time of the last day ({last:%m-%d}), within working time",
        )
    if term.counting is Counting.WORKING_DAYS:
        return Label(
            f"自{since.zh}次日起算{figure}，止于末日（{last:%m-%d}）{clock_of(course)}",
            f"{measure} from the day after {since.en}, "
            f"to the end of work on the last day ({last:%m-%d} {clock_of(course)})",
        )
    return _natural(course, measure, figure)


def _natural(course: Course, measure: str, figure: str) -> Label:
    term, since, last = course.term, course.since, course.last
    how, where = Label("按自然日计", "in natural days"), Label("末日 ", "the last day")
    if term.unit in ("month", "year"):
        how = Label("按月历计" if term.unit == "month" else "按年历计", "by the calendar")
        where = Label(f"对应日（{last:%m-%d}）", f"the day of the same number ({last:%m-%d})")
        if shifted(course.first, term.count, term.unit)[1]:
            where = Label(
                f"月末日（{last:%m-%d}，当月无对应日）", f"the month's last day ({last:%m-%d}; it has no such day)"
            )
    if term.to_the_minute:
        return Label(
            f"自{since.zh}时起算{figure}，止于{where.zh.strip()}同一时刻；不因假日顺延",
            f"{measure} from {since.en}, to the same time on {where.en}; not moved by holidays",
        )
    return Label(
        f"自{since.zh}次日起算{figure}，{how.zh}，止于{where.zh}24 时；不因假日顺延",
        f"{measure} from the day after {since.en}, {how.en}, to the end of {where.en} at 24:00; not moved by holidays",
    )


def _day_of_period(course: Course) -> Label:
    term, last = course.term, course.last
    if term.form is Form.PERIOD_END:
        at = f"{last} {clock_of(course)}" if _ends_with_work(course) else f"{last} 24:00"
        said = term.label()
        return Label(f"止于 {at}，即{said.zh}", f"ends on {at}: {said.en}")
    wanted = term.day or 1
    cut = (
        Label("（当月无此日，止于月末日）", " (the month has no such day: its last)") if last.day < wanted else NOTHING
    )
    if term.of_month:
        return Label(
            f"止于 {last} 24 时，即当月 {wanted} 日{cut.zh}",
            f"ends on {last} at 24:00, day {wanted} of that month{cut.en}",
        )
    return Label(
        f"止于 {last} 24 时，即最近的 {wanted} 日{cut.zh}", f"ends on {last} at 24:00, the next day {wanted}{cut.en}"
    )


def _ends_with_work(course: Course) -> bool:
    return course.term.unit == "working_day" and course.calendar.day(course.last).is_working


def _before(course: Course) -> Label:
    term = course.term
    if term.form is Form.BEFORE_DATE:
        return Label(f"应在 {term.on} 之前，即止于前一日 24 时", f"before {term.on}: to the end of the day before")
    target = course.target or course.last
    is_cut = term.unit != "working_day" and shifted(target, -term.count, term.unit)[1]
    cut = Label("（当月无对应日，取月末日）", " (the month has no such day: its last)") if is_cut else NOTHING
    end = clock_of(course) if _ends_with_work(course) else "24 时"
    return Label(
        f"{target} 之前{said_in_han(term)}，即止于 {course.last} {end}{cut.zh}",
        f"{span(term.count, term.unit).en} before {target}: to the end of {course.last}{cut.en}",
    )


def skipped(course: Course, stretches: Sequence[Stretch], pauses: Iterable[Pause]) -> list[Label]:
    """What was skipped by its reason, and the make-up days counted; pauses are told apart."""
    if course.term.counting is Counting.WORKING_TIME:
        return _skipped_time(stretches)
    return _skipped_days(course, pauses) if course.term.counting is Counting.WORKING_DAYS else []


def _skipped_time(stretches: Sequence[Stretch]) -> list[Label]:
    found: dict[str, tuple[Label, dt.timedelta]] = {}
    for one in stretches:
        if one.kind == "skipped" and one.why:
            before = found.get(one.why.zh, (one.why, dt.timedelta()))[1]
            found[one.why.zh] = (one.why, before + one.end - one.start)
    if not found:
        return []
    words = [Label(f"{why.zh} {duration(n).zh}", f"{why.en} {duration(n).en}") for why, n in found.values()]
    joined = join(words, "、", ", ")
    return [Label(f"跳过{joined.zh}", f"skipped: {joined.en}")]


def _skipped_days(course: Course, pauses: Iterable[Pause]) -> list[Label]:
    calendar, found, makeup = course.calendar, dict[str, tuple[Label, int]](), list[Label]()
    stopped = [(calendar.local(begin).date(), calendar.local(stop).date()) for begin, stop in pauses]
    for number in range(1, (course.last - course.first).days + 1):
        day = calendar.day(course.first + number * DAY)
        if any(begin < day.date <= stop for begin, stop in stopped):
            continue
        if not day.is_working:
            found[day.why_off.zh] = (day.why_off, found.get(day.why_off.zh, (day.why_off, 0))[1] + 1)
        elif day.is_makeup:
            weekday = WEEKDAYS[day.date.weekday()]
            makeup.append(Label(f"{day.date:%m-%d}（{weekday.zh}）", f"{weekday.en} {day.date:%m-%d}"))
    lines = []
    if found:
        words = [
            Label(f"{why.zh} {n} 天", f"{n} {'day' if n == 1 else 'days'} of {why.en}") for why, n in found.values()
        ]
        said = join(words, "、", ", ")
        lines.append(Label(f"跳过{said.zh}", f"skipped: {said.en}"))
    if makeup:
        said = join(makeup, "、", ", ")
        lines.append(Label(f"{said.zh}补班，照计", f"make-up working days counted: {said.en}"))
    return lines


def warning(last: dt.date) -> Label:
    """The visible warning for a year whose holidays are not announced."""
    return Label(
        f"{last.year} 年放假安排尚未公布，暂按法定节假日计，公布后可能变动",
        f"public holidays and make-up days of {last.year} are not announced yet: provisional",
    )
