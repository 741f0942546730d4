"""Sample pages of daily work: Today, taking a case, the list, the case, one verb, approvals, notices, find."""

import datetime as dt
from dataclasses import replace

from keguan.controls.queries import Proposed
from keguan.kernel.records.labels import Label
from keguan.web.components import Fact, Field, Fieldset, Link, Option, State
from keguan.web.gallery import parts
from keguan.web.gallery.cast import CLOSE, DEPUTY, LONG, REPLY, SETTLE, at, cite
from keguan.web.gallery.fields import CHANNELS, WRONG
from keguan.web.pages import (
    AlikeLine,
    AlikePanel,
    Broken,
    CaseAct,
    CasePage,
    CaseTake,
    CustomerCard,
    CustomerChoice,
    Followers,
    HappenedPanel,
    HappenedRow,
    Moment,
    OtherLine,
    OthersPanel,
    Owed,
    Pending,
    PrintMenu,
    Proposal,
    TaskLine,
    TasksPanel,
    Today,
    Waiting,
)

CASE = "/cases/KS-2026-0409"
COMPLAINT = Label("投诉", "Complaint")
OWED = (
    Owed(
        Label("回复客户：打印机连续卡纸", "Answer: the printer jams again and again"),
        "KS-2026-0412 · 明远文化",
        CASE,
        at("10-09 09:00"),
        REPLY,
        "broken",
        Label("写回复", "Reply"),
        f"{CASE}/act/reply",
        Label("已升级至售后主管", "the head of after-sales was told"),
    ),
    Owed(
        Label("明确责任部门：到货少两件", "Name the liable department: two pieces short"),
        "KS-2026-0418 · 江南印务（苏州）有限公司",
        CASE,
        at("10-09 12:30"),
        cite("第二十二条 1", "责任部门", "c22"),
        "soon",
        Label("判定责任", "Decide liability"),
        f"{CASE}/act/find",
    ),
    Owed(LONG, "KS-2026-0421 · 𠮷禾食品 Jihe Foods", CASE, at("10-09 18:00"), CLOSE, "", Label("结案", "Close"), CASE),
    Owed(
        Label("续建档案：缺开票资料、联系人生日", "Complete the file: invoice data, birthdays"),
        "海棠贸易",
        CASE,
        at("10-13 00:00"),
        cite("第七条"),
        "",
        Label("补资料", "Complete"),
        CASE,
    ),
)
WAITING = (
    Waiting(
        "a1",
        "¥3,200",
        Label("赔付", "Compensation"),
        Label("KS-2026-0409 退货折让", "KS-2026-0409 discount instead of return"),
        Label("沈一 提交 · 千元以上五千以下由分管副总经理核准", "by 沈一 · 1,000 to 5,000: the deputy in charge"),
        SETTLE,
        CASE,
    ),
    Waiting("a2", "¥1,060", Label("赔付", "Compensation"), "KS-2026-0398", Label("老谭 提交", "by 老谭"), SETTLE, CASE),
)
BROKEN = (
    Broken(
        Label("三日内提交处理报告", "Report within three days"),
        Label("西南客服部 · 2 件", "South-west · 2"),
        REPLY,
        "/",
    ),
    Broken(Label("六日内结案", "Closed within six days"), Label("华东客服部 · 1 件", "East · 1"), CLOSE, "/"),
)
TODAY = Today(
    dt.date(2026, 10, 9),
    parts.FIGURES,
    (
        Moment(Label("已逾期", "Overdue"), OWED[:1], "broken", "late", 5),
        Moment(Label("今天", "Today"), OWED[1:3], "soon", "today"),
        Moment(
            Label("以后", "Later"),
            (*OWED[3:], Owed(Label("子任务：核对批次", "Task: check the batch"), "KS-2026-0418", CASE, None, None)),
            name="later",
        ),
    ),
    9,
    WAITING,
    BROKEN,
    Label(
        "国庆后第 2 个工作日，明天（周六）补班",
        "second working day after the holiday; tomorrow (Saturday) is a working day",
    ),
    "/?all=1",
    (
        Proposal(
            "p1",
            Label("拟定处分", "Draft a sanction"),
            "KS-202610-007 江南印务",
            Label("季安、事由 与客户争执", "季安, reason: quarrel with a customer"),
            CLOSE,
            "#",
            (
                Proposed("fine", Label("罚款", "Fine"), "¥30.00", "30", "30", "100", is_open=True),
                Proposed(
                    "measure",
                    Label("措施", "Measure"),
                    "申诫",
                    "申诫",
                    choices=(("申诫", "申诫"), ("记过", "记过")),
                    is_open=True,
                ),
            ),
        ),
    ),
    "sample",
)
TODAY_EMPTY = Today(dt.date(2026, 10, 9), parts.FIGURES[:1], (), 0, (), ())

MATCHES = (
    CustomerChoice(
        "c1",
        "江南印务（苏州）有限公司",
        Label("陆工 · 138****2207", "陆工 · 138****2207"),
        State(Label("重点", "key"), "wait"),
        2,
    ),
    CustomerChoice("c2", "江南纸品厂", "0512-****8801"),
)
HAPPENED = Fieldset(
    (
        Field("title", Label("一句话说明", "In one sentence"), is_required=True, longest=80),
        Field(
            "kind",
            Label("种类", "Kind"),
            "choice",
            value="complaint",
            is_required=True,
            options=(Option("complaint", COMPLAINT), Option("question", Label("咨询", "Question"))),
        ),
        Field("channel", Label("渠道", "Channel"), "choice", value="phone", is_required=True, options=CHANNELS),
        Field("happened_at", Label("发生时间", "Happened at"), "moment", value="2026-10-09T11:05"),
        Field("story", Label("客户怎么说", "What the customer says"), "lines", longest=4000),
    )
)
PACK_FIELDS = Fieldset(
    (
        Field("product", Label("产品型号", "Model"), is_required=True, citation=cite("第二十一条")),
        Field("bought_on", Label("购买日期", "Bought on"), "date"),
    ),
    Label("制度要求登记的", "What the policy asks for"),
    cite("第二十一条", "登记事项"),
)
NEW_CUSTOMER = Fieldset(
    (
        Field("new_name", Label("名称", "Name"), longest=200),
        Field(
            "new_kind",
            Label("类型", "Type"),
            "choice",
            value="organisation",
            options=(Option("organisation", Label("单位", "Organisation")), Option("person", Label("个人", "Person"))),
        ),
        Field("new_contact", Label("联系人", "Contact")),
        Field("new_phone", Label("电话", "Phone"), "phone"),
    )
)
TAKE = CaseTake((HAPPENED, PACK_FIELDS), (NEW_CUSTOMER,), "江南", MATCHES, "c1", True, (), parts.CONSEQUENCES[1:], "k1")
TAKE_REFUSED = replace(TAKE, chosen="new", matches=(), customer_query="查无此人", reasons=parts.REASONS[1:])

CASE_PAGE = CasePage(
    code="KS-2026-0409",
    title="到货三箱外包装破损，要求退货",
    summary=Label("投诉 · 非质量异常（运输）", "Complaint · not quality (transport)"),
    state=State(Label("等分管副总经理核准", "waits for the deputy in charge"), "wait"),
    steps=parts.STEPS,
    terms=parts.TERMS,
    actions=parts.ACTIONS,
    facts=parts.FACTS,
    declared=parts.DECLARED,
    entries=parts.ENTRIES,
    entries_total=14,
    files=parts.FILES,
    applies=parts.APPLIES,
    customer=CustomerCard(
        "江南印务（苏州）有限公司",
        "/customers/K-0007",
        State(Label("重点", "key"), "wait"),
        (
            Fact(Label("联系人", "Contact"), "陆工"),
            Fact(Label("电话", "Phone"), "138****2207", reveal_url="/reveal"),
            Fact(Label("城市", "City"), "苏州"),
            Fact(Label("负责人", "Owner"), Label("孟琪（A 角）、林涛（B 角）", "孟琪 (A), 林涛 (B)")),
        ),
        Label("近一年 3 起投诉，均认可", "3 complaints in a year, all accepted"),
    ),
    story="三箱外面都湿了，里面的货也不敢用。要求整单退货，并赔偿误工。",
    pending=Pending(
        Label("赔付 ¥3,200，折让", "¥3,200 as a discount"), DEPUTY, SETTLE, at("10-09 10:41"), "/approvals", "/withdraw"
    ),
    more_entries_url="?all=1",
    panels=(
        TasksPanel(
            (
                TaskLine(
                    "RW-202610-001",
                    "向仓储部调取出库复核录像",
                    "#",
                    "老谭",
                    dt.date(2026, 10, 8),
                    parts.LATE,
                    doings=(Link(Label("完成", "Finish"), "#"), Link(Label("转交", "Hand over"), "#")),
                ),
                TaskLine("RW-202610-002", "补发两件并回传运单号", "#", "周岚", None, parts.KEPT, "SF-3391 已发"),
            ),
            1,
            "#",
        ),
        HappenedPanel(
            "liabilities",
            Label("责任", "Liability"),
            (
                HappenedRow(
                    Label("本公司部门 · 仓储部 · ¥180", "A department of ours · 仓储部 · ¥180"),
                    "出库复核漏检",
                    "温如许",
                    at("10-09 09:30"),
                ),
                HappenedRow(
                    Label("其他公司 · 迅达货运 · ¥60", "Another company · 迅达货运 · ¥60"),
                    "",
                    "温如许",
                    at("10-09 09:31"),
                ),
            ),
            Label("合计 ¥240", "¥240 in all"),
        ),
        OthersPanel(
            (
                OtherLine(
                    "KS-2026-0350",
                    "开票抬头写错",
                    CASE,
                    Label("同一起因", "Same cause"),
                    parts.KEPT,
                    at("10-04 09:30"),
                    "x",
                ),
            ),
            "#",
        ),
    ),
    alike=AlikePanel(
        (
            AlikeLine(
                "y",
                "KS-2026-0421",
                LONG,
                CASE,
                Label("同一客户、事由相近", "same customer, alike"),
                parts.RUNNING,
                at("10-08 14:00"),
            ),
        ),
        "#",
        "#",
    ),
    followers=Followers("韩牧之、温如许", "#"),
    prints=PrintMenu("#", (Link(Label("第 1 联 · 客户服务部存", "Copy 1 · kept by 客户服务部"), "#"),)),
)
SUBJECT = (Link("KS-2026-0409 到货三箱外包装破损，要求退货", CASE),)
SETTLE_FIELDS = Fieldset(
    (
        Field("amount", Label("赔付金额", "Compensation"), "money", value="3200", is_required=True, citation=SETTLE),
        Field(
            "how",
            Label("方式", "Way"),
            "choice",
            value="discount",
            options=(
                Option("discount", Label("折让", "Discount")),
                Option("return", Label("退货", "Return")),
                Option("repair", Label("维修", "Repair")),
            ),
        ),
        Field("grounds", Label("依据", "Grounds"), "lines", is_required=True),
    )
)
ACT = CaseAct(
    "case.settle",
    Label("核定处理", "Settle"),
    f"{CASE}/act/settle",
    CASE,
    SUBJECT,
    (SETTLE_FIELDS,),
    parts.CONSEQUENCES,
    help=Label("写明赔付的金额、方式和依据。", "State the amount, the way and the grounds."),
    asks=True,
)
ACT_REFUSED = replace(ACT, reasons=parts.REASONS, consequences=(), fieldsets=(WRONG,))
ACT_BLOCKED = CaseAct(
    "case.close",
    Label("结案", "Close"),
    f"{CASE}/act/close",
    CASE,
    SUBJECT,
    (),
    reasons=(parts.AFTER_REPLY,),
    is_blocked=True,
)
