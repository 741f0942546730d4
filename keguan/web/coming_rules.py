"""What is announced and not yet in force, in words: which versions and calendars, and how many clocks they concern."""

from collections.abc import Iterator, Mapping, Sequence

from keguan.controls.queries import Coming
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label
from keguan.web.components import Figure

HOW: dict[str, Label] = {
    "keep": Label("仍按原版办完", "finish under the old version"),
    "switch": Label("转按新版", "go on by the new version"),
    "from today": Label("自施行日起按新版", "start anew under it on that day"),
}
RUNNING = Label("在办时限 {n} 项{how}", "{n} running {n:deadline|deadlines} will {how}")
CONCERNED = Label(
    "改动作息日历会涉及 {n} 项在办时限", "A change of a calendar concerns {n} running {n:deadline|deadlines}"
)
MOVED = Label(
    "作息日历 {day} 起有变：在办时限 {n} 项可能重算",
    "Calendars change on {day}: {n} running {n:deadline|deadlines} may be worked out anew",
)


def lines(several: Sequence[Coming], titles: Mapping[str, str]) -> Iterator[Label]:
    """A sentence for each new version and each change of calendars."""
    for one in several:
        day = one.begins_at.astimezone(COMPANY_ZONE).date()
        for code, number in one.policies.items():
            title = titles.get(code, code)
            zh, en = _concerned(one, code)
            yield Label(f"《{title}》第 {number} 版 {day} 起施行：{zh}", f"{title}, version {number}, from {day}: {en}")
        if one.moved is not None:
            yield MOVED.format(day=day, n=one.moved)


def of_calendars(count: int) -> Label:
    """What any change of a calendar would concern, told before it is made."""
    return CONCERNED.format(n=count)


def _concerned(one: Coming, code: str) -> tuple[str, str]:
    counts = [(how, count) for (policy, how), count in one.clocks.items() if policy == code]
    if not counts:
        return "不涉及在办时限", "no running deadline is concerned"
    zh = "，".join(RUNNING.format(n=count, how=HOW[how]).zh for how, count in counts)
    return zh, ", ".join(RUNNING.format(n=count, how=HOW[how]).en for how, count in counts)


def figures(several: Sequence[Coming], code: str, number: int) -> Iterator[Figure]:
    """What one version that is announced means for clocks that run."""
    for one in several:
        if one.policies.get(code) == number:
            counts = [(how, count) for (policy, how), count in one.clocks.items() if policy == code]
            for how, count in counts:
                yield Figure(Label(f"在办时限{HOW[how].zh}", f"Running deadlines that will {HOW[how].en}"), str(count))
            if not counts:
                yield Figure(Label("涉及的在办时限", "Running deadlines concerned"), "0")
