"""What is known of an import: the sheet, what its columns mean, how far it has come, and which rows were left out."""

from keguan.kernel.records.kinds import Choice, Fields, Integer, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType, Stage
from keguan.kernel.records.vocabulary import vocabulary

COUNTS = ("added", "updated", "skipped", "refused", "waiting")
ON_DUPLICATE = {
    "skip": Label("跳过，不导入", "Skip"),
    "update": Label("用表中内容更新已有的", "Update what is there"),
    "refuse": Label("列为问题", "List as a problem"),
    "add": Label("仍作为新的导入", "Add all the same"),
}
OUTCOMES = {
    "refused": Label("有问题，未导入", "Refused"),
    "skipped": Label("重复，已跳过", "Skipped as a duplicate"),
    "waiting": Label("待批准", "Waiting for consent"),
}

PROBLEMS = LineType(
    "problems",
    Label("未导入的行", "Rows not imported"),
    table="imports_importproblem",
    parent="import",
    facts=(
        Fact("row", Integer(1), Label("行号", "Row")),
        Fact("outcome", Choice(OUTCOMES), Label("结果", "Outcome")),
        Fact("reasons", Fields(), Label("原因", "Reasons"), personal=True, erased={"reasons": []}),
    ),
)

IMPORT = vocabulary.add_type(
    RecordType(
        name="import",
        label=Label("导入", "Import"),
        table="imports_import",
        facts=(
            Fact("type", Text(60), Label("导入的内容", "What is imported"),
                 help=Label("记录类型，如 customer、person", "a record type, such as customer or person")),
            Fact("title", Text(200), Label("文件名", "File name")),
            Fact("digest", Text(64), Label("文件摘要", "Digest of the file"), is_file=True),
            Fact("table", Text(64), Label("已读取内容的摘要", "Digest of what was read"), is_file=True),
            Fact("titles", Fields(), Label("列名", "Titles of the columns")),
            Fact("mapping", Fields(), Label("列的对应", "Columns")),
            Fact("on_duplicate", Choice(ON_DUPLICATE), Label("遇到重复", "On duplicates")),
            Fact("stage", Text(40), Label("状态", "State")),
            Fact("opened_by", Reference("person"), Label("导入人", "Imported by")),
            Fact("opened_at", Moment(), Label("上传时间", "Uploaded at")),
            Fact("started_at", Moment(), Label("开始时间", "Started at")),
            Fact("closed_at", Moment(), Label("结束时间", "Ended at")),
            Fact("total", Integer(0), Label("总行数", "Rows")),
            Fact("position", Integer(0), Label("已处理行数", "Rows done with")),
            Fact("added", Integer(0), Label("新增", "Added")),
            Fact("updated", Integer(0), Label("更新", "Updated")),
            Fact("skipped", Integer(0), Label("跳过", "Skipped")),
            Fact("refused", Integer(0), Label("有问题", "Refused")),
            Fact("waiting", Integer(0), Label("待批准", "Waiting")),
        ),
        lines=(PROBLEMS,),
        stages=(
            Stage("uploaded", Label("已上传", "Uploaded")),
            Stage("running", Label("导入中", "Running")),
            Stage("finished", Label("已完成", "Finished")),
            Stage("cancelled", Label("已停止", "Stopped")),
        ),
        code=None,
        stage="stage",
        opener="opened_by",
        is_about_anybody=True,
        needed_in=("uploaded", "running"),
    )
)  # fmt: skip
