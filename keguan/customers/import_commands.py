"""The acts on an import of customers: upload, say what the columns mean, run, stop; and the machinery's own record.

Bodies hold the order of the steps; reading sheets and running the rows is `imports.py`'s.
"""

from keguan.customers.facts import IMPORT
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Fields
from keguan.kernel.records.labels import Label

COUNTS = ("added", "updated", "skipped", "refused", "waiting")
STARTED = Reason(
    Label("这次导入已经开始，不能再改", "this import has started and can no longer be changed"),
    Label("如需重来，请重新上传文件", "to begin again, upload the file once more"),
    kind="invariant",
)
NOT_RUNNING = Reason(Label("这次导入不在进行中", "this import is not running"), kind="invariant")
UNMAPPED = Reason(
    Label("还没有指定哪一列是客户名称", "no column is marked as the customer's name"),
    Label("请先设置列的对应关系", "say first what the columns mean"),
    field="mapping",
    kind="invariant",
)
ELSEWHERE = Reason(
    Label("这些行已由另一处处理", "these rows were dealt with elsewhere"), field="position", kind="invariant"
)


@verb(
    "import.upload",
    Label("上传客户表", "Upload a sheet of customers"),
    on=IMPORT,
    arguments=takes(IMPORT, "title!", "digest!", "table!", "total!", "mapping"),
    creates=True,
    enters="uploaded",
)
def upload(work: Work, items: list[Item]) -> None:
    """Keep a sheet of customers that can be imported once its columns are understood."""
    for item in items:
        work.create(
            item,
            **{name: item[name] for name in ("title", "digest", "table", "total", "mapping")},
            on_duplicate="skip",
            stage="uploaded",
            opened_by=work.ctx.actor,
            opened_at=work.now,
            position=0,
            **dict.fromkeys(COUNTS, 0),
        )


@verb(
    "import.map",
    Label("设置列的对应", "Say what the columns mean"),
    on=IMPORT,
    arguments=takes(IMPORT, "mapping", "on_duplicate"),
)
def map_columns(work: Work, items: list[Item]) -> None:
    """Say which column holds what (column → field), and what becomes of customers we know already."""
    for item in items:
        if item.before["stage"] != "uploaded":
            work.refuse(item, STARTED)
        else:
            work.set(item, **{name: value for name, value in item.args.items() if value is not None})


@verb("customer.import", Label("导入客户", "Import customers"), on=IMPORT, enters="running")
def start(work: Work, items: list[Item]) -> None:
    """Import every row of the sheet; rows with problems are left out and listed. Runs on after the answer."""
    for item in items:
        if item.before["stage"] != "uploaded":
            work.refuse(item, STARTED)
        elif "name" not in (item.before.get("mapping") or {}).values():
            work.refuse(item, UNMAPPED)
        else:
            work.set(item, stage="running", started_at=work.now)


@verb("import.stop", Label("停止导入", "Stop the import"), on=IMPORT, enters="cancelled")
def stop(work: Work, items: list[Item]) -> None:
    """Stop after the rows that are just being imported; what has been imported stays."""
    for item in items:
        if item.before["stage"] not in ("uploaded", "running"):
            work.refuse(item, NOT_RUNNING)
        else:
            work.set(item, stage="cancelled", closed_at=work.now)


@verb(
    "import.record",
    Label("记录导入进度", "Record the import's progress"),
    on=IMPORT,
    arguments=(
        *takes(IMPORT, "position!", *COUNTS),
        Argument("problems", Fields(), Label("未导入的行", "Rows not imported"), personal=True),
        Argument("since", IMPORT.by_name["position"].kind, Label("起始行数", "From"), required=True),
    ),
    internal=True,
)
def record(work: Work, items: list[Item]) -> None:
    """The rows from `since` to `position` are done with: so many added and so on, and these are the problems."""
    for item in items:
        before = item.before
        if before["position"] != item["since"]:
            work.refuse(item, ELSEWHERE)
            continue
        for row, problem in (item["problems"] or {}).items():
            work.add_line(
                item, "problems", row=int(row), outcome=problem["outcome"], reasons={"reasons": problem["reasons"]}
            )
        work.set(item, position=item["position"], **{name: before[name] + (item[name] or 0) for name in COUNTS})
        if item["position"] == before["total"] and before["stage"] == "running":
            work.set(item, stage="finished", closed_at=work.now)
