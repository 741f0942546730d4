"""Random histories: what happens in the company, in order, as plain data that can be run again in other ways."""

from dataclasses import dataclass, field
from typing import Any, Literal

from hypothesis import strategies as st

MINUTE = 1
HOUR = 60
DAY = 24 * HOUR


@dataclass(frozen=True)
class Act:
    """Somebody uses a verb on the nth case opened (nothing: opens one). `late`: so many minutes after it happened."""

    who: str
    verb: str
    case: int | None = None
    args: dict[str, Any] = field(default_factory=dict)
    late: int = 0


@dataclass(frozen=True)
class Several:
    """One verb on several cases in one list."""

    who: str
    verb: str
    cases: tuple[int, ...]
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decide:
    """Somebody decides on the oldest request that waits for him."""

    who: str
    verb: Literal["approval.consent", "approval.reject"]


@dataclass(frozen=True)
class Correct:
    """The time of the latest `verb` on a case is set right by so many minutes (earlier: negative)."""

    who: str
    case: int
    verb: str
    minutes: int


@dataclass(frozen=True)
class Calendar:
    """The company's calendar changes."""

    spec: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Succeed:
    """One person takes another's post from today on."""

    post: str
    person: str


@dataclass(frozen=True)
class Move:
    """The customer moves to another city: a fact on which clocks of his cases hang."""

    city: str


@dataclass(frozen=True)
class Waive:
    """The company forgoes what is owed longest under a control on a case: for good, or for so many minutes."""

    who: str
    case: int
    control: str
    minutes: int = 0


@dataclass(frozen=True)
class Publish:
    """Cases are to be closed within so many days from now on; how what runs is dealt with."""

    days: int
    running: Literal["keep", "switch", "from today"]


@dataclass(frozen=True)
class Observe:
    """Somebody is seen to keep a duty of conduct, or to break it."""

    who: str
    person: str
    source: str
    is_offence: bool


@dataclass(frozen=True)
class Find:
    """The oldest observation that was not decided yet is."""

    who: str
    verb: Literal["observation.confirm", "offence.confirm", "observation.dismiss"]


Happening = Act | Several | Decide | Correct | Calendar | Succeed | Move | Waive | Publish | Observe | Find


@dataclass(frozen=True)
class History:
    """Happenings with the minutes that pass before each, and those that pass after the last."""

    happenings: tuple[tuple[int, Happening], ...]
    rest: int

    def __repr__(self) -> str:
        lines = [f"  +{wait // DAY}d{wait % DAY // HOUR:02}:{wait % HOUR:02}  {one}" for wait, one in self.happenings]
        return "\n".join(["History:", *lines, f"  then {self.rest // DAY}d{self.rest % DAY // HOUR:02}"])


CUSTOMER = "江南机电有限公司"
ORDER = ("case.accept", "case.find", "case.settle", "case.reply", "case.close")
WHO = ("季安", "唐果", "苏敏", "韩立", "何川", "高岚", "罗平")
DESK = ("季安", "苏敏", "苏敏", "唐果")
MONEY = ("0", "999.99", "1000", "4999.99", "5000", "12000")
WAIVABLE = ("clocks#answer", "clocks#stage", "clocks#handed", "clocks#renewed")
WAITS = st.sampled_from([0, 1, 30, HOUR, 3 * HOUR, 8 * HOUR, DAY, DAY, 2 * DAY, 6 * DAY, 6 * DAY + 1]) | st.integers(
    0, 3 * DAY
)
SPECS: tuple[dict[str, Any], ...] = (
    {},
    {"week": {"MON-SAT": ["08:00-12:00"]}},
    {"week": {"MON-FRI": ["09:00-12:00", "13:30-18:00"]}, "own": [{"on": "2026-02-12", "hours": "closed"}]},
    {"week": {"MON-SUN": ["00:00-24:00"]}, "holidays": "none"},
)


@st.composite
def opening(draw: st.DrawFn) -> Act:
    kind = draw(st.sampled_from(["complaint", "complaint", "consultation"]))
    args: dict[str, Any] = {
        "kind": kind,
        "title": "到货破损",
        "unit": "热线组",
        "owner": draw(st.sampled_from(["季安", "苏敏"])),
    }
    if draw(st.booleans()):
        args["customer"] = CUSTOMER
    if draw(st.booleans()):
        args["severity"] = draw(st.sampled_from(["ordinary", "serious"]))
    who = draw(st.sampled_from(["季安", "苏敏"])) if draw(st.integers(0, 7)) else "罗平"
    return Act(who, "case.open", None, args, draw(lates()))


def lates() -> st.SearchStrategy[int]:
    """Often recorded at once; sometimes hours or days late, even before the record was opened."""
    return st.sampled_from([0, 0, 0, 2 * HOUR, 2 * DAY])


ARGS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "case.accept": st.just({}),
    "case.find": st.fixed_dictionaries(
        {"findings": st.just("承运方责任")},
        optional={"is_founded": st.booleans(), "originating_unit": st.sampled_from(["销售部", "仓库"])},
    ),
    "case.settle": st.fixed_dictionaries({"amount": st.sampled_from(MONEY), "handling": st.just("discount")}),
    "case.reply": st.just({"reply_channel": "phone", "reply": "已告知"}),
    "case.close": st.just({}),
    "case.note": st.just({"text": "客户来电"}),
    "case.classify": st.fixed_dictionaries(
        {"kind": st.sampled_from(["complaint", "complaint", "consultation"])},
        optional={
            "severity": st.sampled_from(["serious", "ordinary"]),
            "is_joint": st.booleans(),
            "departments": st.sampled_from([["销售部"], ["销售部", "仓库"], ["热线组"]]),
        },
    ),
    "case.complete": st.fixed_dictionaries(
        {"demand": st.just("换货")},
        optional={"shipped_on": st.sampled_from(["2026-02-11", "2026-02-20", "2026-03-02"])},
    ),
    "case.assign": st.fixed_dictionaries({"owner": st.sampled_from(["季安", "苏敏", "唐果"])}),
    "case.void": st.just({"reason": "重复"}),
    "case.reinstate": st.just({}),
}


@st.composite
def acting(draw: st.DrawFn, cases: int) -> Happening:
    verb = draw(st.sampled_from([*ORDER, *ORDER, *ARGS]))
    case = draw(st.integers(0, max(cases - 1, 0)))
    who = draw(st.sampled_from(DESK if draw(st.integers(0, 3)) else WHO))
    args = draw(ARGS[verb])
    return Act(who, verb, case, args, draw(lates()))


@st.composite
def listed(draw: st.DrawFn, cases: int) -> Several:
    """One verb on a list in which a case may stand twice."""
    verb = draw(st.sampled_from(["case.accept", "case.find", "case.note", *ORDER, *ARGS]))
    several = draw(st.lists(st.integers(0, cases - 1), min_size=2, max_size=4))
    return Several(draw(st.sampled_from(DESK)), verb, tuple(several), draw(ARGS[verb]))


@st.composite
def course(draw: st.DrawFn, steps: dict[int, int]) -> list[Happening]:
    """The next steps of a case on its way, by the manager mostly; what a settlement asks is mostly consented to.

    Which step comes next stands in `steps`.
    """
    case = draw(st.sampled_from(sorted(steps)))
    found: list[Happening] = []
    for verb in ORDER[steps[case] : steps[case] + draw(st.integers(1, 3))]:
        steps[case] += 1
        late = draw(lates()) if not draw(st.integers(0, 2)) else 0
        args = draw(ARGS[verb]) | ({"is_founded": draw(st.booleans())} if verb == "case.find" else {})
        found.append(Act(draw(st.sampled_from(["苏敏", "苏敏", "苏敏", "季安"])), verb, case, args, late))
        if verb == "case.accept" and draw(st.booleans()):  # the answer waits for what the customer is to send
            found += [Act("苏敏", one, case, draw(ARGS[one])) for one in ("case.complete", "case.note")]
        if verb == "case.settle" and draw(st.integers(0, 3)):
            found += [Decide(who, "approval.consent") for who in ("韩立", "何川", "高岚")]
    return found


@st.composite
def turning(draw: st.DrawFn, cases: int) -> Happening:
    """What comes between: a decision, a correction, another calendar, another person in a post, a customer moved."""
    match draw(st.integers(0, 4)):
        case 0:
            who = draw(st.sampled_from(["韩立", "何川", "高岚"]))
            return Decide(who, draw(st.sampled_from(["approval.consent", "approval.consent", "approval.reject"])))
        case 1:
            shift = draw(st.sampled_from([-DAY, -2 * DAY, -HOUR]))
            return Correct("苏敏", draw(st.integers(0, cases - 1)), draw(st.sampled_from(["case.open", *ORDER])), shift)
        case 2:
            return Calendar(draw(st.sampled_from(SPECS)))
        case 3:
            return Move(draw(st.sampled_from(["上海", "上海", "杭州"])))
        case _:
            post, person = st.sampled_from(["何川", "苏敏", "季安"]), st.sampled_from(["唐果", "罗平", "韩立"])
            return Succeed(draw(post), draw(person))


@st.composite
def governing(draw: st.DrawFn, cases: int) -> Happening:
    """What a company does about its rules: waives what is owed, publishes another version, looks at people's work."""
    match draw(st.integers(0, 3)):
        case 0:
            who = draw(st.sampled_from(["高岚", "高岚", "高岚", "苏敏"]))
            control = draw(st.sampled_from(WAIVABLE))
            return Waive(who, draw(st.integers(0, cases - 1)), control, draw(st.sampled_from([0, DAY, 9 * DAY])))
        case 1:
            return Publish(draw(st.integers(3, 9)), draw(st.sampled_from(["keep", "switch", "from today"])))
        case 2:
            source = draw(st.sampled_from(["抽听", "抽听", "传闻"]))
            return Observe("苏敏", draw(st.sampled_from(["季安", "唐果", "韩立"])), source, draw(st.booleans()))
        case _:
            return Find(
                "苏敏", draw(st.sampled_from(["observation.confirm", "offence.confirm", "observation.dismiss"]))
            )


@st.composite
def histories(draw: st.DrawFn, most: int = 12) -> History:
    """One to three cases go their way, with whatever comes between."""
    cases = draw(st.integers(1, 3))
    found: list[tuple[int, Happening]] = [(draw(WAITS), draw(opening())) for _ in range(cases)]
    steps = dict.fromkeys(range(cases), 0)
    for _ in range(draw(st.integers(3, most))):
        match draw(st.integers(0, 13)):
            case 0 | 1 | 2 | 3:
                found += [(draw(WAITS), one) for one in draw(course(steps))]
            case 4 | 5 | 6:
                found.append((draw(WAITS), draw(acting(cases))))
            case 7 | 8:
                found.append((draw(WAITS), draw(listed(cases))))
            case 9 | 10 | 11:
                found.append((draw(WAITS), draw(turning(cases))))
            case _:
                found.append((draw(WAITS), draw(governing(cases))))
    return History(tuple(found), draw(st.sampled_from([0, DAY, 9 * DAY, 30 * DAY])))
