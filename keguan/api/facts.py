"""What is known of a token: whose it is, until when it works. Its secret is never stored; its digest opens nothing."""

from keguan.kernel.records.kinds import Date, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary

TOKEN = vocabulary.add_type(
    RecordType(
        name="token",
        label=Label("访问令牌", "Access token"),
        table="api_token",
        facts=(
            Fact("name", Text(80), Label("用途", "Purpose")),
            Fact("person", Reference("person"), Label("代表", "Acts as")),
            Fact("digest", Text(64), Label("摘要（SHA-256）", "Digest (SHA-256)")),
            Fact("hint", Text(12), Label("开头几位", "First characters")),
            Fact("issued_by", Reference("person"), Label("签发人", "Issued by")),
            Fact("issued_at", Moment(), Label("签发时间", "Issued at")),
            Fact("expires_at", Moment(), Label("到期时间", "Expires at")),
            Fact("revoked_at", Moment(), Label("吊销时间", "Revoked at")),
            Fact("last_used_on", Date(), Label("最近使用日期", "Last used on")),
        ),
        code=None,
        title="name",
        owner="person",
        opener="issued_by",
    )
)
