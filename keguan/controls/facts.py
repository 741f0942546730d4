"""Record types of the controls: what waits for somebody (approval) and what somebody owes (obligation)."""

from keguan.kernel.records.kinds import Boolean, Choice, Fields, Integer, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType, Stage
from keguan.kernel.records.vocabulary import vocabulary

APPROVAL_STATES = {
    "waiting": Label("等待中", "waiting"),
    "granted": Label("已同意", "granted"),
    "rejected": Label("已驳回", "rejected"),
    "returned": Label("已退回", "sent back"),
    "withdrawn": Label("已撤回", "withdrawn"),
    "lapsed": Label("已失效", "lapsed"),
}
OBLIGATION_STATES = {
    "running": Label("进行中", "running"),
    "kept": Label("已做到", "kept"),
    "broken": Label("已逾期", "overdue"),
    "kept_late": Label("逾期后完成", "done late"),
    "cancelled": Label("已取消", "cancelled"),
    "waived": Label("已豁免", "waived"),
}
HOW = {"authority": Label("核决", "authority"), "consent": Label("审批", "consent")}

CAUSES = {
    "overtaken": Label("已不经申请办成，或须重新申请", "done without it, or asked anew"),
    "requester_left": Label("申请人已离职", "whoever asked has left"),
    "right_lost": Label("申请人已无权办理", "whoever asked may no longer do it"),
    "timed_out": Label("逾时未决定", "not decided in time"),
}

STEPS = LineType(
    "steps",
    Label("审批步骤", "steps"),
    table="controls_approvalstep",
    parent="parent",
    facts=(
        Fact("pos", Integer(), Label("步骤", "step")),
        Fact("people", Listing(Reference("person")), Label("可决定的人", "who may decide")),
        Fact("by_zh", Text(), Label("由谁决定", "decided by, in Chinese")),
        Fact("by_en", Text(), Label("由谁决定（英文）", "decided by, in English")),
        Fact("control", Text(), Label("管控项", "control")),
        Fact("decided_by", Reference("person"), Label("决定人", "decided by")),
        Fact("on_behalf_of", Reference("person"), Label("代谁决定", "on behalf of")),
        Fact("decided_at", Moment(), Label("决定时间", "decided at")),
        Fact("is_consent", Boolean(), Label("同意", "consents")),
        Fact("is_handed_on", Boolean(), Label("逾时改由他人", "handed on")),
        Fact("slot", Integer(), Label("制度中的步骤", "step of the clause")),
        Fact("named", Listing(Reference("person")), Label("指名的人", "named")),
        Fact("relieved", Listing(Reference("person")), Label("已转办的人", "relieved")),
        Fact("added_by", Reference("person"), Label("加签人", "added by")),
        Fact("why", Text(2000, lines=True), Label("加签或转办的说明", "why somebody was brought in")),
        Fact("is_void", Boolean(), Label("退回后不算", "counts no more")),
        Fact("comment", Text(2000, lines=True), Label("意见", "comment")),
    ),
)

LINES = LineType(
    "lines",
    Label("各件", "lines"),
    table="controls_approvalline",
    parent="parent",
    facts=(
        Fact("verb", Text(), Label("动作", "act")),
        Fact("object", Reference(""), Label("对象", "record")),
        Fact("object_label", Text(), Label("对象名称", "record's name"), personal=True),
        Fact("args", Fields(), Label("申请内容", "what is asked"), personal=True, erased={}),
        Fact("state", Choice(APPROVAL_STATES), Label("状态", "state")),
        Fact("decided_by", Reference("person"), Label("决定人", "decided by")),
        Fact("decided_at", Moment(), Label("决定时间", "decided at")),
        Fact("comment", Text(2000, lines=True), Label("意见", "comment")),
    ),
)

ABOUT = (
    Fact("object_type", Text(), Label("对象类型", "record type")),
    Fact("object", Reference(""), Label("对象", "record")),
    Fact("object_label", Text(), Label("对象名称", "record's name"), personal=True),
)
"""On which record something is asked, signed, proposed or let pass."""

APPROVAL = vocabulary.add_type(
    RecordType(
        name="approval",
        label=Label("审批", "Approval"),
        table="controls_approval",
        facts=(
            Fact("verb", Text(), Label("动作", "act")),
            *ABOUT,
            Fact("records", Listing(Reference("")), Label("各件对象", "records")),
            Fact("args", Fields(), Label("申请内容", "what is asked"), personal=True, erased={}),
            Fact("read", Fields(), Label("依据的事实", "facts read"), personal=True, erased={}),
            Fact("control", Text(), Label("管控项", "control")),
            Fact("how", Choice(HOW), Label("方式", "how")),
            Fact("rulebook", Integer(), Label("制度版本", "rulebook")),
            Fact("requester", Reference("person"), Label("申请人", "requester")),
            Fact("state", Choice(APPROVAL_STATES), Label("状态", "state")),
            Fact("step", Integer(), Label("当前步骤", "current step")),
            Fact("by_zh", Text(), Label("由谁决定", "decided by, in Chinese")),
            Fact("by_en", Text(), Label("由谁决定（英文）", "decided by, in English")),
            Fact("comment", Text(2000, lines=True), Label("意见", "comment")),
            Fact("requested_at", Moment(), Label("申请时间", "requested at")),
            Fact("decided_at", Moment(), Label("决定时间", "decided at")),
            Fact("decided_by", Reference("person"), Label("决定人", "decided by")),
            Fact("due_at", Moment(), Label("决定期限", "to be decided by")),
            Fact("next_at", Moment(), Label("下次判断", "judged next"), derived=True),
            Fact("cause", Choice(CAUSES), Label("缘由", "why")),
        ),
        lines=(STEPS, LINES),
        stages=tuple(Stage(name, label) for name, label in APPROVAL_STATES.items()),
        code=None,
        title="object_label",
        stage="state",
        opener="requester",
        about=("object", "records"),
        needed_in=("waiting",),
    )
)

# An obligation is written with the judgement or event that changes it; the recount makes it again from the journal.
OBLIGATION = vocabulary.add_type(
    RecordType(
        name="obligation",
        label=Label("应办事项", "Obligation"),
        table="controls_obligation",
        facts=(
            Fact("control", Text(), Label("管控项", "control"), derived=True),
            Fact("object_type", Text(), Label("对象类型", "record type"), derived=True),
            Fact("object", Reference(""), Label("对象", "record"), derived=True),
            Fact("object_label", Text(), Label("对象名称", "record's name"), personal=True, derived=True),
            Fact("key", Text(), Label("分项", "part"), derived=True),
            Fact("state", Choice(OBLIGATION_STATES), Label("状态", "state"), derived=True),
            Fact("opened_event", Reference("event"), Label("起算于", "opened by"), derived=True),
            Fact("opened_at", Moment(), Label("开始时间", "opened at"), derived=True),
            Fact("due_at", Moment(), Label("到期时间", "due at"), derived=True),
            Fact("met_at", Moment(), Label("办成时间", "met at"), derived=True),
            Fact("people", Listing(Reference("person")), Label("责任人", "owed by"), derived=True),
            Fact("unit", Reference("unit"), Label("部门", "unit"), derived=True),
        ),
        stages=tuple(Stage(name, label) for name, label in OBLIGATION_STATES.items()),
        code=None,
        title=None,
        stage="state",
        unit="unit",
        is_derived=True,
        about=("object",),
    )
)
