"""Sample parts: states, terms, steps, actions, entries, controls, reasons."""

from keguan.kernel.records.labels import Label
from keguan.web.components import (
    Action,
    Applies,
    Entry,
    Fact,
    Figure,
    File,
    Reason,
    Segment,
    State,
    Step,
    Term,
)
from keguan.web.gallery.cast import CLOSE, DEPUTY, PROMISE, REPLY, SETTLE, STAGES, at, cite
from keguan.web.pages import Control, TableRow

RUNNING = State(Label("进行中", "running"))
KEPT = State(Label("已做到", "kept"), "kept")
KEPT_LATE = State(Label("迟做到", "kept late"), "soon")
BROKEN = State(Label("已违反", "broken"), "broken")
WAITING = State(Label("等核准", "waiting"), "wait")
SOON = State(Label("快到期", "due soon"), "soon")
LATE = State(Label("已过约定日期", "past its day"), "broken")
STATES = (RUNNING, WAITING, KEPT, SOON, KEPT_LATE, BROKEN)

TERMS = (
    Term(
        name=Label("结案", "Close the case"),
        citation=CLOSE,
        due_at=at("10-15 00:00"),
        segments=(Segment("counted", 16), Segment("rest", 84)),
        explanation=(
            Label("自受理次日起算六日，按自然日计", "Six calendar days from the day after receipt"),
            Label("止于末日 24 时，不因假日顺延", "ending with the last day, holidays included"),
        ),
        by=Label("周岚", "周岚"),
    ),
    Term(
        name=Label("会同处理意见", "Joint opinion"),
        citation=cite("第二十五条 2", "会同处理", "c25"),
        due_at=at("10-09 12:30"),
        tone="soon",
        segments=(
            Segment("counted", 30),
            Segment("skipped", 14),
            Segment("counted", 12),
            Segment("paused", 16),
            Segment("counted", 18),
            Segment("rest", 10),
        ),
        explanation=(
            Label("计 6 小时 40 分", "6 h 40 min counted"),
            Label("跳过午休 1 小时 30 分与下班", "lunch (1 h 30 min) and the night skipped"),
            Label("暂停 2 小时（等客户补照片）", "2 h paused (waiting for the customer's photographs)"),
        ),
    ),
    Term(
        name=Label("答复客户", "Answer the customer"),
        citation=REPLY,
        due_at=at("10-09 09:00"),
        tone="broken",
        state=BROKEN,
        segments=(Segment("counted", 100),),
        explanation=(
            Label("计 3 个工作日；已告知售后主管", "3 working days counted; the head of after-sales was told"),
        ),
    ),
    Term(
        name=Label("受理", "Accept"),
        citation=STAGES,
        due_at=at("10-08 18:00"),
        met_at=at("10-08 10:20"),
        is_over=True,
        tone="kept",
        state=KEPT,
        segments=(Segment("counted", 8), Segment("rest", 92)),
        explanation=(Label("当日下班前；用了 8 分钟", "Before the day's end; took 8 minutes"),),
    ),
)
STEPS = (
    Step(Label("登记", "Registered"), "done", at("10-08 10:12")),
    Step(Label("受理", "Accepted"), "done", at("10-08 10:20")),
    Step(Label("判定类别", "Classified"), "done", at("10-08 11:02")),
    Step(Label("派办", "Assigned"), "done", at("10-08 14:30")),
    Step(Label("调查", "Investigated"), "done", at("10-08 16:05")),
    Step(Label("核定处理", "Settled"), "now"),
    Step(Label("答复客户", "Answered")),
    Step(Label("结案", "Closed")),
)
AFTER_REPLY = Reason(
    Label("还没有答复客户。", "The customer has not been answered."),
    (STAGES,),
    Label("先做“写回复”。", "Do “Reply” first."),
)
ACTIONS = (
    Action("case.reply", Label("写回复", "Reply"), "/cases/KS-2026-0409/act/reply", is_main=True),
    Action(
        "case.settle",
        Label("核定处理", "Settle"),
        "/cases/KS-2026-0409/act/settle",
        "asks",
        Label("一千元以上须分管副总经理核准", "From 1,000 CNY the deputy general manager in charge decides"),
        SETTLE,
    ),
    Action(
        "case.assign",
        Label("转办", "Hand over"),
        "/cases/KS-2026-0409/act/assign",
        hint=Label("期限不变", "the deadline stays"),
    ),
    Action("case.close", Label("结案", "Close"), "/cases/KS-2026-0409/act/close", "blocked", reasons=(AFTER_REPLY,)),
)
FILES = (
    File("外包装破损-1.jpg", "/files/1", 2_312_044, at("10-08 16:05"), "老谭"),
    File("承运方签收单（扫描件）.pdf", "/files/2", 184_200, at("10-08 16:05"), "老谭"),
)
ENTRIES = (
    Entry(
        at("10-09 10:41"),
        "沈一",
        Label("提出赔付 ¥3,200，折让", "proposed ¥3,200, as a discount"),
        (SETTLE,),
        Label(
            "须分管副总经理核准；已通知何副总（代理人：无）",
            "The deputy in charge must approve; was told (no delegate)",
        ),
    ),
    Entry(
        at("10-09 10:38"),
        "沈一",
        Label("想直接答复客户赔付金额，未通过", "tried to tell the customer the amount: refused"),
        (PROMISE,),
        quote="超出本人核决权限的金额，不得先向客户承诺。",
        tone="broken",
    ),
    Entry(
        at("10-08 16:05"),
        Label("仓储部 · 老谭", "老谭 · Warehouse"),
        Label("上传破损照片，认定为承运方责任", "added photographs; found the carrier liable"),
        files=FILES,
        recorded_at=at("10-08 17:30"),
    ),
    Entry(
        at("10-08 10:12"),
        "周岚",
        Label("电话受理；客户要求：整单退货", "took the call; the customer wants to return everything"),
        quote="“三箱外面都湿了，里面的货也不敢用。”",
    ),
    Entry(at("2025-12-30 09:00"), "𠮷田 Miriam", Label("建立客户档案", "opened the customer's file")),
)
APPLIES = (
    Applies(SETTLE, Label("赔付 1,000–5,000 元由分管副总经理核准", "1,000–5,000 CNY: the deputy in charge"), WAITING),
    Applies(CLOSE, Label("受理起六日内结案", "closed within six days of receipt"), RUNNING),
    Applies(
        cite("第二十五条 5", "", "c25"),
        Label("客户不认可时另填新表，附原表", "if the customer disagrees, a new form with the old one attached"),
        State(Label("未触发", "not triggered")),
    ),
    Applies(cite("第二十条"), Label("不论大小，由经理亲自或派专人处理", "handled by the manager or a delegate"), KEPT),
)
REASONS = (
    Reason(
        Label("赔付金额超出您的核决权限。", "The amount exceeds your authority."),
        (SETTLE,),
        Label("提交后由分管副总经理核准。", "It can be submitted to the deputy in charge."),
    ),
    Reason(
        Label("还没有调查结论。", "There is no finding yet."),
        (STAGES, cite("第二十二条 1")),
        Label("先登记调查结论和责任方。", "Record the finding and who is liable first."),
    ),
)
CONSEQUENCES = (
    Reason(
        Label(
            "3,200 元须{who}核准，核准后才生效。", "3,200 CNY waits for {who} and takes effect once approved."
        ).format(who=DEPUTY),
        (SETTLE,),
    ),
    Reason(Label("结案期限继续计时：10-14 24:00。", "The closing term runs on: 14 Oct 24:00."), (CLOSE,)),
)
FIGURES = (
    Figure(Label("今天到期", "Due today"), "7", "/"),
    Figure(Label("已逾期", "Overdue"), "2", "/", "broken"),
    Figure(Label("等我审批", "For my approval"), "3", "/approvals"),
    Figure(Label("本月及时率", "In time this month"), "96.4%"),
)
FACTS = (
    Fact(Label("类别", "Class"), Label("非质量异常（运输）", "Not quality (transport)")),
    Fact(Label("渠道", "Channel"), Label("电话", "Phone")),
    Fact(Label("责任", "Liability"), Label("承运方", "Carrier"), citation=STAGES),
    Fact(Label("经办", "Owner"), "周岚"),
    Fact(Label("提议赔付", "Proposed amount"), "¥3,200", citation=SETTLE),
    Fact(Label("客户要求", "What the customer wants"), Label("整单退货", "Return everything")),
)
DECLARED = (
    Fact(Label("产品型号", "Model"), "KG-9000 Pro"),
    Fact(Label("购买日期", "Bought on"), "2026-09-28"),
    Fact(Label("服务凭证", "Voucher"), ""),
)
DUE_CONTROL = Control(
    sentence=Label(
        "受理后 6 日内结案，逾期告知上级", "Closed within 6 days of receipt; the superior is told when overdue"
    ),
    engine=Label("期限", "Deadline"),
    share=0.931,
    period=Label("本季", "This quarter"),
    figures=(
        Figure(Label("守", "kept"), "244", "/e?o=kept"),
        Figure(Label("破", "broken"), "18", "/e?o=broken", "broken"),
        Figure(Label("办理中", "running"), "31", "/e?o=running"),
        Figure(Label("无法判定", "undetermined"), "2", "/e?o=unknown"),
    ),
    note=Label("破的：华东 9、西南 6、其他 3", "Broken: East 9, South-west 6, others 3"),
)
SETTLE_CONTROL = Control(
    sentence=Label("赔付须核准", "Compensation needs approval"),
    engine=Label("核决", "Authority"),
    rows=(
        TableRow("< 1,000", Label("销售部门经理", "Sales department manager"), "126", "/e?r=1"),
        TableRow("1,000 – 5,000", DEPUTY, "41", "/e?r=2"),
        TableRow("≥ 5,000", Label("总经理", "General manager"), "6", "/e?r=3"),
    ),
    note=Label("驳回 4 · 平均用时 5 小时 12 分", "4 rejected · 5 h 12 min on average"),
)
CONTROLS = (
    DUE_CONTROL,
    SETTLE_CONTROL,
    Control(
        Label("分段期限合计 ≤ 6 日", "Stage limits add up to at most 6 days"),
        Label("前提", "Requirement"),
        "trial",
        figures=(Figure(Label("本会拒绝", "would have refused"), "3", "/e?o=trial"),),
        period=Label("试行以来", "Since the trial began"),
    ),
    Control(
        Label("扣减标准", "Amount of the deduction"),
        Label("参数", "Parameter"),
        "unset",
        note=Label(
            "制度未写金额；填好之前不计入履约", "The policy names no amount; not counted as kept until it is set"
        ),
    ),
)
