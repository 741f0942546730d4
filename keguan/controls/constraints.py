"""What violated constraints of the controls mean to people."""

from keguan.kernel.commands.constraints import register
from keguan.kernel.records.labels import Label

register(
    "controls_approval_line_waits_once",
    Label("已有一项相同的申请在等待，不能再申请一次", "the same request is waiting already"),
    Label("等它有结果，或请申请人先撤回", "wait for it, or let whoever asked withdraw it"),
)
register(
    "controls_approval_waits_once",
    Label("已有一项相同的申请在等待，不能再申请一次", "the same request is waiting already"),
    Label("等它有结果，或请申请人先撤回", "wait for it, or let whoever asked withdraw it"),
)
