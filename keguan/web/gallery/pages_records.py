"""Sample pages of records: a customer, a record of a register, a calendar; and the places that lead to lists."""

import datetime as dt

from keguan.kernel.records.labels import Label
from keguan.org.calendars import STANDARD
from keguan.web.components import Empty, Fact, Link, State, Step
from keguan.web.gallery import parts
from keguan.web.gallery.cast import REPLY, at
from keguan.web.gallery.pages_lists import HEADS, KEY, ROWS
from keguan.web.pages import (
    CardPanel,
    Cell,
    Contact,
    ContactsPanel,
    Doing,
    Head,
    LinesPanel,
    ListRow,
    PlaceGroup,
    PlaceRow,
    Places,
    PrintMenu,
    RecordPage,
    RelatedGroup,
    RelatedPanel,
    RowsPanel,
)
from keguan.web.records.calendars import year_panel

PHONE = Label("电话", "Phone")
CUSTOMER = RecordPage(
    code="K-0007",
    title="江南印务（苏州）有限公司",
    summary=Label("单位 · 苏州", "Organisation · Suzhou"),
    state=KEY,
    actions=(parts.ACTIONS[2],),
    facts=(
        Fact(Label("负责人", "Owner"), "孟琪"),
        Fact(Label("城市", "City"), "苏州"),
        Fact(Label("地址", "Address"), "苏州工业园区星湖街 1 号 3 幢 502 室（东门进）"),
        Fact(Label("税号", "Tax number"), "9132****7X", reveal_url="/reveal"),
    ),
    entries=parts.ENTRIES[3:],
    entries_total=len(parts.ENTRIES[3:]),
    applies=parts.APPLIES,
    panels=(
        RowsPanel(
            Label("工单", "Cases"), Label("工单", "Case"), ROWS[:3], HEADS, 12, "/cases/", Empty(Label("无", "None"))
        ),
    ),
    beside=(
        ContactsPanel(
            (
                Contact(
                    "陆工",
                    "设备科",
                    (
                        Fact(PHONE, "138****2207", reveal_url="/reveal"),
                        Fact(PHONE, "0512-****8801", reveal_url="/reveal"),
                    ),
                    is_main=True,
                ),
                Contact("Miriam Okonkwo-Fitzgerald", "Purchasing"),
            )
        ),
    ),
    back=Link(Label("客户", "Customers"), "/customers/"),
)
SLIP = RecordPage(
    code="TH-202610-003",
    title="三联装订机",
    summary=Label("产品退货单", "Return slip"),
    state=State(Label("已核签", "Approved")),
    actions=parts.ACTIONS,
    facts=parts.FACTS,
    entries=parts.ENTRIES,
    entries_total=len(parts.ENTRIES),
    applies=parts.APPLIES,
    steps=(
        Step(Label("已开立", "Drafted"), "done", at("10-08 10:12")),
        Step(Label("已核签", "Approved"), "done", at("10-08 14:00")),
        Step(Label("已收货", "Received"), "now"),
    ),
    terms=parts.TERMS,
    panels=(
        LinesPanel(
            Label("联次", "Copies"),
            (
                Head("n", Label("联次", "Copy")),
                Head("keeper", Label("保管", "Kept by")),
                Head("kept", Label("收存时间", "Kept since")),
            ),
            (
                (Cell("1"), Cell(Label("仓储部", "Warehouse")), Cell("2026-10-08 15:20")),
                (Cell("2"), Cell(Label("财务部", "Finance")), Cell(state=State(Label("未送到", "not yet"), "soon"))),
            ),
        ),
        LinesPanel(Label("明细", "Lines"), (), ()),
        RelatedPanel(
            Label("相关表单", "Forms that belong here"),
            (
                RelatedGroup(
                    Label("转账传票", "Transfer voucher"),
                    (
                        ListRow(
                            "ZZ-202610-001", "退货转账", "/", "ZZ-202610-001", at=at("10-09 09:00"),
                            state=State(Label("已开立", "Drafted")),
                        ),
                    ),
                    "/",
                    Doing(Label("转账传票", "Transfer voucher"), "/"),
                ),
            ),
            (Doing(Label("异常样品", "Abnormal sample"), "/"),),
        ),
    ),
    beside=(
        CardPanel(Label("工单", "Case"), "KS-2026-0412 打印机连续卡纸", "/"),
        CardPanel(
            Label("下级部门", "Units below"),
            links=(Link("西南组", "/"), Link("华东组", "/")),
            note=Label("共 2 个", "2 in all"),
        ),
    ),
    back=Link(Label("产品退货单", "Return slip"), "/"),
    citation=REPLY,
    prints=PrintMenu("/", (Link(Label("第 1 联 仓储部", "Copy 1: warehouse"), "/"),)),
)  # fmt: skip
CALENDAR = RecordPage(
    code="",
    title="禾川软件（示例）",
    summary=Label("工作日历", "Calendar"),
    state=None,
    actions=(parts.ACTIONS[2],),
    facts=(),
    entries=parts.ENTRIES[3:],
    entries_total=len(parts.ENTRIES[3:]),
    applies=(),
    panels=(
        year_panel(
            STANDARD,
            2033,
            dt.date(2033, 6, 1),
            {"own": [{"on": "2033-07-15", "to": "2033-07-16", "hours": "closed", "name": "办公室搬迁"}]},
        ),
    ),
    back=Link(Label("工作日历", "Calendars"), "/"),
)
PLACES = Places(
    Label("台账", "Registers"),
    (
        PlaceGroup(
            Label("随工单开立", "Kept for: Case"),
            (
                PlaceRow(
                    Label("产品退货单", "Return slip"), "/", Label("一式三联", "in three copies"), REPLY,
                    Doing(Label("开立退货单", "Draft a return slip"), "/"),
                ),
                PlaceRow(Label("异常样品", "Abnormal sample"), "/"),
            ),
        ),
    ),
)  # fmt: skip
NO_PLACES = Places(
    Label("台账", "Registers"), (), Label("没有您能看到的台账。", "There is no register that you may see.")
)
