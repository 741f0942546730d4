"""How a person wants to be told: where notices go beside the product (receivers), and when they may (reception)."""

from keguan.integrations.addresses import KINDS
from keguan.integrations.quiet import TIME, WITHIN, TimeOfDay
from keguan.kernel.records.kinds import Boolean, Choice, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import Setting, vocabulary

RECEIVER = vocabulary.add_type(
    RecordType(
        name="receiver",
        label=Label("接收方式", "Receiver"),
        table="integrations_receiver",
        facts=(
            Fact("title", Text(40), Label("名称", "Name"), personal=True),
            Fact("person", Reference("person"), Label("接收人", "Person")),
            Fact("kind", Choice(KINDS), Label("方式", "How")),
            Fact("address", Text(500), Label("地址", "Address"), personal=True),
            Fact("opened_at", Moment(), Label("添加时间", "Added at")),
            Fact("removed_at", Moment(), Label("删除时间", "Removed at")),
        ),
        code=None,
        owner="person",
        is_about_anybody=True,
    )
)
RECEPTION = vocabulary.add_type(
    RecordType(
        name="reception",
        label=Label("接收设置", "Reception"),
        table="integrations_reception",
        facts=(
            Fact("person", Reference("person"), Label("接收人", "Person")),
            Fact("quiet_from", TimeOfDay(), Label("免打扰开始", "Quiet from")),
            Fact("quiet_until", TimeOfDay(), Label("免打扰结束", "Quiet until")),
            Fact("is_each_sent", Boolean(), Label("逐条发送通知", "Send each notice")),
            Fact("is_digest_sent", Boolean(), Label("每日摘要", "Daily digest")),
            Fact("digest_at", TimeOfDay(), Label("摘要时间", "Digest at")),
        ),
        code=None,
        title=None,
        owner="person",
        is_about_anybody=True,
    )
)
QUIET = vocabulary.add_setting(
    Setting("notice.quiet_hours", Text(20), Label("免打扰时段", "Quiet hours"), default=WITHIN)
)
DIGEST = vocabulary.add_setting(Setting("notice.digest_at", Text(5), Label("每日摘要时间", "Daily digest at"), TIME))
