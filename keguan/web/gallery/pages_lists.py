"""Sample lists: of cases, of customers, of a register, and lists with nothing in them."""

from keguan.kernel.records.labels import Label
from keguan.web.components import Empty, Filter, Link, Option, Paging, State, Tab
from keguan.web.gallery.cast import CLOSE, LONG, REPLY, at, cite
from keguan.web.pages import (
    BulkVerb,
    Cell,
    ColumnChoice,
    Doing,
    Head,
    ListRow,
    ListTools,
    RecordList,
    ViewChoice,
)

COMPLAINT = Label("投诉", "Complaint")
NO_MATCH = Empty(
    Label("没有符合条件的工单", "No case matches"),
    Label("换个词，或清除筛选再看。", "Try another word, or clear the filters."),
    (Link(Label("清除筛选", "Clear the filters"), "?"),),
)
HEADS = (
    Head("customer", Label("客户", "Customer")),
    Head("stage", Label("状态", "State")),
    Head("due", Label("到期", "Due"), "?sort=due", "up"),
    Head("owner", Label("经办", "Owner")),
)
ROWS = (
    ListRow(
        "KS-2026-0412", "打印机连续卡纸", "/", "KS-2026-0412", (COMPLAINT,), at("10-04 09:30"),
        cells=(
            Cell("明远文化"),
            Cell(state=State(Label("待答复", "to answer"), "wait")),
            Cell(due_at=at("10-09 09:00"), tone="broken", citation=REPLY),
            Cell("周岚"),
        ),
    ),
    ListRow(
        "KS-2026-0418", "到货少两件", "/", "KS-2026-0418", (COMPLAINT,), at("10-08 10:12"),
        cells=(
            Cell("江南印务（苏州）有限公司"),
            Cell(state=State(Label("调查中", "investigating"))),
            Cell(due_at=at("10-09 12:30"), tone="soon", citation=cite("第二十二条 1")),
            Cell("周岚"),
        ),
    ),
    ListRow(
        "KS-2026-0421", LONG, "/", "KS-2026-0421", (COMPLAINT,), at("10-08 14:00"),
        cells=(
            Cell("𠮷禾食品 Jihe Foods International (Shanghai) Co., Ltd."),
            Cell(state=State(Label("等核准", "waiting"), "wait")),
            Cell(due_at=at("10-15 00:00"), citation=CLOSE),
            Cell("𠮷田 Miriam"),
        ),
    ),
    ListRow(
        "KS-2026-0350", "开票抬头写错", "/", "KS-2026-0350", (Label("咨询", "Question"),), at("2025-12-30 14:00"),
        cells=(
            Cell("海棠贸易"),
            Cell(state=State(Label("已结案", "closed"), "kept")),
            Cell(),
            Cell("沈一"),
        ),
    ),
)  # fmt: skip
STAGE_FILTER = Filter(
    "stage",
    Label("状态", "State"),
    (Option("open", Label("在办", "open")), Option("closed", Label("已结案", "closed"))),
    "open",
)
KIND_FILTER = Filter("kind", Label("种类", "Kind"), (Option("complaint", COMPLAINT),))
HIDDEN_TAB = Filter("tab", "", value="mine", kind="hidden")
CASE_TABS = (
    Tab(Label("我的", "Mine"), "?tab=mine", 9, True),
    Tab(Label("本部门", "Department"), "?tab=unit", 41),
    Tab(Label("全部", "All"), "?tab=all"),
    Tab(Label("逾期", "Overdue"), "?tab=late", 2),
)
BULK = (BulkVerb(Label("转办", "Hand over"), "/cases/act/assign"), BulkVerb(Label("结案", "Close"), "/cases/act/close"))
TOOLS = ListTools(
    orders=(Option("newest", Label("登记时间，新的在前", "Newest first")),),
    order="newest",
    columns=(
        ColumnChoice("customer", Label("客户", "Customer"), is_shown=True),
        ColumnChoice("order_no", Label("订单编号", "Order number")),
    ),
    xlsx_url="/cases/export/?format=xlsx",
    csv_url="/cases/export/?format=csv",
    list="case",
    views=(
        ViewChoice("00000000-0000-0000-0000-000000000001", "逾期投诉", "?tab=late", is_current=True),
        ViewChoice(
            "00000000-0000-0000-0000-000000000002",
            "按到期",
            "?sort=due",
            is_own=False,
            hint=Label("温如许 共享给客户服务部", "shared with 客户服务部 by 温如许"),
        ),
    ),
    units=(Option("1", "客户服务部"),),
)
CASES = RecordList(
    Label("工单", "Cases"),
    Label("工单", "Case"),
    ROWS,
    HEADS,
    Paging(4, 1000, is_more=True, first_url="?", next_url="?after=x"),
    NO_MATCH,
    NO_MATCH,
    Label("标题、编号、客户", "Title, code, customer"),
    "印",
    (HIDDEN_TAB, STAGE_FILTER, KIND_FILTER),
    tabs=CASE_TABS,
    bulk=BULK,
    is_filtered=True,
    tools=TOOLS,
    doings=(Doing(Label("受理来电", "Take a case"), "/cases/take/", is_main=True, key="F2"),),
)
SLIPS = RecordList(
    Label("产品退货单", "Return slip"),
    Label("产品退货单", "Return slip"),
    (
        ListRow(
            "TH-202610-003", "三联装订机", "/", "TH-202610-003", (), at("10-08 10:12"),
            cells=(
                Cell(state=State(Label("已开立", "Drafted"))),
                Cell("12"),
                Cell("KS-2026-0412 打印机连续卡纸"),
                Cell(due_at=at("10-09 12:30"), tone="soon", citation=REPLY),
            ),
        ),
    ),
    (
        Head("stage", Label("环节", "Stage")),
        Head("quantity", Label("退货数量", "Quantity"), "?sort=-quantity", "down"),
        Head("case", Label("工单", "Case")),
        Head("due", Label("到期", "Due")),
    ),
    Paging(1, 1),
    NO_MATCH,
    NO_MATCH,
    Label("编号、标题、内容", "Number, title, words in it"),
    filters=(STAGE_FILTER, KIND_FILTER),
    more=(
        Filter("arranged_for__from", Label("约定日期从", "Arranged for, from"), kind="date", value="2026-10-01"),
        Filter("quantity__gte", Label("退货数量不小于", "Quantity, at least"), kind="number"),
    ),
    is_more_open=True,
    bulk=BULK[:1],
    is_filtered=True,
    tools=TOOLS,
    doings=(Doing(Label("开立退货单", "Draft a return slip"), "/", is_main=True),),
    back=Link(Label("台账", "Registers"), "/records/"),
    part=Link("KS-2026-0412 打印机连续卡纸", "/"),
    citation=REPLY,
)  # fmt: skip
KEY = State(Label("重点", "key"), "wait")
CONTACT_HEADS = (
    Head("contact", Label("联系人", "Contact")),
    Head("phone", Label("电话", "Phone")),
    Head("owner", Label("负责人", "Owner")),
)
NO_CUSTOMERS = Empty(
    Label("还没有客户", "No customers yet"),
    Label("从表格导入现有客户，或者新建第一个。", "Import your customers from a spreadsheet, or add the first one."),
    (Link(Label("导入", "Import"), "/"), Link(Label("新建客户", "Add a customer"), "/")),
)
CUSTOMERS = RecordList(
    Label("客户", "Customers"),
    Label("客户", "Customer"),
    (
        ListRow(
            "K-0007", "江南印务（苏州）有限公司", "/", "K-0007", (Label("单位", "Organisation"), "苏州"), state=KEY,
            cells=(Cell("陆工"), Cell("138****2207", is_whole=True), Cell("孟琪")),
        ),
        ListRow(
            "K-0011", "𠮷禾食品 Jihe Foods International (Shanghai) Co., Ltd.", "/", "K-0011",
            (Label("单位", "Organisation"), "上海"),
            cells=(Cell("Miriam Okonkwo-Fitzgerald"), Cell("+44 20 **** 0018", is_whole=True), Cell("林涛")),
        ),
        ListRow(
            "K-0012", "欧阳明月", "/", "K-0012", (Label("个人", "Person"),),
            cells=(Cell(), Cell("139****0001", is_whole=True), Cell()),
        ),
    ),
    CONTACT_HEADS,
    Paging(3, 5321, next_url="?after=x"),
    NO_CUSTOMERS,
    NO_MATCH,
    filters=(STAGE_FILTER,),
    doings=(Doing(Label("导入", "Import"), "/", icon="import"),),
)  # fmt: skip
CUSTOMERS_NONE = RecordList(
    Label("客户", "Customers"), Label("客户", "Customer"), (), CONTACT_HEADS, Paging(0), NO_CUSTOMERS, NO_MATCH
)
