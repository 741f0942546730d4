"""Sample pages of the first run."""

from keguan.kernel.records.labels import Label
from keguan.web.components import Citation, Field, Figure, Link, Option, Reason, State
from keguan.web.pages import (
    PackCard,
    SetupFounding,
    SetupLine,
    SetupPage,
    SetupParameter,
    SetupPost,
    SetupRole,
    SetupStep,
    Welcome,
)

DONE, TODO = State(Label("完成", "done"), "kept"), State(Label("待办", "to do"), "soon")
STEPS = (
    SetupStep(1, Label("公司与管理员", "Company and administrator"), "#", "done", DONE, "禾川软件（示例）"),
    SetupStep(2, Label("选制度包", "Choose a pack"), "#", "done", DONE, is_current=True),
    SetupStep(
        3, Label("岗位对应", "Bind roles to posts"), "#", "todo", TODO,
        Label("15 项职责，2 项没有人任", "15 roles, 2 vacant"),
        (Label("总经理：没有设岗", "General manager: no post"), Label("财务部专员：空缺", "Finance officer: vacant")),
        3,
    ),
    SetupStep(4, Label("设定参数", "Set parameters"), "#", "passed", State(Label("略过", "left out"))),
)  # fmt: skip
LEAD = Label("每一步都可以离开再回来。", "Every step can be left and taken up again.")
OVERVIEW = SetupPage(
    "",
    Label("启用", "Setting up"),
    LEAD,
    STEPS,
    next=Link(Label("继续：岗位对应", "Go on: bind roles"), "#"),
    may_finish=True,
)
PACKS = SetupPage(
    "pack", Label("选一个制度包", "Choose a pack"), LEAD, STEPS,
    packs=(
        PackCard(
            "service", Label("客户服务与投诉处理", "Customer service and complaints"),
            Label("登记、受理、调查、核决、答复与结案。", "Registering, accepting, investigating, deciding, closing."),
            (
                Figure(Label("条款", "Clauses"), "98"), Figure(Label("管控", "Controls"), "169"),
                Figure(Label("职责", "Roles"), "14"), Figure(Label("参数", "Parameters"), "21"),
            ),
            is_chosen=True,
        ),
    ),
    next=Link(Label("下一步：岗位对应", "Next: bind roles"), "#"), may_pass=True,
)  # fmt: skip
UNITS = (Option("1", "公司本部"), Option("2", "客户服务部"))
POSTS = SetupPage(
    "posts", Label("把制度里的职责对应到岗位", "Bind the policy’s roles to your posts"), LEAD, STEPS,
    reasons=(Reason(Label("还要说是哪个部门", "say in which unit")),),
    roles=(
        SetupRole(
            "general_manager", Label("总经理", "General manager"), (),
            (
                Field("unit_general_manager", Label("部门", "Unit"), "reference", options=UNITS),
                Field("new_general_manager", Label("或新设部门", "or a new unit")),
            ),
            is_missing=True,
        ),
        SetupRole(
            "service_manager", Label("客户服务部经理", "Customer service manager"),
            (SetupPost("客户服务部", "", is_head=True, holders="温如许", url="#"),),
            (Field("unit_service_manager", Label("部门", "Unit"), "reference", options=UNITS),), is_missing=False,
        ),
    ),
)  # fmt: skip
PARAMETERS = SetupPage(
    "parameters", Label("设定参数", "Set the parameters"), LEAD, STEPS,
    parameters=(
        SetupParameter(
            Field("reply_within", Label("核决后转达客户的时限", "Time to tell the customer"), placeholder="1 day",
                  hint=Label("制度只写“尽快”，由公司定", "the policy only says “promptly”")),
            (Citation("客户服务管理制度", "第二十四条", "#"),), "将处理结果尽快传达给客户。", "1 day",
        ),
    ),
)  # fmt: skip
ADOPT = SetupPage(
    "adopt", Label("施行", "Put in force"), LEAD, STEPS,
    figures=(
        Figure(Label("条款", "Clauses"), "98"), Figure(Label("未设的参数", "Parameters not set"), "3", tone="soon"),
    ),
    lines=(
        SetupLine(Label("岗位对应", "Bind roles to posts"), Label("总经理：没有设岗", "General manager: no post"), "1",
                  (Link(Label("去补", "Mend"), "#"),)),
    ),
)  # fmt: skip
PEOPLE = SetupPage(
    "people", Label("导入人员", "People from a sheet"), LEAD, STEPS,
    missing=(Label("3 人还不能登录", "3 cannot sign in yet"),),
    figures=(Figure(Label("在职人员", "People"), "42", "#"),),
    links=(Link(Label("从表格导入人员", "Import people from a sheet"), "#"),),
)  # fmt: skip
FOUND = SetupFounding(
    (
        Field("company", Label("公司名称", "The company's name"), is_required=True),
        Field("password", Label("密码", "Password"), "password", is_required=True,
              errors=(Reason(Label("密码太短", "the password is too short")),)),
    ),
)  # fmt: skip
CLOSED = SetupFounding()
WELCOME = Welcome("程小满", "cheng", (Field("password", Label("密码", "Password"), "password", is_required=True),))
WELCOME_OLD = Welcome()
