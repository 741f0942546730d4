"""Record types of the machinery itself."""

from keguan.kernel.records.kinds import Choice, Fields, Integer, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary

RULEBOOK = vocabulary.add_type(
    RecordType(
        name="rulebook",
        label=Label("规则集", "Rulebook"),
        table="kernel_rulebook",
        facts=(
            Fact("number", Integer(), Label("序号", "Number")),
            Fact("valid_from", Moment(), Label("生效时刻", "Valid from")),
            Fact("hash", Text(64), Label("内容摘要", "Content hash")),
            Fact("body", Fields(), Label("组成", "Contents")),
        ),
        code=None,
        title=None,
    )
)

BATCH_STAGES = {
    "running": Label("进行中", "Running"),
    "finished": Label("已完成", "Finished"),
}

BATCH = vocabulary.add_type(
    RecordType(
        name="batch",
        label=Label("成批操作", "Batch"),
        table="kernel_batch",
        facts=(
            Fact("verb", Text(80), Label("操作", "Verb")),
            Fact("opened_by", Reference("person"), Label("发起人", "Started by")),
            Fact("total", Integer(), Label("件数", "Number of items")),
            Fact("stage", Choice(BATCH_STAGES), Label("状态", "State")),
            Fact("opened_at", Moment(), Label("开始时间", "Started at")),
            Fact("closed_at", Moment(), Label("结束时间", "Ended at")),
            Fact("done", Integer(), Label("已办", "Done"), derived=True),
            Fact("waiting", Integer(), Label("待批", "Waiting"), derived=True),
            Fact("refused", Integer(), Label("未办", "Refused"), derived=True),
        ),
        code=None,
        title="verb",
        stage="stage",
        opener="opened_by",
    )
)
