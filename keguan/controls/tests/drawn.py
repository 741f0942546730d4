"""Random conditions and random facts of every kind, for the tests that let the readings of conditions agree.

Conditions come from hypothesis (they shrink), written as a policy writes them; facts come in pools of rows from a
seed, so that one query judges many conditions over many rows.
"""

import datetime as dt
import random
import uuid
from collections.abc import Collection
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from keguan.controls.conditions import LineList, Name, Vocabulary
from keguan.controls.conditions.names import ACT
from keguan.controls.conditions.values import day_of
from keguan.controls.tests.vocabulary import TYPES
from keguan.kernel.records.kinds import (
    Boolean,
    Choice,
    Date,
    Integer,
    Kind,
    Listing,
    Moment,
    Money,
    MoneyKind,
    Number,
    Reference,
    Text,
)
from keguan.kernel.records.labels import Label

KINDS: dict[str, Kind] = {
    "amount": MoneyKind(), "limit": MoneyKind(), "type": Choice(TYPES), "other_type": Choice(TYPES),
    "founded": Boolean(), "agreed": Boolean(), "title": Text(), "remark": Text(), "score": Number(), "bar": Number(),
    "times": Integer(), "counted": Integer(), "happened_on": Date(), "signed_on": Date(), "closed_at": Moment(),
    "opened_at": Moment(), "unit": Reference("unit"), "area": Reference("unit"), "tags": Listing(Text()),
    "units": Listing(Reference("unit")), "sorts": Listing(Choice(TYPES)), "owner": Reference("person"),
    "tester": Reference("person"),
}  # fmt: skip
ZH = {
    "amount": "赔付金额", "limit": "限额", "type": "类型", "other_type": "原类型", "founded": "投诉成立",
    "agreed": "客户同意", "title": "标题", "remark": "备注", "score": "得分", "bar": "合格线", "times": "次数",
    "counted": "清点数", "happened_on": "发生日期", "signed_on": "签订日期", "closed_at": "结案时间",
    "opened_at": "受理时间", "unit": "责任部门", "area": "所属区域", "tags": "标签", "units": "会同部门",
    "sorts": "涉及类型", "pages": "页数", "copies": "份数", "cost": "费用", "weight": "重量", "name": "品名",
    "on": "日期", "at": "时间", "ok": "合格", "sort": "种类", "owner": "承办人", "tester": "检验人",
    "unit__code": "部门编号", "unit__name": "部门名称",
}  # fmt: skip
LINE_KINDS: dict[str, Kind] = {
    "pages": Integer(), "copies": Integer(), "cost": MoneyKind(), "weight": Number(), "name": Text(), "on": Date(),
    "at": Moment(), "ok": Boolean(), "sort": Choice(TYPES), "unit": Reference("unit"), "unit__code": Text(),
    "unit__name": Text(),
}  # fmt: skip


def _name(path: tuple[str, ...], kind: Kind) -> Name:
    return Name(path, kind, Label(ZH[path[-1]], path[-1].replace("_", " ").capitalize()))


LINES = LineList(
    ("items",), Label("明细", "Items"),
    {n.replace("__", "."): _name(("items", n), k) for n, k in LINE_KINDS.items()},
)  # fmt: skip
ROLES = {"deputy": Label("副经理", "Deputy"), "clerk": Label("经办员", "Clerk"), "boss": Label("经理", "Boss")}
# what an act was given, as its own names have it
ACT_KINDS: dict[str, Kind] = {
    "founded": Boolean(), "amount": MoneyKind(), "type": Choice(TYPES), "pages": Integer(),
    "tester": Reference("person"),
}  # fmt: skip
GIVEN = {
    "case.find": {name: Name((ACT, f"a_{name}"), kind, Label(name, name)) for name, kind in ACT_KINDS.items()},
    "case.close": {"founded": Name((ACT, "a_founded"), Boolean(), Label("成立", "founded"))},
}
ACTOR = {
    "actor.id": Name(("actor",), Reference("person"), Label("办理人", "the person acting")),
    "actor.role": Name(("actor_role",), Listing(Choice(ROLES)), Label("办理人的岗位", "role of the person acting")),
}
PEOPLE = {"owner": "承办人", "tester": "检验人"}
STANDINGS = {
    (name, "role"): Name((f"{name}_role",), Listing(Choice(ROLES)), Label(f"{zh}的岗位", f"role of the {name}"))
    for name, zh in PEOPLE.items()
} | {
    ("unit", "code"): Name(("unit_code",), Text(), Label("责任部门编号", "Code of the unit")),
    ("unit", "name"): Name(("unit_name",), Text(), Label("责任部门名称", "Name of the unit")),
}  # fmt: skip
WORDS = Vocabulary(
    {name: _name((name,), kind) for name, kind in KINDS.items()} | ACTOR,
    {"case.find": Label("查明事实", "Find facts"), "case.close": Label("结案", "Close")},
    {"items": LINES},
    GIVEN,
    STANDINGS,
)
# What stands in a row beside the facts: who acts, and what the directory knows of those whom facts hold.
SAID: dict[str, Kind] = {
    "actor": Reference("person"), "actor_role": Listing(Choice(ROLES)), "owner_role": Listing(Choice(ROLES)),
    "tester_role": Listing(Choice(ROLES)), "unit_code": Text(), "unit_name": Text(),
}  # fmt: skip
# Set, set as text a person typed, and left unset.
PARAMETERS = {"few": 2, "much": "1.5", "day": "2024-02-29", "word": "advice", "yes": "是", "who": "deputy"}
UNITS = [uuid.UUID(int=n) for n in range(1, 4)]
DAYS = [dt.date(2024, 2, day) for day in (1, 25, 28, 29)] + [
    dt.date(2023, 2, 28), dt.date(2023, 12, 31), dt.date(2024, 1, 1), dt.date(2024, 1, 29), dt.date(2024, 1, 31),
    dt.date(2024, 3, 1), dt.date(2024, 3, 31), dt.date(2023, 3, 1), dt.date(1988, 7, 1), dt.date(1952, 2, 29),
]  # fmt: skip
HOURS = [dt.timedelta(hours=hour, minutes=59) for hour in (0, 14, 15, 16, 23)]


def _drawn(kind: Kind, chance: random.Random) -> Any:  # noqa: PLR0911  # one per kind
    match kind:
        case MoneyKind():
            return Money(Decimal(chance.randint(-2, 6)) / 2, "USD" if chance.random() < 0.15 else "CNY")
        case Number():
            return Decimal(chance.randint(-2, 6)) / 2
        case Integer():
            return chance.randint(-1, 4)
        case Choice(options=options):
            return chance.choice(sorted(options))
        case Boolean():
            return chance.random() < 0.5
        case Date():
            return chance.choice(DAYS)
        case Moment():
            return dt.datetime.combine(chance.choice(DAYS), dt.time(0), dt.UTC) + chance.choice(HOURS)
        case Reference():
            return chance.choice(UNITS)
        case Listing(of=of):
            return list(dict.fromkeys(_drawn(of, chance) for _ in range(chance.randint(0, 3))))
    return chance.choice(["", "a", "b", "vip", "急", "急"])


def _maybe(kind: Kind, chance: random.Random, missing: float) -> Any:
    return None if chance.random() < missing else _drawn(kind, chance)


def _act(chance: random.Random, place: int) -> dict[str, Any]:
    """An act that was done, as `Scope.past_acts` gives it; `n` is its order."""
    at = _drawn(Moment(), chance)
    given = {f"a_{name}": _maybe(kind, chance, 0.2) for name, kind in ACT_KINDS.items()}
    return {
        "verb": chance.choice(["case.find", "case.find", "case.close"]), "n": place, "by": chance.choice(UNITS),
        "role": chance.sample(sorted(ROLES), chance.randint(1, 2)), "at": at, "happened_on": day_of(at), **given,
    }  # fmt: skip


@cache
def rows(seed: int, many: int = 150) -> tuple[dict[str, Any], ...]:
    """Random rows: facts by name, `items` (None: not known), `today`, what was done and what covers."""
    chance = random.Random(seed)
    found = []
    for _ in range(many):
        row = {name: _maybe(kind, chance, 0.25) for name, kind in KINDS.items()}
        missing = chance.choice((0, 0, 0.3))
        row["items"] = None if chance.random() < 0.15 else [
            {name: _maybe(kind, chance, missing) for name, kind in LINE_KINDS.items()}
            for _ in range(chance.randint(0, 3))
        ]  # fmt: skip
        row["today"] = chance.choice(DAYS)
        row["done"] = (
            None if chance.random() < 0.1 else chance.sample(["case.find", "case.close"], chance.randint(0, 2))
        )
        row |= {name: _maybe(kind, chance, 0.2) for name, kind in SAID.items()}
        row["acts"] = None if row["done"] is None else [_act(chance, place) for place in range(chance.randint(0, 4))]
        row["covers"] = chance.choice([None, True, False])
        found.append(row)
    return tuple(found)


# each list in ascending order
FIGURES = ["-1", "0", "1", "1.5", "2"]
WHOLE = ["0", "1", "2", "3"]
SIGNS = ["<", "<=", ">", ">=", "!="]
OTHERS = {
    "amount": ["limit"], "limit": ["amount"], "type": ["other_type"], "other_type": ["type"], "founded": ["agreed"],
    "title": ["remark", "type"], "score": ["bar", "times"], "times": ["counted", "score"],
    "happened_on": ["signed_on", "closed_at"], "closed_at": ["opened_at", "signed_on"], "unit": ["area"],
    "owner": ["tester", "actor.id"], "tester": ["owner"], "tags": ["title"], "units": ["unit"], "sorts": ["type"],
    "pages": ["copies", "counted"], "cost": ["limit"], "weight": ["bar"], "name": ["title"],
    "on": ["happened_on", "at"], "at": ["closed_at", "on"], "ok": ["founded"], "sort": ["type"],
}  # fmt: skip
DAYS_WRITTEN = ["1988-07-01", "2023-12-31", "2024-01-01", "2024-02-29"]
WINDOWS = [f"{which} {unit}" for which in ("this", "last") for unit in ("day", "week", "month", "quarter", "year")] + [
    "last 1 month",
    "last 2 months",
    "last 12 months",
    "last 3 days",
    "last 40 days",
]


@st.composite
def one_test(
    draw: st.DrawFn, name: str, kind: Kind, *, names_units: bool = True, among: Collection[str] | None = None
) -> Any:
    """One test for a fact, as text or list; `among`: the names of an act or a line, of which nobody knows roles."""
    others = [f"${other}" for other in OTHERS.get(name, ()) if among is None or other in among or other in ACTOR]
    form = draw(st.integers(0, 9))
    if form == 0 or (isinstance(kind, Reference) and not others):
        return draw(st.sampled_from(["set", "empty", "not set", "not empty"]))
    if form > 4 and name in ("owner", "tester") and among is None:
        return draw(_among([*sorted(ROLES), "经办员", "@who=boss", *(f"${other}" for other in OTHERS[name])]))
    if form > 4 and name == "unit" and names_units:
        return draw(_among(["a", "b", "vip", "@word=a", "$area"]))
    if others and (form <= 2 or isinstance(kind, Reference) or name == "units"):
        signs = ["", "!= ", "not "]
        if isinstance(kind, MoneyKind | Number | Integer | Date | Moment):
            signs += ["< ", "<= ", "> ", ">= ", "not < "]
        return draw(st.sampled_from(signs)) + draw(st.sampled_from(others))
    return draw(_against_values(name, kind, others))


def _against_values(  # noqa: PLR0911  # one per kind
    name: str, kind: Kind, others: list[str]
) -> st.SearchStrategy[Any]:
    match kind:
        case MoneyKind():
            return _ordered([*FIGURES, "USD 1"], "@much=3", others)
        case Number():
            return _ordered(FIGURES, "@much=3", others)
        case Integer():
            return _ordered(WHOLE, "@few=5", others)
        case Moment():
            days, moments = DAYS_WRITTEN[:2], ["2024-02-28 23:59:30", "2024-02-29 07:59"]
            return _of_today() | _ordered(days, "@day=2024-01-01", []) | _ordered(moments, "", [])
        case Date():
            return _of_today() | _ordered(DAYS_WRITTEN, "@day=2024-01-01", [])
        case Boolean():
            return st.sampled_from([True, False, "not true", "是", "@yes=no", "@unset=yes"])
    if isinstance(kind, Choice) or name == "sorts":
        return _among([*sorted(TYPES), "@word=praise", "@unset=praise"])
    return _among(["a", "b", "'vip'", "急"])


def _of_today() -> st.SearchStrategy[str]:
    words = st.sampled_from([*WINDOWS, "same_day_of_year", "same_day_of_year"])
    return st.tuples(st.sampled_from(["", "not "]), words).map("".join)


def _among(words: list[str]) -> st.SearchStrategy[Any]:
    some = st.lists(st.sampled_from(words), min_size=1, max_size=2, unique=True)
    return some.flatmap(lambda few: st.sampled_from([few[0], f"!= {few[0]}", few, f"not [{', '.join(few)}]"]))


@st.composite
def _ordered(draw: st.DrawFn, figures: list[str], parameter: str, others: list[str]) -> Any:
    """Figures (or days, in ascending order of their text) in every form that has an order."""
    parameters = [parameter, f"@unset{parameter[parameter.find('=') :]}"] if parameter else []
    figure = draw(st.sampled_from([*figures, *parameters]))
    form = draw(st.integers(0, 4))
    if form == 0:
        return figure
    if form == 1:
        return f"{draw(st.sampled_from([*SIGNS, 'not <', 'not >=']))} {figure}"
    negated = draw(st.sampled_from(["", "not "]))
    if form == 2:
        some = draw(st.lists(st.sampled_from(figures), min_size=1, max_size=3, unique=True))
        return f"{negated}[{', '.join(some)}]"
    places = [place for place, one in enumerate(figures) if "USD" not in one]
    low, high = sorted(draw(st.lists(st.sampled_from(places), min_size=2, max_size=2, unique=True)))
    top = draw(st.sampled_from([figures[high], *others]))
    opening, closing = draw(st.sampled_from("[(")), draw(st.sampled_from("])"))
    return f"{negated}{opening}{figures[low]}..{top}{closing}"


@st.composite
def fact_tests(draw: st.DrawFn, kinds: dict[str, Kind] | None = None) -> dict[str, Any]:
    """One to two tests on facts."""
    known = kinds or KINDS
    names = draw(st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=2, unique=True))
    return {name: draw(one_test(name, known[name], among=kinds)) for name in names}


def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """All, any, none and at least over conditions."""
    listed = st.lists(inner, min_size=1, max_size=3)
    counted = listed.flatmap(lambda parts: st.integers(1, len(parts)).map(lambda n: {"at_least": n, "of": parts}))
    named = st.tuples(st.sampled_from(["all", "any", "none"]), listed).map(lambda pair: {pair[0]: pair[1]})
    return named | counted | listed


@st.composite
def past_acts(draw: st.DrawFn) -> Any:
    """Acts with what they were given, who did them, since when, when and how often."""
    verb = draw(st.sampled_from(["case.find", "case.close", ["case.find", "case.close"]]))
    act: dict[str, Any] = {"verb": verb}
    if draw(st.booleans()):
        who = ["deputy", "[clerk, boss]", "not deputy", "owner", "$tester", "actor", "!= $owner", ["deputy", "$owner"]]
        act["by"] = draw(st.sampled_from(who))
    if draw(st.booleans()):
        known = ACT_KINDS if verb == "case.find" else {"founded": Boolean()}
        inner = {**known, "times": KINDS["times"], "happened_on": Date()}
        act["when"] = draw(fact_tests(inner) | st.lists(fact_tests(inner), min_size=1, max_size=2))
    if draw(st.booleans()):
        act["since"] = draw(st.sampled_from(["case.find", "case.close", "2024-02-28", "$closed_at", "happened_on"]))
    if draw(st.booleans()):
        act["in"] = draw(st.sampled_from(WINDOWS))
    if draw(st.booleans()):
        act["times"] = draw(
            _ordered(WHOLE, "@few=5", ["$counted"]).filter(lambda one: "not" not in one and "!=" not in one)
        )
    return draw(st.sampled_from([act, ["case.close", act]]))


@st.composite
def line_tests(draw: st.DrawFn) -> dict[str, Any]:
    """Every, sum or count over lines, or a count of a list fact; acts and coverage."""
    form = draw(st.integers(0, 8))
    if form == 0:
        return draw(st.sampled_from([{"done": "case.find"}, {"not_done": ["case.find", "case.close"]}]))
    if form > 6:
        return {draw(st.sampled_from(["done", "not_done"])): draw(past_acts())}
    if form == 1:
        return {"covered_by": "settle"}
    if form == 2:
        counted = draw(st.sampled_from(["items", "units", "tags"]))
        return {"count": counted, "is": draw(_ordered(WHOLE, "@few=5", ["$counted"]))}
    if form == 3:
        field = draw(st.sampled_from(["pages", "cost", "weight"]))
        figures = WHOLE if field == "pages" else [*FIGURES, "USD 1"] if field == "cost" else FIGURES
        other = {"pages": "$counted", "cost": "$limit", "weight": "$bar"}[field]
        return {"sum": f"items.{field}", "is": draw(_ordered(figures, "@few=5", [other]) | st.just(other))}
    own = {name.replace("__", "."): kind for name, kind in LINE_KINDS.items()}
    inner = {**own, "times": KINDS["times"], "title": KINDS["title"]}
    return {"every": "items", "have": draw(fact_tests(inner) | st.lists(fact_tests(inner), min_size=1, max_size=3))}


def _level(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return inner | composed(inner | composed(inner))


FACT_CONDITIONS = _level(fact_tests())
CONDITIONS = _level(fact_tests() | line_tests())
