"""What violated constraints of the tables of calls mean to people."""

from keguan.kernel.commands.constraints import register
from keguan.kernel.records.labels import Label

register(
    "calls_call_once",
    Label("这次来电已经报过了", "this call was reported before"),
    Label("不用再报；每次来电用一个新的通话号", "nothing needs to be done; each call has a number of its own"),
    "switch_id",
)
register(
    "calls_call_answered_after_ring",
    Label("接听时间早于振铃时间", "it is said to be answered before it rang"),
    Label("核对电话系统的时钟", "check the clock of the phone switch"),
)
register(
    "calls_call_ended_after_ring",
    Label("挂断时间早于振铃时间", "it is said to have ended before it rang"),
    Label("核对电话系统的时钟", "check the clock of the phone switch"),
)
