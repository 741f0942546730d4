"""Sample pages of one verb on many records."""

from dataclasses import replace

from keguan.kernel.records.labels import Label
from keguan.web.components import Figure, Reason
from keguan.web.gallery.cast import CLOSE, at
from keguan.web.pages import BulkPage, RefusedRow

BULK_RUN = BulkPage(
    "0", Label("分类", "Classify"), "running", 1240, 400, at("10-09 09:00"),
    (
        Figure(Label("办成", "Done"), "386", tone="kept"),
        Figure(Label("待核准", "Waiting"), "0"),
        Figure(Label("未办", "Refused"), "14", tone="broken"),
    ),
    "/cases", "/cases/act/classify",
)  # fmt: skip
BULK_DONE = replace(
    BULK_RUN,
    stage="finished",
    position=1240,
    refused=(
        RefusedRow(
            "TS-2026-0412",
            "到货三箱外包装破损",
            "/cases/1",
            (Reason(Label("还没有受理", "not accepted yet"), (CLOSE,), Label("请先受理", "accept it first")),),
        ),
    ),
    refused_total=14,
    selection="AAAA",
)
