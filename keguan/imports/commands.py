"""The acts on an import: upload, say what the columns mean, start, stop; and the machinery's own record.

Bodies hold the order of the steps; reading sheets and running the rows is done outside of them.
"""

import datetime as dt
from collections.abc import Sequence

from keguan.imports.facts import COUNTS, IMPORT
from keguan.imports.importers import importer_of
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Argument, Item, Verb, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Fields
from keguan.kernel.records.labels import Label
from keguan.longwork import progress

STARTED = Reason(
    Label("这次导入已经开始，不能再改", "this import has started and can no longer be changed"),
    Label("如需重来，请重新上传文件", "to begin again, upload the file once more"),
    kind="invariant",
)
NOT_RUNNING = Reason(Label("这次导入不在进行中", "this import is not running"), kind="invariant")
CURE = Label("请先设置列的对应关系", "say first what the columns mean")
LOOPED_BY_ITSELF = ("command_line",)
"""Channels that carry their imports on by themselves, so that the worker need not."""


@verb(
    "import.upload",
    Label("上传表格", "Upload a sheet"),
    on=IMPORT,
    arguments=takes(IMPORT, "type!", "title!", "digest!", "table!", "total!", "titles", "mapping"),
    creates=True,
    enters="uploaded",
)
def upload(work: Work, items: list[Item]) -> None:
    """Keep a sheet whose rows can be imported once its columns are understood."""
    for item in items:
        if importer_of(item["type"]) is None:
            message = Label("“{type}”不能从表格导入", "“{type}” cannot be imported from a sheet").format(
                type=item["type"]
            )
            work.refuse(item, Reason(message, field="type", kind="input"))
            continue
        work.create(
            item,
            **{name: item[name] for name in ("type", "title", "digest", "table", "total", "titles", "mapping")},
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
    """Say which column holds what (column → field; field → value for all rows), and what becomes of duplicates."""
    for item in items:
        if item.before["stage"] != "uploaded":
            work.refuse(item, STARTED)
        else:
            work.set(item, **{name: value for name, value in item.args.items() if value is not None})


def _to_the_worker(_rows: Rows, ctx: Context, _now: dt.datetime, _verb: Verb, items: Sequence[Item]) -> None:
    """Hand what was started to the worker, in the same transaction."""
    from keguan.longwork import tasks

    if ctx.channel not in LOOPED_BY_ITSELF:
        for item in items:
            tasks.start("import", item.id)


@verb("import.start", Label("开始导入", "Start the import"), on=IMPORT, enters="running", tells=_to_the_worker)
def start(work: Work, items: list[Item]) -> None:
    """Import every row of the sheet; rows with problems are left out and listed. Runs on after the answer."""
    for item in items:
        importer = importer_of(item.before.get("type") or "customer")
        if item.before["stage"] != "uploaded":
            work.refuse(item, STARTED)
        elif importer is None:
            work.refuse(item, Reason(Label("这种记录已不存在", "there are no such records any more"), kind="invariant"))
        elif missing := importer.unmapped(item.before.get("mapping") or {}):
            work.refuse(item, Reason(missing[0], CURE, field="mapping", kind="invariant"))
        else:
            work.set(item, stage="running", started_at=work.now)


@verb("import.stop", Label("停止导入", "Stop the import"), on=IMPORT, enters="cancelled")
def stop(work: Work, items: list[Item]) -> None:
    """Stop after the rows that are just being imported; what has been imported stays."""
    progress.stop(work, items, ("uploaded", "running"), NOT_RUNNING)


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
    progress.record(work, items, COUNTS, "problems", "row")
