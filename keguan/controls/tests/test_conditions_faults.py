"""Every fault a condition or table can have says what is wrong, the cure, and its line."""

import pytest

from keguan.controls.conditions import ConditionFault, Where, compile_condition, compile_table
from keguan.controls.tests.vocabulary import WORDS, yaml


def fault(text: str, lists: str = "any") -> ConditionFault:
    raw = yaml(f"# a policy\nwhen:\n  {text}\n")
    with pytest.raises(ConditionFault) as caught:
        compile_condition(raw["when"], WORDS, Where(file="policy.yaml", clause="第一条"), lists=lists)
    return caught.value


@pytest.mark.parametrize(
    ("text", "says", "cure"),
    [
        ("amout: 5", "没有“amout”这个名字", "是否想写 amount"),
        ("赔付金额: 5", "没有“赔付金额”这个名字", "是否想写 amount"),
        ("anyy: [{amount: 5}]", "没有“anyy”这个名字", "any"),
        ("true: 5", "不是事实的名字", "加引号"),
        ("type: compaint", "不在可选项里", "是否想写 complaint"),
        ("type: [complaint, advise]", "不在可选项里", "是否想写 advice"),
        ("type: 投诉单", "不在可选项里", "complaint"),
        ('type: "> advice"', "“类型”不能比较大小", "写出值"),
        ('title: "< b"', "“标题”不能比较大小", "写出值"),
        ('founded: "< true"', "“投诉成立”不能比较大小", "写出值"),
        ('tags: "[a..b]"', "“标签”不能比较大小", "写出值"),
        ("founded: 3", "应为“是”或“否”", "true 或 false"),
        ("title: no", None, None),
        ("title: true", "读到的是“是”", "引号"),
        ('amount: "< 1,000"', "数里有逗号", "不写千分位"),
        ('amount: "1，000"', "数里有逗号", "不写千分位"),
        ('times: "[100,200]"', "数里有逗号", "逗号后空一格"),
        ('amount: "]1..5["', "反向方括号", "(a..b)"),
        ('amount: "[1..5["', "反向方括号", "[a..b)"),
        ('amount: "= 5"', "相等不写等号", "直接写值"),
        ('amount: "== 5"', "相等不写等号", "直接写值"),
        ('amount: "=< 5"', "写反了", "<="),
        ('amount: "=> 5"', "写反了", ">="),
        ('amount: "<> 5"', "“<>”", "!="),
        ('amount: "＜ 1000"', "全角符号", "< 1000"),
        ('amount: "≥1000"', "全角符号", ">=1000"),
        ('amount: "<１０００"', "全角数字", "半角"),
        ('type: "[complaint，advice]"', "全角逗号", "[a, b]"),
        ('amount: "-"', "空格或“-”", "empty"),
        ('amount: ""', "空格或“-”", "empty"),
        ("amount: ", "空格或“-”", "empty"),
        ('amount: "not not 5"', "两个 not", "去掉"),
        ('amount: "> 5 and < 9"', "不能连接", "区间"),
        ('amount: "[5..3]"', "没有任何值", "小的一端"),
        ('amount: "[3..3)"', "没有任何值", "小的一端"),
        ('amount: "[USD 1..2]"', "币种不同", "同一币种"),
        ('amount: "5 < 6"', "看不懂", "可以写"),
        ('amount: "[1..5"', "看不懂", "可以写"),
        ('amount: "<"', "看不懂", "可以写"),
        ("amount: 1000元", "不是数", "只写数"),
        ("amount: {at: 3}", "不是测试", "写一个值"),
        ("amount: [[1]]", "不是值", "只写值"),
        ('amount: [">= 1", 2]', "看不懂", "可以写"),
        ("amount: 99999999999999.99", "太长", "引号"),
        ("times: 1.5", "不是整数", "只写数"),
        ('times: "1e999999999"', "不写指数", "全部数字"),
        ("times: .inf", "不是整数", "只写数"),
        ("score: $amount", "不是同类的值", "同类"),
        ("customer.company: $case.owner", "不是同类的值", "同类"),
        ("customer.company: $actr.company", "没有“actr.company”", "actor.company"),
        ("customer.company: head_office", "读不到“客户所属公司”的编号与名称", "$事实"),
        ('happened_on: "2026-02-30"', "不是日期", "2026-01-31"),
        ('closed_at: "[2026-01-01..2026-01-31 18:00]"', "混用", "两端"),
        ("title: same_day_of_year", "只用于日期", "换"),
        ("happened_on: last 0 days", "至少", "last 6 months"),
        ("every: items", "every 缺少 have", "have"),
        ("sum: items.pages", "sum 缺少 is", "is"),
        ("at_least: 2", "at_least 缺少 of", "of"),
        ("{at_least: 3, of: [{times: 1}]}", "在 1 与 1 之间", "of"),
        ("{at_least: true, of: [{times: 1}]}", "在 1 与 1 之间", "of"),
        ("{at_least: 1, of: 3}", "要是列表", "at_least"),
        ("{every: itms, have: {pages: set}}", "没有“itms”", "items"),
        ("{every: items, have: {page: set}}", "没有“page”", "pages"),
        ("{every: items, have: {every: items, have: {pages: 1}}}", "没有“items”", "参看"),
        ("{sum: items.page, is: 3}", "没有“page”", "pages"),
        ("{sum: items.title, is: 3}", "不能求和", "只有数"),
        ("{sum: items.pages, is: set}", "总有值", "比较"),
        ("{count: amount, is: 3}", "不是列表", "明细"),
        ("done: case.clse", "没有“case.clse”", "case.close"),
        ("done: [case.find, case.clse]", "没有“case.clse”", "case.close"),
        ('done: "breach:close"', "done 只问动作", "after: breach:close"),
        ('done: [case.find, "kept:close"]', "done 只问动作", "after: kept:close"),
        ("done: 5", "这里写动作", "done:"),
        ("done: []", "这里写动作", "done:"),
        ("done: {by: deputy}", "这里写动作", "done:"),
        ("done: {verb: case.find, bye: deputy}", "没有“bye”", "by"),
        ("done: {verb: case.clse}", "没有“case.clse”", "case.close"),
        ("done: {verb: case.find, when: {fonded: true}}", "没有“fonded”", "founded"),
        ("done: {verb: case.find, when: {note: set}}", "个人信息", "不涉个人信息"),
        ("done: {verb: case.find, when: {done: case.close}}", "没有“case.close”", "参看"),
        ("done: {verb: case.find, by: depty}", "没有“depty”这个岗位", "deputy"),
        ("done: {verb: case.find, since: case.opn}", "没有“case.opn”", "case.close"),
        ("done: {verb: case.find, since: amount}", "不是日期", "日期"),
        ("done: {verb: case.find, in: 3 days}", "不是时段", "last 6 months"),
        ('done: {verb: case.find, times: "!= 2"}', "不是次数", "times"),
        ("done: {verb: case.find, times: often}", "不是整数", "只写数"),
        ("case.owner: depty", "没有“depty”这个岗位", "deputy"),
        ("case.owner: 副经", "没有“副经”这个岗位", "deputy"),
        ("case.owner: case.complained_about", "没有“case.complained_about”这个岗位", "$case.complained_about"),
        ("case.complained_about: deputy", "读不到", "$事实"),
        ("covered_by: [a]", "审批的 id", "settle"),
        ("any: {times: 1, score: 1}", "any 下要写列表", "any:"),
        ("all: []", "空的列表", "删去"),
        ("{any: [{all: [{any: [{all: [{any: [{all: [{any: [{times: 1}]}]}]}]}]}]}]}", "嵌套太深", "拆成"),
        ("foo", "应是条件", "{事实: 测试}"),
        ("5", "应是条件", "{事实: 测试}"),
    ],
)  # fmt: skip
def test_fault(text: str, says: str | None, cure: str | None) -> None:
    if says is None or cure is None:
        compile_condition(yaml(f"when: {{{text}}}")["when"], WORDS)
        return
    caught = fault(text)
    assert says in caught.message.zh
    assert cure in caught.cure.zh
    assert caught.message.en
    assert caught.cure.en
    assert caught.where.file == "policy.yaml"
    if isinstance(yaml(text), dict):
        assert caught.line == 3


def test_the_line_is_that_of_the_test() -> None:
    raw = yaml("when:\n  any:\n    - amount: set\n    - type: complaint\n      amount: '= 5'\n")
    with pytest.raises(ConditionFault) as caught:
        compile_condition(raw["when"], WORDS, Where())
    assert (caught.value.line, caught.value.where.path) == (5, "any[2].amount")


def test_plain_maps_have_no_lines() -> None:
    with pytest.raises(ConditionFault) as caught:
        compile_condition({"amout": 5}, WORDS, Where(line=7))
    assert caught.value.line == 7


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("[]", "有行的列表", 1),
        ("[5]", "一行要写成", 1),
        ("- {when: {amount: set}, by: a}\n- {when: {amount: empty}, bye: b}", "没有“bye”", 2),
        ("- {when: {amount: set}, by: a}\n- {when: {amount: empty}}", "缺少 by", 2),
        ("- {by: a}\n- {when: {amount: empty}, by: b}", "第 1 行没有 when", 1),
        ("- {when: {amount: set}, by: a}\n- {when: {amount: '= 5'}, by: a}", "等号", 2),
    ],
)
def test_table_fault(text: str, says: str, line: int) -> None:
    with pytest.raises(ConditionFault) as caught:
        compile_table(yaml(text), WORDS, Where(), outputs={"by"}, required={"by"})
    assert says in caught.value.message.zh
    assert caught.value.line == line
