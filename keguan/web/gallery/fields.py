"""Sample inputs of every kind: empty, filled, wrong."""

from keguan.kernel.records.labels import Label
from keguan.web.components import Field, Fieldset, Option, Reason
from keguan.web.gallery.cast import SETTLE, STAGES

LIABILITY = (
    Option("own", Label("我方", "Ours")),
    Option("carrier", Label("承运方", "Carrier")),
    Option("customer", Label("客户", "Customer")),
)
CHANNELS = tuple(
    Option(code, Label(zh, en))
    for code, zh, en in (
        ("phone", "电话", "Phone"),
        ("visit", "来访", "Visit"),
        ("mail", "电子邮件", "E-mail"),
        ("letter", "信函", "Letter"),
        ("wecom", "企业微信", "WeCom"),
    )
)
PEOPLE = (
    Option("p1", "沈一", Label("售后主管", "after-sales head")),
    Option("p2", "老谭", Label("仓储部", "warehouse")),
    Option("p3", "𠮷田 Miriam Okonkwo-Fitzgerald", Label("研发部", "development")),
)
EVERY_KIND = Fieldset(
    title=Label("各种输入", "Every kind of input"),
    fields=(
        Field("subject", Label("标题", "Title"), value="到货三箱外包装破损", is_required=True, longest=80),
        Field("pieces", Label("件数", "Pieces"), "integer", value="3"),
        Field("weight", Label("重量（公斤）", "Weight (kg)"), "number", value="12.5"),
        Field("amount", Label("赔付金额", "Compensation"), "money", value="3200", is_required=True, citation=SETTLE),
        Field("loss", Label("损失", "Loss"), "money", currency="USD", currencies=("CNY", "USD", "HKD")),
        Field("happened_on", Label("发生日期", "Happened on"), "date", value="2026-10-08"),
        Field("happened_at", Label("来电时间", "Called at"), "moment", value="2026-10-08T10:12"),
        Field(
            "phone", Label("电话", "Phone"), "phone", value="13800002207", hint=Label("座机请带区号", "With area code")
        ),
        Field("liability", Label("责任", "Liability"), "choice", value="carrier", options=LIABILITY, citation=STAGES),
        Field("channel", Label("渠道", "Channel"), "choice", value="phone", options=CHANNELS, is_required=True),
        Field("is_founded", Label("投诉成立", "Founded"), "boolean", value="true"),
        Field("owner", Label("经办", "Owner"), "reference", value="p1", options=PEOPLE),
        Field(
            "handler",
            Label("转给", "Hand to"),
            "reference",
            value="p3",
            options=PEOPLE,
            search_url="/find",
            query="tian",
            hint=Label("姓名或拼音首字母", "Name or pinyin initials"),
        ),
        Field(
            "story", Label("经过", "What happened"), "lines", value="三箱外面都湿了，里面的货也不敢用。", longest=4000
        ),
        Field("photos", Label("照片", "Photographs"), "file", is_multiple=True, accept="image/*"),
    ),
)
NUMBER_WRONG = Reason(
    Label("“三千二”不是数", "“三千二” is not a number"), cure=Label("请写成 3200", "Please write 3200"), field="amount"
)
WRONG = Fieldset(
    title=Label("填错的时候", "When something is wrong"),
    citation=SETTLE,
    fields=(
        Field(
            "amount_wrong",
            Label("赔付金额", "Compensation"),
            "money",
            value="三千二",
            is_required=True,
            errors=(NUMBER_WRONG,),
        ),
        Field(
            "liability_wrong",
            Label("责任", "Liability"),
            "choice",
            options=LIABILITY,
            is_required=True,
            errors=(Reason(Label("请选择责任方", "Choose who is liable"), (STAGES,)),),
        ),
        Field(
            "note_wrong",
            Label("依据", "Grounds"),
            "lines",
            errors=(Reason(Label("这一步要写明依据", "This step needs its grounds"), (STAGES,)),),
        ),
    ),
)
