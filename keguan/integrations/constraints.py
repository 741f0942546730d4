"""What violated constraints of these tables mean to people."""

from keguan.kernel.commands.constraints import register
from keguan.kernel.records.labels import Label

register(
    "integrations_reception_once",
    Label("您的接收设置已经有了", "your reception is set already"),
    Label("请更改原来的", "change it instead"),
    "person",
)
