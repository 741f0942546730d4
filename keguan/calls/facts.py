"""What is known of a seat at the phones and of a call."""

from keguan.customers.phones import PhoneKind
from keguan.kernel.records.kinds import Integer, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType, Stage
from keguan.kernel.records.vocabulary import vocabulary

SEAT = vocabulary.add_type(
    RecordType(
        name="seat",
        label=Label("坐席", "Seat"),
        table="calls_seat",
        facts=(
            Fact("extension", Text(20), Label("分机", "Extension")),
            Fact("person", Reference("person"), Label("值守人", "Who sits there")),
            Fact("opened_at", Moment(), Label("签入时间", "Taken at")),
            Fact("left_at", Moment(), Label("签出时间", "Left at")),
        ),
        code=None,
        title="extension",
        owner="person",
    )
)

CALL = vocabulary.add_type(
    RecordType(
        name="call",
        label=Label("来电", "Call"),
        table="calls_call",
        facts=(
            Fact(
                "switch_id", Text(100), Label("话机通话号", "Switch's own number"),
                help=Label("电话系统给这次通话的唯一编号", "what the phone switch calls this call"),
            ),
            Fact(
                "number", PhoneKind(), Label("来电号码", "Caller's number"), personal=True,
                help=Label("对方隐藏号码时留空", "empty where the caller hides it"),
            ),
            Fact("extension", Text(20), Label("分机", "Extension")),
            Fact("person", Reference("person"), Label("接听人", "Answered by")),
            Fact("customer", Reference("customer"), Label("客户", "Customer")),
            Fact("case", Reference("case"), Label("登记的工单", "Case registered")),
            Fact("stage", Text(20), Label("状态", "State")),
            Fact("opened_at", Moment(), Label("振铃时间", "Rang at")),
            Fact("answered_at", Moment(), Label("接听时间", "Answered at")),
            Fact("closed_at", Moment(), Label("挂断时间", "Ended at")),
            Fact("seconds", Integer(0, 86_400), Label("通话秒数", "Seconds talked")),
        ),
        stages=(
            Stage("ringing", Label("振铃中", "Ringing")),
            Stage("answered", Label("通话中", "Answered")),
            Stage("ended", Label("已结束", "Ended")),
            Stage("missed", Label("未接", "Missed")),
        ),
        code="switch_id",
        title="number",
        stage="stage",
        owner="person",
        about=("customer",),
        is_about_anybody=True,
        ended="closed_at",
    )
)  # fmt: skip
