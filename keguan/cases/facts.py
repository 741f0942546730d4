"""What is known of a case. The facts follow the complaint forms of service departments (ledger SWCS, complaint_form).

All free text is personal: people write names and troubles into it, so it stands in the payload and can be erased.
"""

from keguan.kernel.records.kinds import (
    Boolean,
    Choice,
    Date,
    Fields,
    Integer,
    Listing,
    Moment,
    MoneyKind,
    Number,
    Reference,
    Text,
)
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, LineType, RecordType, Stage
from keguan.kernel.records.vocabulary import Setting, vocabulary

KINDS = {
    "complaint": Label("投诉", "Complaint"),
    "consultation": Label("咨询", "Consultation"),
    "suggestion": Label("建议", "Suggestion"),
}
CHANNELS = {
    "phone": Label("电话", "Phone"),
    "letter": Label("信函", "Letter"),
    "visit": Label("来访", "Visit"),
    "online": Label("网上", "Online"),
    "survey": Label("意见调查", "Survey"),
    "other": Label("其他", "Other"),
}
SEVERITIES = {
    "ordinary": Label("一般", "Ordinary"),
    "serious": Label("特别严重", "Especially serious"),
}
CAUSES = {
    "non_quality": Label("非质量原因", "Not quality"),
    "quality": Label("质量异常", "Quality"),
}
HANDLINGS = {
    "discount": Label("折让", "Discount"),
    "compensation": Label("赔偿", "Compensation"),
    "return": Label("退货", "Return"),
    "rework": Label("返工", "Rework"),
    "none": Label("不予处理", "None"),
}
REPLY_CHANNELS = {
    "letter": Label("函件", "Letter"),
    "written": Label("书面", "In writing"),
    "phone": Label("电话", "Phone"),
    "visit": Label("登门", "Visit"),
}
RELATIONS = {
    "related": Label("相关", "Related"),
    "same_cause": Label("同一起因", "Same cause"),
    "continues": Label("接续前案", "Continues it"),
}
LIABLE = {
    "department": Label("本公司部门", "A department of ours"),
    "person": Label("个人", "A person"),
    "supplier": Label("供应商", "A supplier"),
    "other_company": Label("其他公司", "Another company"),
}

NOTES = LineType(
    "notes",
    Label("备注", "Notes"),
    table="cases_note",
    parent="case",
    facts=(
        Fact("author", Reference("person"), Label("写备注的人", "Author")),
        Fact("text", Text(4000, lines=True), Label("内容", "Text"), personal=True, erased=""),
        Fact("noted_at", Moment(), Label("备注时间", "Noted at")),
        Fact("mentions", Listing(Reference("person"), most=50), Label("提到的人", "People mentioned")),
    ),
)
ATTACHMENTS = LineType(
    "attachments",
    Label("附件", "Attachments"),
    table="cases_attachment",
    parent="case",
    facts=(
        Fact("digest", Text(64), Label("文件摘要", "Digest"), is_file=True),
        Fact("name", Text(200), Label("文件名", "File name"), personal=True),
        Fact("media_type", Text(100), Label("类型", "Media type")),
        Fact("size", Integer(0), Label("字节数", "Bytes")),
        Fact("uploaded_by", Reference("person"), Label("上传人", "Uploaded by")),
        Fact("uploaded_at", Moment(), Label("上传时间", "Uploaded at")),
    ),
    is_removed=True,
)
VISITS = LineType(
    "visits",
    Label("走访", "Visits"),
    table="cases_visit",
    parent="case",
    facts=(
        Fact("visitors", Listing(Reference("person")), Label("走访人", "Visitors")),
        Fact("text", Text(4000, lines=True), Label("走访情况", "What came of it"), personal=True, erased=""),
        Fact("recorded_by", Reference("person"), Label("登记人", "Recorded by")),
        Fact("visited_at", Moment(), Label("走访时间", "Visited at")),
    ),
)
PROMISES = LineType(
    "promises",
    Label("承诺", "Promises"),
    table="cases_promise",
    parent="case",
    facts=(
        Fact("amount", MoneyKind(least=0), Label("金额", "Amount")),
        Fact("text", Text(4000, lines=True), Label("承诺内容", "What was promised"), personal=True, erased=""),
        Fact("promised_by", Reference("person"), Label("承诺人", "Promised by")),
        Fact("promised_at", Moment(), Label("承诺时间", "Promised at")),
    ),
)
LIABILITIES = LineType(
    "liabilities",
    Label("责任", "Liability"),
    table="cases_liability",
    parent="case",
    facts=(
        Fact("liable", Choice(LIABLE), Label("责任方", "Who is liable")),
        Fact("department", Reference("unit"), Label("责任部门", "Department liable")),
        Fact("person", Reference("person"), Label("责任人", "Person liable")),
        Fact("party", Text(120), Label("外单位名称", "Name of the other company")),
        Fact("loss", MoneyKind(least=0), Label("应担损失", "Loss to be borne")),
        Fact("text", Text(4000, lines=True), Label("认定依据", "Grounds"), personal=True, erased=""),
        Fact("held_by", Reference("person"), Label("认定人", "Held by")),
        Fact("held_at", Moment(), Label("认定时间", "Held at")),
    ),
)
LINKS = LineType(
    "links",
    Label("关联", "Links"),
    table="cases_link",
    parent="case",
    facts=(
        Fact("other", Reference("case"), Label("关联的工单", "Other case")),
        Fact("relation", Choice(RELATIONS), Label("关系", "Relation")),
        Fact("linked_by", Reference("person"), Label("关联人", "Linked by")),
        Fact("linked_at", Moment(), Label("关联时间", "Linked at")),
    ),
)

CASE = vocabulary.add_type(
    RecordType(
        name="case",
        label=Label("工单", "Case"),
        table="cases_case",
        facts=(
            Fact("code", Text(40), Label("编号", "Number")),
            Fact("title", Text(120), Label("事由", "Subject"), personal=True),
            Fact("kind", Choice(KINDS), Label("类别", "Kind")),
            Fact("channel", Choice(CHANNELS), Label("来源", "Channel")),
            Fact("description", Text(8000, lines=True), Label("情况说明", "Description"), personal=True),
            Fact("customer", Reference("customer"), Label("客户", "Customer")),
            Fact("contact_name", Text(60), Label("联系人", "Contact"), personal=True, identifies=True),
            Fact("contact_phone", Text(40), Label("联系电话", "Contact phone"), personal=True, identifies=True),
            Fact("order_no", Text(60), Label("订单编号", "Order number")),
            Fact("batch_no", Text(60), Label("批号", "Batch number")),
            Fact("product_spec", Text(120), Label("产品规格", "Product specification")),
            Fact("quantity", Number(least=0), Label("数量", "Quantity")),
            Fact("defective_quantity", Number(least=0), Label("不良数量", "Defective quantity")),
            Fact("shipped_on", Date(), Label("交运日期", "Shipped on")),
            Fact("demand", Text(2000, lines=True), Label("客户要求", "Customer's demand"), personal=True),
            Fact("reason", Text(2000, lines=True), Label("投诉理由", "Reason"), personal=True),
            Fact("cause", Choice(CAUSES), Label("成因", "Cause")),
            Fact("severity", Choice(SEVERITIES), Label("轻重", "Severity")),
            Fact("is_founded", Boolean(), Label("投诉成立", "Founded")),
            Fact("is_joint", Boolean(), Label("需会同处理", "Joint handling")),
            Fact("joint_limit_days", Integer(1, 365), Label("会同时限（天）", "Joint handling limit (days)")),
            Fact("departments", Listing(Reference("unit")), Label("会同部门", "Departments concerned")),
            Fact("originating_unit", Reference("unit"), Label("问题发生单位", "Originating unit")),
            Fact("is_own_quality", Boolean(), Label("我方品质问题", "Our quality problem")),
            Fact("is_tracked", Boolean(), Label("列案追踪", "Tracked")),
            Fact("findings", Text(8000, lines=True), Label("调查结果", "Findings"), personal=True),
            Fact("amount", MoneyKind(least=0), Label("赔付金额", "Amount")),
            Fact("handling", Choice(HANDLINGS), Label("处理方式", "Handling")),
            Fact("decision", Text(4000, lines=True), Label("核决意见", "Decision"), personal=True),
            Fact("approved_return_quantity", Number(least=0), Label("核准退货数量", "Approved return quantity")),
            Fact("reply_channel", Choice(REPLY_CHANNELS), Label("答复方式", "Reply channel")),
            Fact("reply", Text(4000, lines=True), Label("答复内容", "Reply"), personal=True),
            Fact("is_accepted", Boolean(), Label("客户认可", "Accepted by the customer")),
            Fact("owner", Reference("person"), Label("经办人", "Owner")),
            Fact("unit", Reference("unit"), Label("承办部门", "Unit")),
            Fact("opened_by", Reference("person"), Label("登记人", "Opened by")),
            Fact("stage", Text(40), Label("环节", "Stage")),
            Fact("opened_at", Moment(), Label("登记时间", "Opened at")),
            Fact("accepted_at", Moment(), Label("受理时间", "Accepted at")),
            Fact("found_at", Moment(), Label("查明时间", "Found at")),
            Fact("settled_at", Moment(), Label("核决时间", "Settled at")),
            Fact("replied_at", Moment(), Label("答复时间", "Replied at")),
            Fact("closed_at", Moment(), Label("结案时间", "Closed at")),
            Fact("reviewed_at", Moment(), Label("审视时间", "Reviewed at")),
            Fact("voided_at", Moment(), Label("作废时间", "Voided at")),
            Fact("merged_into", Reference("case"), Label("并入的工单", "Merged into")),
            Fact("split_from", Reference("case"), Label("拆自", "Split from")),
            Fact("followers", Listing(Reference("person"), most=200), Label("关注人", "Followers")),
            Fact("extra", Fields(), Label("补充字段", "Further fields")),
            Fact("grams", Listing(Text(2)), Label("检索字", "Search keys"), personal=True, derived=True),
        ),
        lines=(NOTES, ATTACHMENTS, VISITS, PROMISES, LIABILITIES, LINKS),
        stages=(
            Stage("registered", Label("已登记", "Registered")),
            Stage("accepted", Label("已受理", "Accepted")),
            Stage("investigated", Label("已查明", "Investigated")),
            Stage("decided", Label("已核决", "Decided")),
            Stage("answered", Label("已答复", "Answered")),
            Stage("closed", Label("已结案", "Closed")),
        ),
        stage="stage",
        owner="owner",
        opener="opened_by",
        unit="unit",
        shown_to=("followers",),
        declared="extra",
        voided="voided_at",
        ended="closed_at",
        assign="case.assign",
        series="case.number_pattern",
        about=("customer",),
    )
)

NUMBER_PATTERN = vocabulary.add_setting(
    Setting("case.number_pattern", Text(40), Label("工单编号规则", "Case number pattern"), default="KS-YYYYMM-NNN")
)
COPIES = vocabulary.add_setting(
    Setting("case.copies", Listing(Text(60), most=12), Label("处理表各联由谁收存", "Who keeps the copies of the form"))
)
FORM_TITLE = vocabulary.add_setting(
    Setting("case.form_title", Text(60), Label("处理表名称", "What the form is called"))
)
SIGNATURE_BOXES = vocabulary.add_setting(
    Setting("case.signature_boxes", Listing(Text(40), most=6), Label("处理表的签章栏", "Signature boxes of the form"))
)
PRINT_NOTE = vocabulary.add_setting(
    Setting("case.print_note", Text(200), Label("处理表的附注", "Note at the foot of the form"))
)
