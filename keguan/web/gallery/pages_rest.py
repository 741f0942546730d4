"""Sample pages of policies, evidence, customers and import."""

import datetime as dt
from dataclasses import replace

from keguan.kernel.records.labels import Label
from keguan.web.components import Citation, Fact, Field, Fieldset, Figure, Link, Option, Paging, Reason, State, Tab
from keguan.web.gallery import parts
from keguan.web.gallery.cast import POLICY, at
from keguan.web.gallery.pages_work import NEW_CUSTOMER
from keguan.web.pages import (
    Clause,
    Column,
    CustomerForm,
    EvidenceList,
    EvidenceRow,
    ImportPage,
    ImportPlaces,
    ImportRun,
    ImportStart,
    PolicyList,
    PolicyPage,
    PolicyRow,
    SheetRow,
)

IN_FORCE = State(Label("施行中", "in force"), "kept")
POLICIES = PolicyList(
    (
        PolicyRow(
            "service-desk", POLICY, Label("第 3 版", "version 3"), IN_FORCE, dt.date(2026, 1, 1), 88, 71, 0.948, 2
        ),
        PolicyRow("access", "基本权限制度", Label("第 1 版", "version 1"), IN_FORCE, dt.date(2025, 12, 1), 6, 9),
    )
)
TEXT_26 = (
    "投诉自受理之日起六日内办结。各部门的分段期限由客户服务部在处理表上写明，"
    "合计不得超过六日；到期未结的，由客户服务部向责任部门及其上级作逾期反映。"
)
TEXT_27 = "赔付金额不满一千元的由销售部门经理核准；一千元以上不满五千元的由副总经理核准；五千元以上的由总经理核准。"
CLAUSES = (
    Clause("ch4", "第四章", title="投诉处理", depth=0),
    Clause(
        "c25",
        "第二十五条",
        title="答复",
        parts=(
            "（一）受理后当日告知客户经办人。",
            "（二）需要会同处理的，一个工作日内提出会同处理意见。",
            "（三）三日内答复客户处理结果。",
        ),
        controls=(
            replace(
                parts.DUE_CONTROL,
                sentence=Label("受理后 3 个工作日内答复客户", "The customer is answered within 3 working days"),
                share=0.88,
            ),
        ),
    ),
    Clause("c26", "第二十六条", TEXT_26, "办理期限", controls=(parts.DUE_CONTROL, parts.CONTROLS[2])),
    Clause("c27", "第二十七条", TEXT_27, "赔付核决", controls=(parts.SETTLE_CONTROL,)),
    Clause(
        "c28",
        "第二十八条",
        "每月十日前，总经理办公室检视上月办结的投诉；经批准给予处分的，转人力资源部公布，绩效奖金的扣减由总经理核准后执行。",
        "责任追究",
        controls=(
            replace(
                parts.DUE_CONTROL,
                sentence=Label("每月 10 日前检视上月办结件", "Last month's closed cases are reviewed by day 10"),
                share=1.0,
                note="",
                figures=parts.DUE_CONTROL.figures[:1],
            ),
            parts.CONTROLS[3],
        ),
    ),
    Clause("ch5", "第五章", title="礼仪", depth=0),
    Clause("c30", "第三十条", "无论客户是否购买，都客气真诚地接待，尽力解答每一个问题。", "真诚", is_statement=True),
)
POLICY_PAGE = PolicyPage(
    "service-desk",
    POLICY,
    Label(
        "制度 · 第 3 版 · 2026-01-01 起施行 · 替代第 2 版",
        "Policy · version 3 · in force from 2026-01-01 · replaces version 2",
    ),
    IN_FORCE,
    (
        Figure(Label("条款", "Clauses"), "88"),
        Figure(Label("有管控在运行", "With running controls"), "71"),
        Figure(Label("待配置", "Not configured"), "2", "#c28", "soon"),
        Figure(Label("本季履约率", "Kept this quarter"), "94.8%", "/e"),
    ),
    CLAUSES,
)
EVIDENCE = EvidenceList(
    Citation(POLICY, "第二十六条", "/policies/service-desk#c26", "办理期限"),
    POLICY,
    "/policies/service-desk",
    TEXT_26,
    parts.DUE_CONTROL,
    (
        Tab(Label("全部", "All"), "?", 295, True),
        Tab(Label("守", "Kept"), "?o=kept", 244),
        Tab(Label("破", "Broken"), "?o=broken", 18),
        Tab(Label("办理中", "Running"), "?o=running", 31),
        Tab(Label("无法判定", "Undetermined"), "?o=unknown", 2),
    ),
    (
        EvidenceRow(
            "KS-2026-0412 打印机连续卡纸",
            "/",
            parts.BROKEN,
            Label("华东客服部", "East"),
            at("10-02 09:30"),
            at("10-09 00:00"),
            at("10-09 00:00"),
            Label("逾期 11 小时，仍未结", "11 hours overdue, still open"),
        ),
        EvidenceRow(
            "KS-2026-0409 到货三箱外包装破损，要求退货",
            "/",
            parts.RUNNING,
            Label("华东客服部", "East"),
            at("10-08 10:12"),
            at("10-15 00:00"),
        ),
        EvidenceRow(
            "KS-2026-0350 开票抬头写错",
            "/",
            parts.KEPT,
            Label("西南客服部", "South-west"),
            at("2025-12-30 14:00"),
            at("2026-01-06 00:00"),
            at("2026-01-03 15:20"),
        ),
    ),
    Paging(3, 295, next_url="?after=x"),
)
CUSTOMER_FORM = CustomerForm(
    Label("新建客户", "Add a customer"),
    (NEW_CUSTOMER, Fieldset((Field("note", Label("备注", "Note"), "lines"),))),
    "/customers",
    (
        Reason(
            Label("电话“1e10”不是电话号码", "“1e10” is not a phone number"),
            cure=Label("请把表格里的这一列设成文本", "Format the column as text"),
        ),
    ),
    (Link("江南印务（苏州）有限公司 · K-0007 · 138****2207", "/customers/K-0007"),),
)
START = ImportStart(
    Label("导入客户", "Import: customer"),
    (
        ImportRun(
            "0199a1b2-0000-7000-8000-000000000001",
            "客户名单 2026-10.xlsx",
            State(Label("完成", "finished"), "kept"),
            at("10-08 18:00"),
            Label("写入 4,812，未导入 38", "4,812 written, 38 left out"),
        ),
    ),
    (),
    "/sample.xlsx",
    100_000,
    20,
    (Label("电话", "Phones"), Label("联系人", "Contact"), Label("城市", "City")),
    (Label("客户名称", "Name"),),
    back=Link(Label("客户", "Customer"), "/customers/"),
)
PLACES = ImportPlaces(
    (Link(Label("客户", "Customer"), "/imports/customer/"), Link(Label("人员", "Person"), "/imports/person/")),
    START.runs,
)
TARGETS = (
    Option("name", Label("名称", "Name")),
    Option("phone", Label("电话", "Phone")),
    Option("contact", Label("联系人", "Contact")),
    Option("city", Label("城市", "City")),
)
MAPPING = ImportPage(
    "0199a1b2-0000-7000-8000-000000000001",
    "客户名单 2026-10.xlsx",
    "mapping",
    4850,
    Label("客户", "Customer"),
    (
        Column(0, "客户名称", ("江南印务（苏州）有限公司", "明远文化", "海棠贸易"), "name", is_guessed=True),
        Column(1, "手机/座机", ("13800002207", "0512-65008801"), "phone", is_guessed=True),
        Column(2, "联系人（主）", ("陆工", "𠮷田 Miriam Okonkwo-Fitzgerald"), "contact"),
        Column(
            3,
            "",
            ("苏州", "上海"),
            "name",
            (
                Reason(
                    Label("两列都对应到“名称”", "Two columns go to “Name”"),
                    cure=Label("留一列，另一列改掉", "Keep one and change the other"),
                ),
            ),
        ),
    ),
    TARGETS,
    (
        Field(
            "all_kind",
            Label("客户类型", "Kind"),
            "choice",
            options=(
                Option("organisation", Label("单位", "Organisation")),
                Option("person", Label("个人", "Person")),
            ),
        ),
    ),
    alike=Label("编号、电话或名称相同", "same number, phone or name"),
    duplicates=(
        Option("skip", Label("跳过，不导入", "Skip")),
        Option("update", Label("用表中内容更新已有的", "Update")),
    ),
    start_url="/imports/customer/",
    back=Link(Label("客户", "Customer"), "/customers/"),
)
SHEET_FIGURES = (
    Figure(Label("新客户", "New"), "4,790"),
    Figure(Label("更新", "Updated"), "22"),
    Figure(Label("重复", "Duplicates"), "12", tone="soon"),
    Figure(Label("有问题", "With faults"), "26", tone="broken"),
)
HEADS = (Label("名称", "Name"), Label("电话", "Phone"), Label("联系人", "Contact"), Label("城市", "City"))
FAULT = Reason(
    Label("电话“1.38E+10”已被表格改写", "The phone “1.38E+10” was rewritten by the spreadsheet"),
    cure=Label("把这一列设成文本后重填", "Format the column as text and fill it in again"),
)
SHEET_ROWS = (
    SheetRow(2, ("江南印务（苏州）有限公司", "13800002207", "陆工", "苏州"), State(Label("新客户", "new"), "kept")),
    SheetRow(3, ("明远文化", "1.38E+10", "", "上海"), State(Label("不导入", "left out"), "broken"), (FAULT,)),
    SheetRow(
        4, ("𠮷禾食品 Jihe Foods International", "021-60001234", "𠮷田", "上海"), State(Label("更新", "update"), "wait")
    ),
)
PREVIEW = replace(MAPPING, step="preview", columns=(), heads=HEADS, rows=SHEET_ROWS, figures=SHEET_FIGURES)
RUN = replace(PREVIEW, step="run", done=2000, remaining=dt.timedelta(seconds=95), figures=SHEET_FIGURES[:2])
RESULT = replace(
    PREVIEW,
    step="result",
    rows=SHEET_ROWS[1:2],
    error_sheet_url="/errors.xlsx",
    links=(Link(Label("看导入的客户", "See the imported customers"), "/customers"),),
    faults=(
        Fact(Label("26 行", "26 rows"), Label("电话被表格改写成科学记数", "phone rewritten as scientific notation")),
        Fact(Label("12 行", "12 rows"), Label("与已有客户重复", "duplicates of customers that exist")),
    ),
)
