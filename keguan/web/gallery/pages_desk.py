"""Sample pages: approvals, notices, find."""

import datetime as dt
from dataclasses import replace

from keguan.kernel.records.labels import Label
from keguan.web.components import Fact, Field, Fieldset, Figure, Link, Option, Paging, State, Step, Tab
from keguan.web.gallery import parts
from keguan.web.gallery.cast import LONG, POLICY, REPLY, SETTLE, at
from keguan.web.gallery.pages_work import CASE
from keguan.web.pages import (
    ApprovalLine,
    ApprovalPart,
    Approvals,
    AwayRow,
    DelegationLine,
    Delegations,
    Find,
    Found,
    FoundGroup,
    MemberRow,
    NoticeRow,
    Notices,
    OverrideAsk,
    OverrideLine,
    Overrides,
    ReceiverLine,
    ReceptionPage,
    Team,
    TeamOwed,
    TypedPage,
    Unowned,
    VacantRow,
)

READ = (
    Fact(Label("赔付金额", "Amount"), "¥3,200"),
    Fact(Label("责任", "Liability"), Label("承运方", "Carrier")),
    Fact(Label("客户", "Customer"), "江南印务（苏州）有限公司"),
)
CHAIN = (
    Step(Label("沈一 提出", "沈一 asked"), "done"),
    Step(Label("何副总", "何副总"), "now"),
    Step(Label("总经理", "General manager"), "todo"),
)
LINE = ApprovalLine(
    "a1",
    "¥3,200",
    Label("赔付", "Compensation"),
    Label("KS-2026-0409 到货三箱外包装破损，要求退货", "KS-2026-0409 到货三箱外包装破损，要求退货"),
    CASE,
    "沈一",
    at("10-09 10:41"),
    SETTLE,
    Label(
        "赔付一千元以上不满五千元的，由分管副总经理核准", "From 1,000 to below 5,000 CNY the deputy in charge decides"
    ),
    READ,
    CHAIN,
    acts=(Link(Label("加签", "Add an approver"), "?"), Link(Label("转办", "Hand over"), "?"),
          Link(Label("退回", "Send back"), "?")),
)  # fmt: skip
SEVERAL = replace(
    LINE,
    id="a5",
    headline=Label("派办", "Assign"),
    kind=Label("工单", "Case"),
    subject=Label("3 件", "3 records"),
    url="",
    read=(),
    parts=(
        ApprovalPart("1", "KS-2026-0401 外箱受潮"),
        ApprovalPart("2", "KS-2026-0402 少发一箱"),
        ApprovalPart("3", "KS-2026-0403 标签错贴", State(Label("已驳回", "rejected"), "broken"), "这件不改"),
    ),
)
OVERRIDE = OverrideLine(
    "o1", Label("结案", "Close"), "KS-2026-0409 到货三箱外包装破损", CASE, SETTLE,
    Label("盘点期间不得“结案”", "“Close” is not allowed during the stocktaking"), "客户在现场等，今天必须了结", "沈一",
    at("10-09 10:41"), 30, State(Label("待另一人确认", "waits for a second person"), "wait"), is_open=True,
)  # fmt: skip
OVERRIDES = Overrides(
    (OVERRIDE,),
    (
        replace(OVERRIDE, id="o2", is_open=False, state=State(Label("已准许", "granted"), "kept"), decided_by="何副总",
                use_url=CASE, expires_at=at("10-09 11:30")),
        replace(OVERRIDE, id="o3", is_open=False, withdraw_url="/withdraw"),
    ),
)  # fmt: skip
OVERRIDE_ASK = OverrideAsk(
    Label("结案", "Close"), "KS-2026-0409", OVERRIDE.sentence, SETTLE, CASE,
    (Fieldset((Field("reason", Label("理由", "Reason"), "lines", is_required=True),)),), (("verb", "case.close"),),
)  # fmt: skip
STANDING_IN = DelegationLine(
    "d1", "何副总", Label("全部事项", "everything"), at("10-09 09:00"), at("10-13 18:00"),
    State(Label("代理中", "under way"), "kept"), "出差，电话不便", end_url="/end",
)  # fmt: skip
DELEGATIONS = Delegations(
    (
        STANDING_IN,
        replace(STANDING_IN, id="d2", state=State(Label("尚未开始", "not yet begun"), "wait"), is_ahead=True,
                reasons=(parts.REASONS[0],), entered_by="沈一", ends_at=None),
    ),
    (replace(STANDING_IN, id="d3", other="沈一", state=State(Label("已结束", "over")), end_url=""),),
    (Fieldset((
        Field("delegate", Label("代理人", "Delegate"), "reference", is_required=True),
        Field("starts_at", Label("自", "From"), "moment", hint=Label("不填即从现在起", "left empty: from now")),
        Field("reason", Label("事由", "Reason"), "lines"),
    )),),
    SETTLE,
    may_begin=True,
)  # fmt: skip
RECEPTION = ReceptionPage(
    (
        ReceiverLine("r1", Label("企业微信群机器人", "WeCom group robot"), "客服群", "…4a97",
                     State(Label("已送达", "arrives"), "kept"), at("10-09 10:41")),
        ReceiverLine("r2", Label("电子邮件", "e-mail"), "z***@example.cn", "z***@example.cn",
                     State(Label("上次没有送达，会再试", "the last one did not arrive; it is tried again"), "broken"),
                     at("10-09 10:52")),
    ),
    (
        Fieldset((
            Field("is_each_sent", Label("逐条发送通知", "Send each notice"), "boolean", "true"),
            Field("is_digest_sent", Label("每日摘要", "Daily digest"), "boolean", "false"),
            Field("digest_at", Label("摘要时间", "Digest at"), placeholder="08:30"),
        )),
        Fieldset((
            Field("quiet_from", Label("免打扰开始", "Quiet from"), value="22:00"),
            Field("quiet_until", Label("免打扰结束", "Quiet until"), value="07:30"),
        ), Label("免打扰时段", "Quiet hours")),
    ),
    (Fieldset((
        Field("kind", Label("方式", "How"), "choice", is_required=True, options=(
            Option("email", Label("电子邮件", "e-mail")), Option("feishu", Label("飞书群机器人", "Feishu robot")))),
        Field("address", Label("地址", "Address"), is_required=True, is_wide=True),
        Field("title", Label("名称", "Name")),
    )),),
    Label("公司的规定：21:00–08:00 免打扰，摘要在 08:30 发出；制度定为紧急的照发",
          "the company's own: quiet 21:00–08:00, digests at 08:30; what a policy calls urgent is sent all the same"),
)  # fmt: skip
TYPED = TypedPage(
    "?",
    (
        Field("title", Label("标题", "Title"), value="到货三箱外包装破损", is_wide=True),
        Field(
            "description", Label("情况", "What happened"), "lines", "三箱外面都湿了，里面的货也不敢用。", is_wide=True
        ),
    ),
)
TEAM = Team(
    (
        Figure(Label("团队欠着", "Owed by the team"), "13"),
        Figure(Label("已逾期", "Overdue"), "2", tone="broken"),
        Figure(Label("今天到期", "Due today"), "3", tone="soon"),
        Figure(Label("没有责任人", "Nobody's"), "1", tone="broken"),
    ),
    (
        MemberRow("周岚", Label("客服专员，华东客服部", "agent, East"), "?person=1", 9, 2, 1, 0, 3, 100,
                  away=Label("不在，沈一代理", "away; 沈一 stands in")),
        MemberRow("沈一", Label("客服主管，华东客服部", "head, East"), "?person=2", 4, 0, 2, 3, 0, 44, is_chosen=True),
    ),
    (
        TeamOwed("case:1", Label("答复客户", "Answer the customer"), "KS-2026-0412 打印机连续卡纸", CASE, "周岚",
                 at("10-09 09:00"), REPLY, "broken", is_picked=True, reasons=(parts.REASONS[0],)),
        TeamOwed("case:2", Label("核准赔付", "Decide"), LONG, CASE, "沈一、周岚", at("10-10 12:30"), SETTLE,
                 note=Label("停算中", "its time stands still")),
    ),
    7,
    (Option("1", "周岚"), Option("2", "沈一")),
    (Unowned(Label("核准赔付", "Decide"), "KS-2026-0401", CASE, SETTLE, at("10-09 18:00")),),
    1,
    (AwayRow("周岚", "沈一", at("10-13 18:00"), "年假"),),
    (VacantRow("华东客服部", Label("夜班客服", "night agent"), dt.date(2026, 9, 30), "林涛"),),
    "沈一",
    units="华东客服部",
)  # fmt: skip
APPROVAL_TABS = (
    Tab(Label("等我的", "Waiting for me"), "?", 3, True),
    Tab(Label("我提交的", "Mine"), "?view=mine", 1),
    Tab(Label("已决定", "Decided"), "?view=decided"),
)
APPROVALS = Approvals(
    APPROVAL_TABS,
    (
        LINE,
        replace(
            LINE, id="a2", headline="¥1,060", subject=LONG, read=(), comment="再核一下数量", reasons=(parts.REASONS[0],)
        ),
        SEVERAL,
        replace(
            LINE, id="a3", headline=Label("调级 B1 → A2", "Class B1 → A2"), kind=Label("客户等级", "Customer class")
        ),
    ),
)
APPROVALS_MINE = Approvals(
    APPROVAL_TABS,
    (
        replace(LINE, state=parts.WAITING, withdraw_url="/withdraw"),
        replace(
            LINE,
            id="a9",
            state=State(Label("已退回", "sent back"), "wait"),
            comment="请先补承运方的书面确认。",
            again_url="?",
            decided_at=at("10-09 11:00"),
        ),
    ),
    "mine",
)
NOTICES = Notices(
    (
        NoticeRow(
            "n1",
            Label("逾期：KS-2026-0412 应于 10-09 09:00 答复客户", "Overdue: KS-2026-0412 was to be answered by 09:00"),
            at("10-09 09:00"),
            CASE,
            Label("已告知售后主管", "the head of after-sales was told"),
            REPLY,
            tone="broken",
        ),
        NoticeRow(
            "n2",
            Label("何副总同意了您提交的赔付 ¥3,200", "何副总 consented to your ¥3,200"),
            at("10-09 11:00"),
            CASE,
            citation=SETTLE,
        ),
        NoticeRow(
            "n3",
            Label("客户导入完成：写入 4,812 位，38 行未导入", "Import finished: 4,812 written, 38 rows left out"),
            at("10-08 18:00"),
            "/import/1",
            is_read=True,
        ),
    ),
    Paging(3, 3),
    2,
)
CLAUSE = Label.written("第二十七条　赔付核决")
FIND = Find(
    "jn",
    (
        FoundGroup(
            Label("客户", "Customers"),
            (
                Found(
                    "江南印务（苏州）有限公司",
                    "/customers/K-0007",
                    "陆工 · 138****2207",
                    State(Label("重点", "key"), "wait"),
                ),
                Found("江南纸品厂", "/customers/K-0011", "0512-****8801"),
            ),
            "/customers?q=jn",
        ),
        FoundGroup(
            Label("工单", "Cases"),
            (Found("KS-2026-0409 到货三箱外包装破损，要求退货", CASE, Label("等核准", "waiting")),),
        ),
        FoundGroup(
            Label("条款", "Clauses"),
            (
                Found(
                    Label.written("第二十七条　赔付核决"),
                    "/policies/service-desk#c27",
                    Label.written(POLICY),
                    is_clause=True,
                ),
            ),
        ),
    ),
)
