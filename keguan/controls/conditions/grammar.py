"""The grammar of one test, as text: `< 1000`, `[1000..5000)`, `not [a, b]`, `$fact`. Gives it untyped.

Owns what the text may look like and the kind words for what it may not; knows no facts and no kinds.
"""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedInput, VisitError

from keguan.controls.conditions.faults import ConditionFault, Where
from keguan.kernel.records.labels import Label

GRAMMAR = r"""
test: NOT? positive
?positive: SET -> is_set
    | EMPTY -> is_empty
    | SAME_DAY -> same_day
    | WINDOW -> window
    | interval
    | choices
    | order
    | value
order: SIGN operand
!interval: ("[" | "(") operand ".." operand ("]" | ")")
choices: "[" operand ("," operand)* "]"
value: operand
?operand: FACT -> fact
    | PARAMETER ("=" (WORD | QUOTED))? -> parameter
    | QUOTED -> quoted
    | WORD -> word

NOT.3: /not(?=[\s\[("'<>!$@])/
SET.3: /set(?=\s*$)/
EMPTY.3: /empty(?=\s*$)/
SAME_DAY.3: /same_day_of_year(?=\s*$)/
WINDOW.3: /((this|last)[ _](day|week|month|quarter|year)|last[ _]\d{1,4}[ _](days?|months?))(?=\s*$)/
SIGN: "<=" | ">=" | "!=" | "<" | ">"
FACT: /\$[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*/
PARAMETER: /@[A-Za-z_][A-Za-z0-9_-]*/
QUOTED: /"[^"]*"|'[^']*'/
WORD: /(?:(?!\.\.)[^\s\[\](),"'<>=!$@])(?:(?:(?!\.\.)[^\[\](),"'<>=!$@\n])*(?:(?!\.\.)[^\s\[\](),"'<>=!$@]))?/
%ignore /\s+/
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A literal as written; `is_quoted` when it stood in quotes."""

    text: Any
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class WrittenFact:
    """`$name`."""

    name: str


@dataclass(frozen=True, slots=True)
class WrittenParameter:
    """`@name=suggestion`, or `@name` where the suggestion stands elsewhere (None here)."""

    name: str
    suggestion: str | None


WrittenOperand: TypeAlias = Written | WrittenFact | WrittenParameter


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """One test, untyped. `form`: set, same_day, window, interval, order, equal; `words` its signs or brackets."""

    form: str
    operands: tuple[WrittenOperand, ...] = ()
    words: tuple[str, ...] = ()
    negated: bool = False


class _Reader(Transformer[Token, WrittenTest]):
    def test(self, parts: list[Any]) -> WrittenTest:
        test: WrittenTest = parts[-1]
        negated = test.negated is not (len(parts) == 2)
        return WrittenTest(test.form, test.operands, test.words, negated)

    def is_set(self, _parts: list[Any]) -> WrittenTest:
        return WrittenTest("set")

    def is_empty(self, _parts: list[Any]) -> WrittenTest:
        return WrittenTest("set", negated=True)

    def same_day(self, _parts: list[Any]) -> WrittenTest:
        return WrittenTest("same_day")

    def window(self, parts: list[Any]) -> WrittenTest:
        return WrittenTest("window", (Written(str(parts[0])),), tuple(re.split("[ _]", str(parts[0]))))

    def order(self, parts: list[Any]) -> WrittenTest:
        if parts[0] == "!=":
            return WrittenTest("equal", (parts[1],), negated=True)
        return WrittenTest("order", (parts[1],), (str(parts[0]),))

    def interval(self, parts: list[Any]) -> WrittenTest:
        opening, low, _dots, high, closing = parts
        return WrittenTest("interval", (low, high), (str(opening), str(closing)))

    def choices(self, parts: list[Any]) -> WrittenTest:
        return WrittenTest("equal", tuple(parts))

    def value(self, parts: list[Any]) -> WrittenTest:
        return WrittenTest("equal", (parts[0],))

    def fact(self, parts: list[Any]) -> WrittenFact:
        return WrittenFact(str(parts[0])[1:])

    def parameter(self, parts: list[Any]) -> WrittenParameter:
        suggestion = str(parts[1]).strip("\"'") if len(parts) > 1 else None
        return WrittenParameter(str(parts[0])[1:], suggestion)

    def quoted(self, parts: list[Any]) -> Written:
        return Written(str(parts[0])[1:-1], is_quoted=True)

    def word(self, parts: list[Any]) -> Written:
        return Written(str(parts[0]))


_LARK = Lark(GRAMMAR, start=["test", "operand"], parser="lalr")
_READER = _Reader()
_FORMS = Label(
    "可以写：值、[a, b]、< <= > >= !=、[a..b)、not …、set、empty、$事实、@参数=建议值；其他文字请加引号",
    "write a value, [a, b], < <= > >= !=, [a..b), not …, set, empty, $fact or @parameter=suggestion; quote other text",
)
_FULL_WIDTH = {
    "＜": "<",
    "＞": ">",
    "＝": "=",
    "！": "!",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "﹤": "<",
    "﹥": ">",
    "＄": "$",
    "＠": "@",
    "［": "[",
    "］": "]",
}
# Each trap: the shape (quoted parts removed), what is wrong, what to write.
_TRAPS: tuple[tuple[str, Label, Label], ...] = (
    (
        r"^(not\s+)?\s*\].*\.\.|\.\..*\[\s*$",
        Label("区间的开端用圆括号，不用反向方括号", "an open end is a round bracket, not a reversed one"),
        Label("写成 (a..b)、[a..b) 或 (a..b]", "write (a..b), [a..b) or (a..b]"),
    ),
    (
        r"=<|=>",
        Label("比较符写反了", "the sign is reversed"),
        Label("写成 <= 或 >=", "write <= or >="),
    ),
    (
        r"^not\s+not\b",
        Label("两个 not 连写", "two nots in a row"),
        Label("去掉两个 not", "leave both out"),
    ),
    (
        r"<>",
        Label("“<>”不是比较符", "“<>” is not a sign of this grammar"),
        Label("写成 !=", "write !="),
    ),
    (
        r"^(not\s+)?\s*={1,3}(?!=)",
        Label("相等不写等号", "no equals sign is written"),
        Label("直接写值，例如 complaint 或 5", "write the value alone, such as complaint or 5"),
    ),
    (
        r"(&&|\|\||\band\b.*[<>]|\bor\b.*[<>])",
        Label("一个测试里不能连接几个条件", "one test cannot join several conditions"),
        Label("区间写 [a..b)，多个条件写成 all 或 any", "write an interval [a..b), or several tests under all or any"),
    ),
)


def bare(text: str) -> str:
    """The text without what stands in quotes."""
    return re.sub(r"\"[^\"]*\"|'[^']*'", '""', text)


def _traps(text: str, where: Where) -> None:
    outside = bare(text)
    if outside.strip() in ("", "-", "—", "－"):
        raise ConditionFault(
            Label("空格或“-”不是测试", "an empty cell or “-” is no test"),
            Label(
                "任意值：删去这一项；未填：写 empty", "for any value leave the key out; for a missing one write empty"
            ),
            where,
        )
    wide = [sign for sign in outside if sign in _FULL_WIDTH]
    # A label may hold a full-width mark inside; at the head it can only be meant as a sign.
    if wide and re.match(r"\s*(not\s*)?[<>=!$@\[＜＞＝！≥≤≠﹤﹥＄＠［]", outside):
        ascii_form = "".join(_FULL_WIDTH.get(sign, sign) for sign in text)
        raise ConditionFault(
            Label(f"用了全角符号“{''.join(wide)}”", f"full-width signs “{''.join(wide)}”"),
            Label(f"用半角写：{ascii_form}", f"write it in ASCII: {ascii_form}"),
            where,
        )
    if outside.lstrip().startswith(("[", "(")) and re.search("[，、]", outside):
        raise ConditionFault(
            Label("列表里用了全角逗号或顿号", "a full-width comma stands in the list"),
            Label("用半角逗号分开：[a, b]", "separate with ASCII commas: [a, b]"),
            where,
        )
    if found := re.search(r"\d[,，]\d{3}(?!\d)", outside):
        figure = re.sub("[,，]", "", found[0])
        raise ConditionFault(
            Label(f"数里有逗号：“{text}”", f"a comma inside the number “{text}”"),
            Label(
                f"不写千分位（{figure}…）；列表里逗号后空一格",
                "no separators (1000); in a list put a blank after the comma",
            ),
            where,
        )
    for shape, message, cure in _TRAPS:
        if re.search(shape, outside):
            raise ConditionFault(message, cure, where)


def read_test(text: str, where: Where) -> WrittenTest:
    """The text of a test, untyped; `ConditionFault` where it is none."""
    _traps(text, where)
    return _read(text, "test", where)  # type: ignore[no-any-return]


def read_operand(text: str, where: Where) -> WrittenOperand:
    """The text of one value, `$fact` or `@parameter=suggestion`; `ConditionFault` where it is none."""
    _traps(text, where)
    return _read(text, "operand", where)  # type: ignore[no-any-return]


def _read(text: str, start: str, where: Where) -> Any:
    try:
        return _READER.transform(_LARK.parse(text, start=start))
    except (UnexpectedInput, VisitError) as fault:
        spot = getattr(fault, "column", 0)
        tail = text[spot - 1 :].strip() if isinstance(spot, int) and spot > 0 else ""
        seen = Label(f"看不懂“{text}”", f"“{text}” cannot be read")
        if tail and tail != text:
            seen = Label(f"{seen.zh}，从“{tail}”起", f"{seen.en}, from “{tail}” on")
        raise ConditionFault(seen, _FORMS, where) from None
