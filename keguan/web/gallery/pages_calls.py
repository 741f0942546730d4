"""Sample pages: calls."""

import datetime as dt

from keguan.kernel.records.labels import Label
from keguan.web.components import Field, Fieldset, State
from keguan.web.gallery.cast import LONG, at
from keguan.web.pages import CallLine, Calls, Ringing

RINGS = State(Label("振铃中", "Ringing"), "soon")
LINES = (
    CallLine("138 0000 2207", at("10-09 10:41"), RINGS, "801", "程一", "江南印务（苏州）有限公司", "#", take_url="#"),
    CallLine(
        "0512-6700 1122", at("10-09 10:12"), State(Label("已结束", "Ended")), "801", "程一", LONG, "#",
        "KS-2026-0409 到货三箱外包装破损，要求退货", "#", dt.timedelta(seconds=312),
    ),
    CallLine("", at("10-09 09:58"), State(Label("未接", "Missed"), "broken"), "802", take_url="#"),
)  # fmt: skip
SEAT = Fieldset((Field("extension", Label("分机", "Extension"), kind="text", is_required=True),))
CALLS = Calls(LINES, may_sit=True, extension="801", key="k1")
CALLS_NONE = Calls((), True, True, "", (SEAT,), (), "k1")
RINGING = Ringing(LINES[:1])
