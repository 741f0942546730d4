"""What is known of adopted packs: record type `pack`, with its versions and parameter values."""

from keguan.kernel.commands import constraints
from keguan.kernel.records.kinds import Date, Fields, Integer, Moment, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType
from keguan.kernel.records.vocabulary import vocabulary

LONGEST_TEXT = 1_000_000

VERSIONS = LineType(
    "versions",
    Label("版本", "Versions"),
    table="policies_version",
    parent="pack",
    facts=(
        Fact("policy", Text(60), Label("制度代码", "Policy code")),
        Fact("title", Text(400), Label("标题", "Title")),
        Fact("number", Integer(1), Label("版次", "Version")),
        Fact("file", Text(200), Label("文件", "File")),
        Fact("text", Text(LONGEST_TEXT, lines=True), Label("原文", "Text")),
        Fact("body", Fields(), Label("条款与管控", "Clauses and controls")),
        Fact("hash", Text(64), Label("摘要", "Hash")),
        Fact("effective_on", Date(), Label("施行日期", "Effective on")),
        Fact("ends_on", Date(), Label("失效日期（当日起不再施行）", "Ends on (first day without it)")),
        Fact("published_at", Moment(), Label("发布时间", "Published at")),
    ),
)
VALUES = LineType(
    "values",
    Label("参数值", "Parameter values"),
    table="policies_value",
    parent="pack",
    facts=(
        Fact("parameter", Text(60), Label("参数", "Parameter")),
        Fact("value", Fields(), Label("值", "Value")),
        Fact("effective_on", Date(), Label("自", "From")),
        Fact("ends_on", Date(), Label("至（不含）", "Until")),
    ),
)
PACK = vocabulary.add_type(
    RecordType(
        "pack",
        Label("制度包", "Pack"),
        table="policies_pack",
        facts=(
            Fact("code", Text(80), Label("代码", "Code")),
            Fact("zh", Text(400), Label("标题", "Title")),
            Fact("en", Text(400), Label("英文标题", "Title in English")),
            Fact("currency", Text(3), Label("币种", "Currency")),
            Fact("declares", Fields(), Label("角色、字段与参数", "Roles, fields and parameters")),
            Fact("adopted_at", Moment(), Label("采用时间", "Adopted at")),
        ),
        lines=(VERSIONS, VALUES),
        title="zh",
    )
)
constraints.register(
    "policies_pack_code",
    Label("这个制度包已经采用过", "this pack was adopted already"),
    Label("要换新版本，请用“发布”", "to bring a new version into force, publish it"),
)
constraints.register(
    "policies_version_overlap",
    Label("这项制度的两个版本在日期上重叠", "two versions of this policy overlap"),
    Label("让前一版在后一版施行之日结束", "let the earlier one end on the day the later takes effect"),
)
constraints.register(
    "policies_value_overlap",
    Label("这个参数在同一天有两个值", "this parameter would have two values on one day"),
    Label("换一个日期", "choose another day"),
)
constraints.register(
    "kernel_rulebook_number_key",
    Label("别人刚刚也改了制度", "somebody else has just changed the policies too"),
    Label("请再试一次", "please try once more"),
)
