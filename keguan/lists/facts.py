"""The records of working with lists: acts on many records at once, and saved views."""

from keguan.kernel.records.kinds import Fields, Integer, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType, Stage
from keguan.kernel.records.vocabulary import vocabulary

REFUSALS = LineType(
    "refusals",
    Label("未办的", "Refused"),
    table="lists_bulkrefusal",
    parent="bulk",
    facts=(
        Fact("place", Integer(0), Label("序号", "Place")),
        Fact("reasons", Fields(), Label("原因", "Reasons"), personal=True, erased={"reasons": []}),
    ),
)

BULK = vocabulary.add_type(
    RecordType(
        name="bulk",
        label=Label("批量办理", "Bulk act"),
        table="lists_bulk",
        facts=(
            Fact("verb", Text(80), Label("操作", "Verb")),
            Fact("args", Fields(), Label("填写的内容", "What was typed"), personal=True, erased={}),
            Fact("items", Text(64), Label("所选记录清单的摘要", "Digest of the list of records"), is_file=True),
            Fact("stage", Text(40), Label("状态", "State")),
            Fact("opened_by", Reference("person"), Label("办理人", "Started by")),
            Fact("opened_at", Moment(), Label("开始时间", "Started at")),
            Fact("closed_at", Moment(), Label("结束时间", "Ended at")),
            Fact("total", Integer(0), Label("件数", "Records")),
            Fact("position", Integer(0), Label("已处理件数", "Records dealt with")),
            Fact("done", Integer(0), Label("办成", "Done")),
            Fact("waiting", Integer(0), Label("待核准", "Waiting")),
            Fact("refused", Integer(0), Label("未办", "Refused")),
        ),
        lines=(REFUSALS,),
        stages=(
            Stage("running", Label("进行中", "Running")),
            Stage("finished", Label("已办完", "Finished")),
            Stage("cancelled", Label("已停止", "Stopped")),
        ),
        code=None,
        title="verb",
        stage="stage",
        opener="opened_by",
        is_about_anybody=True,
        needed_in=("running",),
    )
)

VIEW = vocabulary.add_type(
    RecordType(
        name="view",
        label=Label("视图", "View"),
        table="lists_view",
        facts=(
            Fact("name", Text(60), Label("名称", "Name"), personal=True, erased=""),
            Fact("list", Text(40), Label("列表", "List")),
            Fact("query", Text(2000), Label("筛选、排序与列", "Filters, order, columns"), personal=True, erased=""),
            Fact("opened_by", Reference("person"), Label("保存人", "Saved by")),
            Fact("unit", Reference("unit"), Label("共享给", "Shared with")),
            Fact("opened_at", Moment(), Label("保存时间", "Saved at")),
            Fact("removed_at", Moment(), Label("删除时间", "Removed at")),
        ),
        code=None,
        title="name",
        opener="opened_by",
        is_about_anybody=True,
    )
)
