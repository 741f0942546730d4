"""What violated constraints of the tables of lists mean to people."""

from keguan.kernel.commands.constraints import register
from keguan.kernel.records.labels import Label

register(
    "lists_view_name_once",
    Label("您已有同名的视图", "you have a view of this name already"),
    Label("换一个名称，或先删除原来的", "use another name, or remove the old one first"),
    "name",
)
