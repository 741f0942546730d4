"""The sentence reading: a condition in plain Chinese or English, as the policy page and refusals say it."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any as Anything

from keguan.controls.conditions import nodes
from keguan.controls.conditions.names import Name
from keguan.controls.conditions.values import element
from keguan.kernel.records.kinds import BadValue, Boolean, Date, Integer, Kind, Listing, Moment, Money, Reference
from keguan.kernel.records.labels import Label

Adoption = Mapping[str, nodes.Adopted]
"""By name, what the company has adopted of the parameters."""

AUTHORITY = Label("有权的人", "whoever has the authority")
_NUMBER = {"<": ("不满", "below"), "<=": ("不超过", "at most"), ">": ("超过", "above"), ">=": ("不低于", "at least")}
_COUNT = {"<": ("少于", "below"), "<=": ("不多于", "at most"), ">": ("多于", "above"), ">=": ("不少于", "at least")}
_TIME = {
    "<": ("早于", "before"),
    "<=": ("不晚于", "on or before"),
    ">": ("晚于", "after"),
    ">=": ("不早于", "on or after"),
}
_TURNED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_UNITS = {
    "day": ("日", "day"), "week": ("周", "week"), "month": ("月", "month"), "quarter": ("季度", "quarter"),
    "year": ("年", "year"),
}  # fmt: skip


def low(text: str) -> str:
    """An English label inside a sentence: its first letter small, unless it is an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or len(text) == 1 else text


def an(noun: str) -> str:
    """An English noun with its article: a case, an application."""
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def glue(*parts: str) -> str:
    """Chinese put together: a blank between Chinese and a figure or Latin word, none between Chinese and Chinese."""
    text = ""
    for part in parts:
        if text and part and text[-1].isalnum() and part[0].isalnum() and text[-1].isascii() != part[0].isascii():
            text += " "
        text += part
    return text


def _words(kind: Kind) -> dict[str, tuple[str, str]]:
    return _TIME if isinstance(kind, Date | Moment) else _COUNT if isinstance(kind, Integer) else _NUMBER


def show(kind: Kind, value: Anything) -> Label:  # noqa: PLR0911  # one per form
    """A value of a policy as people read it: 1,000 元, ¥1,000."""
    kind = element(kind)
    if isinstance(value, Money):
        figure = f"{value.amount:,.2f}".removesuffix(".00")
        if value.currency == "CNY":
            return Label(f"{figure} 元", f"¥{figure}")
        return Label(f"{figure} {value.currency}", f"{value.currency} {figure}")
    if isinstance(value, Decimal):
        figure = f"{value:,f}"
        figure = figure.rstrip("0").rstrip(".") if "." in figure else figure
        return Label(figure, figure)
    if isinstance(value, int) and not isinstance(value, bool):
        return Label(f"{value:,}", f"{value:,}")
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return Label(value.isoformat(), value.isoformat())
    if isinstance(kind, Boolean):
        return Label("“是”" if value else "“否”", "yes" if value else "no")
    english = kind.show(value, "en")
    return Label(kind.show(value, "zh-hans"), low(english) if kind.name == "choice" else english)


def _read(kind: Kind, value: Anything) -> Anything:
    """What stands for a parameter, as the kind holds it; None where nothing does or it cannot be read."""
    try:
        return None if value is None else kind.parse(value)
    except BadValue:
        return None


def _operand(kind: Kind, operand: nodes.Operand, adopted: Adoption) -> Label:
    match operand:
        case nodes.Literal(value=value):
            return show(kind, value)
        case nodes.FactValue(name=name):
            return Label(name.label.zh, low(name.label.en))
        case nodes.Parameter(name=name, kind=own, suggestion=suggestion):
            known = adopted.get(name)
            if known is not None and (value := _read(own, known.value)) is not None:
                return show(own, value)
            if suggestion is None and known is not None:
                suggestion = _read(own, known.suggestion)
            if suggestion is not None:
                said = show(own, suggestion)
            elif known is not None:
                said = Label(f"“{known.label.zh}”", f"“{known.label.en}”")
            else:
                said = Label(f"参数 {name}", f"parameter {name}")
            return Label(f"{said.zh}（待定）", f"{said.en} (to be set)")


def _either(words: list[Label]) -> Label:
    if len(words) == 1:
        return words[0]
    return Label(
        glue("、".join(word.zh for word in words[:-1]), "或", words[-1].zh),
        ", ".join(word.en for word in words[:-1]) + " or " + words[-1].en,
    )


def said_test(name: Name, comparison: nodes.Comparison, negated: bool, adopted: Adoption) -> Label:  # noqa: PLR0911  # one per form
    """One test in words."""
    zh, en, kind = name.label.zh, low(name.label.en), name.kind
    match comparison:
        case nodes.IsSet():
            return Label(f"未填{zh}", f"{en} is missing") if negated else Label(f"已填{zh}", f"{en} is given")
        case nodes.Equals(operands=operands):
            return _said_equal(name, operands, negated, [_operand(kind, one, adopted) for one in operands])
        case nodes.Order(sign=sign, operand=operand):
            return _said_order(name, _TURNED[sign] if negated else sign, _operand(kind, operand, adopted))
        case nodes.Interval(low=first, high=last, has_low=has_low, has_high=has_high):
            words = _words(kind)
            one, two = words[">=" if has_low else ">"], words["<=" if has_high else "<"]
            bottom, top = _operand(kind, first, adopted), _operand(kind, last, adopted)
            if negated:
                one, two = words["<" if has_low else "<="], words[">" if has_high else ">="]
                return Label(glue(zh, one[0], bottom.zh, "或", two[0], top.zh),
                             f"{en} is {one[1]} {bottom.en} or {two[1]} {top.en}")  # fmt: skip
            return Label(glue(zh, one[0], bottom.zh, "且", two[0], top.zh),
                         f"{en} is {one[1]} {bottom.en} and {two[1]} {top.en}")  # fmt: skip
        case nodes.SameDayOfYear():
            return (Label(f"当天不是{zh}（按月日）", f"it is not the day of {en}") if negated
                    else Label(f"当天是{zh}（按月日）", f"it is the day of {en}"))  # fmt: skip
        case nodes.Window():
            when = said_window(comparison)
            return (Label(f"{zh}不在{when.zh}", f"{en} is not {when.en}") if negated
                    else Label(f"{zh}在{when.zh}", f"{en} is {when.en}"))  # fmt: skip


def _said_equal(name: Name, operands: tuple[nodes.Operand, ...], negated: bool, words: list[Label]) -> Label:
    zh, en = name.label.zh, low(name.label.en)
    if isinstance(name.kind, Boolean) and negated and len(operands) == 1 and isinstance(operands[0], nodes.Literal):
        words, negated = [show(name.kind, not operands[0].value)], False
    value = _either(words)
    if isinstance(name.kind, Listing):
        neither = f"holds neither {' nor '.join(word.en for word in words)}" if len(words) > 1 else "does not hold"
        holds_not = neither if len(words) > 1 else f"{neither} {value.en}"
        return (Label(glue(zh, "不包括", value.zh), f"{en} {holds_not}") if negated
                else Label(glue(zh, "包括", value.zh), f"{en} holds {value.en}"))  # fmt: skip
    if len(operands) == 1 and isinstance(operands[0], nodes.FactValue):
        people = isinstance(name.kind, Reference) and name.kind.to == "person"
        zh_same, zh_other = ("是同一人", "不是同一人") if people else ("相同", "不同")
        return (Label(glue(zh, "与", value.zh, zh_other), f"{en} differs from {value.en}") if negated
                else Label(glue(zh, "与", value.zh, zh_same), f"{en} is the same as {value.en}"))  # fmt: skip
    if negated and len(words) > 1:
        return Label(glue(zh, "不是", value.zh), f"{en} is neither {' nor '.join(word.en for word in words)}")
    if negated:
        return Label(glue(zh, "不为", value.zh), f"{en} is not {value.en}")
    return Label(glue(zh, "为", value.zh), f"{en} is {value.en}")


def _said_order(name: Name, sign: str, value: Label) -> Label:
    word = _words(name.kind)[sign]
    return Label(glue(name.label.zh, word[0], value.zh), f"{low(name.label.en)} is {word[1]} {value.en}")


def said_window(window: nodes.Window) -> Label:
    """A window in words: 上月, last month."""
    zh, en = _UNITS[window.unit]
    if window.which == "last_several":
        measure = {"day": "天", "month": "个月"}[window.unit]
        return Label(
            f"最近 {window.count} {measure}内", f"in the last {window.count} {en}{'s' if window.count > 1 else ''}"
        )
    if window.unit == "day":
        return Label("今天", "today") if window.which == "this" else Label("昨天", "yesterday")
    before = {"week": "上", "month": "上", "quarter": "上", "year": "去"}[window.unit]
    now = {"week": "本", "month": "本", "quarter": "本", "year": "今"}[window.unit]
    return Label(
        f"{now if window.which == 'this' else before}{zh}内",
        f"in {window.which} {en}".replace("in last", "in the last"),
    )


def sentence(  # noqa: PLR0911  # one per node
    node: nodes.Node, adopted: Adoption, controls: Mapping[str, Label], top: bool = True
) -> Label:
    """The condition in words; `controls` gives the words of approvals by id."""

    def part(one: nodes.Node) -> Label:
        return sentence(one, adopted, controls, top=False)

    match node:
        case nodes.Test(name=name, comparison=comparison, negated=negated):
            return said_test(name, comparison, negated, adopted)
        case nodes.Aggregate(how=how, of=of, field=field, comparison=comparison, negated=negated):
            label = (
                Label(f"{of.label.zh}的个数", f"the number of {low(of.label.en)}")
                if how == "count" or field is None
                else Label(
                    f"{of.label.zh}的{field.label.zh}合计", f"the total {low(field.label.en)} of {low(of.label.en)}"
                )
            )
            kind = field.kind if field else Integer()
            return said_test(Name((), kind, label), comparison, negated, adopted)
        case nodes.Done():
            return _said_done(node, adopted, lambda one: sentence(one, adopted, controls))
        case nodes.CoveredBy(control=control, negated=negated):
            label = controls.get(control, AUTHORITY)
            return (Label(f"未获{label.zh}核准", f"{label.en} has not consented") if negated
                    else Label(f"已获{label.zh}核准", f"{label.en} has consented"))  # fmt: skip
        case nodes.All(of=parts):
            if not parts:
                return Label("任何情况下", "always")
            return _bracketed(_together([part(one) for one in parts]), top)
        case nodes.Any(of=parts):
            if not parts:
                return Label("从不", "never")
            words = [part(one) for one in parts]
            zh = "，或".join(word.zh for word in words)
            return _bracketed(Label(zh, " or ".join(word.en for word in words)), top)
        case nodes.AtLeast(count=count, of=parts):
            words = [part(one) for one in parts]
            return _bracketed(
                Label(
                    f"以下至少 {count} 项成立：" + "；".join(word.zh for word in words),
                    f"at least {count} of these hold: " + "; ".join(word.en for word in words),
                ),
                top,
            )
        case nodes.Every():
            return _said_every(node, sentence(node.have, adopted, controls, top=False))


def _said_done(node: nodes.Done, adopted: Adoption, part: Callable[[nodes.Node], Label]) -> Label:
    acts = _either([Label(f"“{verb.label.zh}”", f"“{verb.label.en}”") for verb in node.verbs])
    zh, en = _said_how(node, part)
    if node.times is not None:
        often = Label(f"办理{acts.zh}{zh}的次数", f"the number of times {acts.en} was done{en}")
        return said_test(Name((), Integer(), often), node.times, node.negated, adopted)
    if not node.negated:
        return Label(f"已办理{acts.zh}{zh}", f"{acts.en} has been done{en}")
    if len(node.verbs) == 1:
        return Label(f"还没有办理{acts.zh}{zh}", f"{acts.en} has not been done{en}")
    words = [Label(f"“{verb.label.zh}”", f"“{verb.label.en}”") for verb in node.verbs]
    neither = " nor ".join(word.en for word in words)
    return Label(f"{'、'.join(word.zh for word in words)}都还没有办理{zh}", f"neither {neither} has been done{en}")


def _said_how(node: nodes.Done, part: Callable[[nodes.Node], Label]) -> tuple[str, str]:
    """By whom, with what, since when and within which window, in brackets; nothing where any act will do."""
    zh, en = [], []
    if node.tests is not None:
        words = part(node.tests)
        zh.append(words.zh)
        en.append(words.en)
    match node.since:
        case nodes.Verb(label=label):
            zh.append(f"自最近一次“{label.zh}”起")
            en.append(f"since “{label.en}” was last done")
        case Name(label=label):
            zh.append(f"自{label.zh}起")
            en.append(f"since {low(label.en)}")
        case dt.date() as day:
            zh.append(glue("自", day.isoformat(), "起"))
            en.append(f"since {day.isoformat()}")
    if node.window is not None:
        words = said_window(node.window)
        zh.append(f"在{words.zh}")
        en.append(words.en)
    return (f"（{'，'.join(zh)}）", f" ({', '.join(en)})") if zh else ("", "")


def _said_every(node: nodes.Every, inner: Label) -> Label:
    lines, some = node.of.label, node.some
    english = f"in {'some' if some else 'every'} line of {low(lines.en)}, {inner.en}"
    if isinstance(node.have, nodes.Test) and inner.zh.startswith(node.have.name.label.zh):
        return Label(f"{lines.zh}{'中有一行' if some else '每一行'}的{inner.zh}", english)
    does = "满足" if inner.zh.startswith("（") else ""
    return Label(f"{lines.zh}{'中有一行' if some else '的每一行都'}{does}{inner.zh}", english)


def _together(words: list[Label]) -> Label:
    if len(words) == 1:
        return words[0]
    # With an "or" inside, the comma tells what the "and" joins.
    comma = "," if any(" or " in word.en or " nor " in word.en for word in words) else ""
    return Label(
        "，".join(word.zh for word in words[:-1]) + "，且" + words[-1].zh,
        ", ".join(word.en for word in words[:-1]) + f"{comma} and {words[-1].en}",
    )


def _bracketed(label: Label, top: bool) -> Label:
    return label if top else Label(f"（{label.zh}）", f"({label.en})")
