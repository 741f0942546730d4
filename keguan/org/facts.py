"""What is known of the company, its units, people and posts. Days of holding are half-open: without the last one."""

from keguan.kernel.records.kinds import Boolean, Date, Fields, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType
from keguan.kernel.records.vocabulary import vocabulary

COMPANY = vocabulary.add_type(
    RecordType(
        name="company",
        label=Label("公司", "Company"),
        table="org_company",
        facts=(
            Fact("name", Text(120), Label("名称", "Name")),
            Fact("zone", Text(60), Label("时区", "Time zone")),
            Fact("currency", Text(3), Label("币种", "Currency")),
        ),
        code=None,
        title="name",
    )
)

CALENDAR = vocabulary.add_type(
    RecordType(
        name="calendar",
        label=Label("工作日历", "Calendar"),
        table="org_calendar",
        facts=(
            Fact("name", Text(60), Label("名称", "Name")),
            Fact(
                "unit",
                Reference("unit"),
                Label("部门", "Unit"),
                help=Label(
                    "部门的日历；个人日历则为其所依的部门", "whose calendar it is; for a person's, what it differs from"
                ),
            ),
            Fact("person", Reference("person"), Label("人员", "Person"), help=Label("个人的日历", "whose own it is")),
            Fact("spec", Fields(), Label("工作时间与例外", "Hours and exceptions")),
        ),
        code=None,
        title="name",
        owner="person",
        unit="unit",
    )
)

UNIT = vocabulary.add_type(
    RecordType(
        name="unit",
        label=Label("部门", "Unit"),
        table="org_unit",
        facts=(
            Fact("code", Text(40), Label("部门代码", "Unit code")),
            Fact("name", Text(80), Label("名称", "Name")),
            Fact("parent", Reference("unit"), Label("上级部门", "Parent unit")),
            Fact("kind", Text(40), Label("性质", "Kind")),
            Fact("opened_on", Date(), Label("设立日期", "Opened on")),
            Fact("closed_on", Date(), Label("撤销日期", "Closed on")),
        ),
        title="name",
    )
)

PERSON = vocabulary.add_type(
    RecordType(
        name="person",
        label=Label("人员", "Person"),
        table="org_person",
        facts=(
            Fact("code", Text(40), Label("工号", "Staff number")),
            Fact("name", Text(60), Label("姓名", "Name")),
            Fact("phone", Text(40), Label("电话", "Phone"), personal=True),
            Fact("email", Text(120), Label("电子邮箱", "E-mail"), personal=True),
            Fact("username", Text(60), Label("登录名", "User name")),
            Fact("joined_on", Date(), Label("入职日期", "Joined on")),
            Fact("left_on", Date(), Label("离职日期", "Left on")),
        ),
        title="name",
    )
)

ROLE = vocabulary.add_type(
    RecordType(
        name="role",
        label=Label("岗位职责", "Role"),
        table="org_role",
        facts=(
            Fact("code", Text(60), Label("代码", "Code")),
            Fact("zh", Text(80), Label("中文名", "Chinese name")),
            Fact("en", Text(120), Label("英文名", "English name")),
            Fact("source", Text(80), Label("出自", "Declared by")),
        ),
        title="zh",
    )
)

HOLDINGS = LineType(
    "holdings",
    Label("任职", "Holdings"),
    table="org_holding",
    parent="post",
    facts=(
        Fact("person", Reference("person"), Label("任职人", "Holder")),
        Fact("starts_on", Date(), Label("自", "From"), help=Label("任职的第一天", "the first day of holding it")),
        Fact(
            "ends_on", Date(), Label("至（不含）", "Until"), help=Label("不再任职的第一天", "the first day without it")
        ),
    ),
)

POST = vocabulary.add_type(
    RecordType(
        name="post",
        label=Label("岗位", "Post"),
        table="org_post",
        facts=(
            Fact("unit", Reference("unit"), Label("部门", "Unit")),
            Fact("role", Reference("role"), Label("岗位职责", "Role")),
            Fact("title", Text(80), Label("岗位名称", "Title")),
            Fact("is_head", Boolean(), Label("部门负责人", "Heads the unit")),
        ),
        lines=(HOLDINGS,),
        code=None,
        unit="unit",
    )
)

DELEGATION = vocabulary.add_type(
    RecordType(
        name="delegation",
        label=Label("代理", "Delegation"),
        table="org_delegation",
        facts=(
            Fact("delegator", Reference("person"), Label("委托人", "Delegator")),
            Fact("delegate", Reference("person"), Label("代理人", "Delegate")),
            Fact(
                "roles",
                Listing(Reference("role")),
                Label("代理的岗位职责", "Roles"),
                help=Label("不填即全部岗位与本人名下的事项", "none: all posts, and whatever is the person's own"),
            ),
            Fact(
                "verbs",
                Listing(Text(80)),
                Label("代理的操作", "Verbs"),
                help=Label("不填即全部操作", "none: every verb"),
            ),
            Fact("starts_at", Moment(), Label("自", "From")),
            Fact("ends_at", Moment(), Label("至", "Until")),
            Fact("reason", Text(500, lines=True), Label("事由", "Reason")),
            Fact("opened_by", Reference("person"), Label("办理人", "Entered by")),
        ),
        code=None,
        title=None,
        owner="delegator",
        opener="opened_by",
        shown_to=("delegate",),
        is_about_anybody=True,
    )
)

# The notice's words and origin are written with the reaction that sends it, which the journal accounts for.
NOTICE = vocabulary.add_type(
    RecordType(
        name="notice",
        label=Label("通知", "Notice"),
        table="org_notice",
        facts=(
            Fact("person", Reference("person"), Label("收件人", "To"), derived=True),
            Fact("zh", Text(1000), Label("内容", "Text"), personal=True, derived=True, erased="（内容已抹去）"),
            Fact("en", Text(1000), Label("英文内容", "English text"), personal=True, derived=True, erased="(erased)"),
            Fact(
                "hant",
                Text(1000),
                Label("繁体内容", "Text in Traditional characters"),
                personal=True,
                derived=True,
                erased="（內容已抹去）",
            ),
            Fact("control", Text(120), Label("依据", "Control"), derived=True),
            Fact("object_type", Text(40), Label("对象类型", "About (type)"), derived=True),
            Fact("object_id", Reference(""), Label("对象", "About"), derived=True),
            Fact("created_at", Moment(), Label("发出时间", "Sent at"), derived=True),
            Fact("read_at", Moment(), Label("阅读时间", "Read at")),
        ),
        code=None,
        title="zh",
        owner="person",
        is_derived=True,
        about=("object_id",),
    )
)
