"""What violated constraints of setups mean to people."""

from keguan.kernel.commands.constraints import register
from keguan.kernel.records.labels import Label

register(
    "setup_setup_one_at_a_time",
    Label("已有一个制度包正在启用", "another pack is being set up"),
    Label("请先完成那一个", "finish that one first"),
    "pack",
)
