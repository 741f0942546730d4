"""Static checks of deadlines: what can never be met, contradicts itself, cannot be followed, or never ends."""

from collections.abc import Iterator, Mapping, Sequence

from keguan.controls.conditions import Condition, nodes
from keguan.controls.engines.access import AccessControl
from keguan.controls.engines.deadline_control import DeadlineControl
from keguan.controls.engines.reading import Reader
from keguan.controls.names import HAPPENED_ON
from keguan.controls.terms import Form
from keguan.kernel.records.kinds import Date, Moment
from keguan.kernel.records.labels import Label
from keguan.policies.engines import BookDraft, Control, Fault


def check_one(read: Reader, made: DeadlineControl) -> None:
    """Report what is wrong with a deadline by itself."""
    for name, condition in (("while", made.holding), ("hold", made.hold)):
        if condition is not None and _follows_days(condition):
            read.fault(
                f"{name} 的条件随日子变化，没有动作会使它重新判断",
                f"the condition of {name} changes with the day alone: no act would have it judged again",
                "改写成 every: day 加 each 的条件，或改用事实",
                "write every: day with a condition under each",
                name,
            )
    for name, found in (("before", made.before),):
        if found is not None and not isinstance(found.kind, Date | Moment):
            read.fault(
                f"“{found.label.zh}”不是日期",
                f"“{found.label.en}” is no date",
                "写一个日期事实",
                "name a date fact",
                name,
            )
    if made.pause and not made.within.can_pause:
        read.fault(
            "到某一天为止的期限不能停算",
            "a term that ends on a given day cannot be paused",
            "去掉 pause，或改用一段时间",
            "leave out pause, or write a span",
            "pause",
        )
    if made.pause and not made.resume:
        read.fault(
            "停算后没有恢复的动作",
            "nothing would let its time run again",
            "写 pause: {from: …, until: …}",
            "write pause: {from: …, until: …}",
            "pause",
        )
    if made.sample is not None and not made.is_ticking:
        read.fault(
            "sample 只用于 at 与 every", "sample goes with at and every", "去掉 sample", "leave out sample", "sample"
        )
    if made.population is not None and (made.after or made.judged):
        read.fault(
            "动作之后的期限不能逐条对一类记录",
            "a deadline after an act cannot run for each record of a type",
            "each 写列表事实，或用 at、every",
            "let each be a list fact, or use at or every",
            "each",
        )
    if made.keys is not None:
        _check_keys(read, made, made.keys.name)
    if made.from_on is not None and made.until_on is not None and made.from_on >= made.until_on:
        read.fault(
            "from 不早于 until，永远不施行",
            "from is not before until: it is never in effect",
            "改正日期",
            "mend the days",
            "until",
        )
    _check_terms(read, made)


def _check_keys(read: Reader, made: DeadlineControl, key: str) -> None:
    for act in made.do:
        if act.verb.argument(key) is None:
            read.fault(
                f"“{act.verb.label.zh}”没有说明是哪一个 {key}",
                f"“{act.verb.label.en}” does not say which {key}",
                f"选一个有 {key} 参数的动作",
                f"choose an act with an argument {key}",
                "do",
            )


def _check_terms(read: Reader, made: DeadlineControl) -> None:
    for term in made.within.every():
        if made.at is not None and term.form is Form.BEFORE_DATE and term.on is not None and term.on <= made.at:
            read.fault(
                f"{made.at} 起算、{term.on} 之前办成，永远做不到",
                f"it starts on {made.at} and is due before {term.on}: it can never be met",
                "改正日期",
                "mend the days",
                "within",
            )
        if made.before is not None and term.form is not Form.BEFORE_FACT:
            read.fault(
                "before 的期限要写成“某日期之前多久”",
                "a deadline before a date needs a term before it",
                f"写成 1 month before {made.before.key}",
                f"write 1 month before {made.before.key}",
                "within",
            )


def _follows_days(condition: Condition) -> bool:
    """Whether the passing of days alone may change the answer."""
    for node in nodes.walk(condition.tree):
        if isinstance(node, nodes.Test) and isinstance(node.comparison, nodes.Window | nodes.SameDayOfYear):
            return True
    return any(name.path == (HAPPENED_ON,) for name in condition.names())


def check_all(controls: Sequence[Control], _book: BookDraft) -> Iterator[Fault]:
    """Faults that show only beside other controls."""
    found = [control for control in controls if isinstance(control, DeadlineControl)]
    granted = {verb for control in controls if isinstance(control, AccessControl) for verb in control.verbs}
    for control in found:
        yield from _never_met(control, granted)
    yield from _contradicting(found)
    yield from _cycles(found)


def _never_met(control: DeadlineControl, granted: set[str]) -> Iterator[Fault]:
    opening = {act.verb.name for act in control.after if act.when.is_always}
    for act in control.do:
        if act.verb.name in opening and act.when.is_always and not control.is_apart:
            yield control.place.fault(
                Label(f"“{act.verb.label.zh}”既起算又算办成", f"“{act.verb.label.en}” both starts and meets it"),
                Label("起算与办成要是不同的动作", "let different acts start and meet it"),
                "do",
            )
    if granted and control.do and not any(act.verb.name in granted for act in control.do):
        name = control.do[0].verb.name
        yield control.place.fault(
            Label(
                f"没有岗位可以办理“{control.owed.zh}”，这个期限永远做不到",
                f"no role may do “{control.owed.en}”, so this can never be met",
            ),
            Label(f"在 access 的 may 里授予 {name}", f"grant {name} under may of an access control"),
            "do",
        )
    cancelled = {act.verb.name for act in control.cancel if act.when.is_always}
    if control.do and all(act.verb.name in cancelled for act in control.do):
        yield control.place.fault(
            Label("办成它的动作同时取消它", "the acts that meet it cancel it as well"),
            Label("从 cancel 里去掉", "take them out of cancel"),
            "cancel",
        )


def _contradicting(found: Sequence[DeadlineControl]) -> Iterator[Fault]:
    """Two deadlines after and for the same acts, of different length, on the same records, neither of them a draft."""
    seen: dict[tuple[object, ...], DeadlineControl] = {}
    for control in found:
        if not control.after or control.keys or control.trial:
            continue
        key = (
            frozenset((a.verb.name, a.when) for a in control.after),
            frozenset((a.verb.name, a.when) for a in control.do),
            control.at_least,
        )
        other = seen.setdefault(key, control)
        if other is not control and other.within != control.within and other.by == control.by:
            yield control.place.fault(
                Label(
                    f"与{other.clause}（{other.key}）对同一件事定了不同的期限",
                    f"{other.clause} ({other.key}) gives the same thing another term",
                ),
                Label("留一个，或用条件分开", "keep one, or part them by conditions"),
                "within",
            )


def _cycles(found: Sequence[DeadlineControl]) -> Iterator[Fault]:
    """Deadlines that open each other by being broken, without end."""
    waits: Mapping[str, set[str]] = {one.key: {judged.control for judged in one.judged} for one in found}
    for control in found:
        reached: set[str] = set()
        todo = set(waits[control.key])
        while todo:
            key = todo.pop()
            if key not in reached:
                reached.add(key)
                todo |= waits.get(key, set())
        if control.key in reached:
            yield control.place.fault(
                Label(
                    "这个期限的结果又使它自己起算，没有尽头", "what comes of this deadline starts it again, without end"
                ),
                Label("断开其中一处 breach: 或 kept:", "break the ring at one breach: or kept:"),
                "after",
            )
