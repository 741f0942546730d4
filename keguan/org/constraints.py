"""What a violated constraint of the company's tables means to people."""

from keguan.kernel.commands.constraints import register
from keguan.kernel.records.labels import Label

register(
    "org_company_only_one",
    Label("公司已经建立", "the company has been founded already"),
    Label("要改名称，请用“更改公司资料”", "to change its name, change the company"),
)
register(
    "org_calendar_unit",
    Label("已经有一份这样的日历", "there is such a calendar already"),
    Label("请修改那一份", "change that one"),
)
register(
    "org_calendar_person",
    Label("此人已经有自己的日历", "this person has a calendar of his own already"),
    Label("请修改那一份", "change that one"),
)
register(
    "org_unit_code_once",
    Label("这个部门代码已有部门使用", "another unit has this code"),
    Label("换一个代码", "choose another code"),
)
register(
    "org_unit_name_in_parent",
    Label("同一上级下已有同名部门", "there is a unit of this name under the same parent"),
    Label("换一个名称，或选择另一上级", "choose another name or another parent"),
)
register(
    "org_unit_not_its_own_parent",
    Label("部门不能是自己的上级", "a unit cannot be its own parent"),
    Label("请选择另一个上级部门", "choose another parent"),
)
register(
    "org_unit_no_circle",
    Label("上级部门是它自己的下级", "the parent lies below the unit itself"),
    Label("请选择不在它之下的部门", "choose a unit that is not below it"),
)
register(
    "org_unit_closed_after_opened",
    Label("撤销日期早于设立日期", "the unit would close before it opened"),
    Label("请核对日期", "check the day"),
)
register(
    "org_person_code_once",
    Label("这个工号已有人使用", "somebody has this staff number"),
    Label("换一个工号", "choose another number"),
)
register(
    "org_person_username",
    Label("这个登录名已有人使用", "somebody signs in by this name"),
    Label("换一个登录名，例如加上工号", "choose another, for example with the staff number added"),
)
register(
    "org_person_left_after_joined",
    Label("离职日期早于入职日期", "the person would leave before joining"),
    Label("请核对日期", "check the day"),
)
register(
    "org_role_code_once",
    Label("这个岗位职责代码已经设定", "a role with this code is declared already"),
    Label("直接使用它，或换一个代码", "use it, or choose another code"),
)
register(
    "org_post_once",
    Label("这个部门已有同样的岗位", "the unit has this post already"),
    Label("直接任命即可；确需多设请写不同的岗位名称", "assign it; where there are several, give them different titles"),
)
register(
    "org_holding_once",
    Label("此人在这段时间已任此岗", "this person holds the post in these days already"),
    Label("请核对起止日期", "check from and until"),
)
register(
    "org_holding_ends_after_start",
    Label("任职结束早于开始", "the holding would end before it starts"),
    Label("请核对起止日期", "check from and until"),
)
register(
    "org_delegation_to_another",
    Label("不能委托自己代理自己", "nobody stands in for himself"),
    Label("请选择另一个人", "choose somebody else"),
    "delegate",
)
register(
    "org_delegation_ends_after_start",
    Label("代理结束早于开始", "the delegation would end before it starts"),
    Label("请核对起止时间", "check from and until"),
    "ends_at",
)
register(
    "org_delegation_no_chain",
    Label("代理不能转托：两人中有一人同时在代理别人或已委托别人", "delegations do not chain: one of the two "
          "stands in for somebody, or has delegated, at the same time"),
    Label("请先结束那一项代理，或换一个代理人", "end that delegation first, or choose another delegate"),
    "delegate",
)  # fmt: skip
