"""The form of a deadline: what a policy may write under `deadline`."""

import datetime as dt
from typing import Any, Literal

from pydantic import ConfigDict, Field

from keguan.controls.engines.forms import Part, described
from keguan.policies.engines import ControlForm


def _named(alias: str, zh: str, en: str) -> Any:
    return Field(None, alias=alias, description=f"{zh} / {en}", json_schema_extra={"zh": zh, "en": en})


class EscalateForm(Part):
    """Who is told once it is overdue. / 逾期后告知谁。"""

    after: Any = described("逾期多久之后；不写则立即", "how long after the due moment; at once where left out", None)
    to: Any = described("告知的人", "who is told", None)
    tell: Any = described("同 to，常与 hand_to 连用", "the same as to, mostly beside hand_to", None)
    hand_to: Any = described("转由谁办", "who takes over what is owed", None)
    every: Any = described("每隔多久再告知一次", "how often it is repeated", None)
    most: int | None = described("最多几次；不写则 30 次", "how often at most; 30 where left out", None)
    one_list_per: Any = described("按此事实合并成一份清单告知", "one list for each value of this fact", None)


class RemindForm(Part):
    """A reminder. / 提醒。"""

    before: Any = described("到期前多久", "how long before the due moment")
    to: Any = described("提醒谁；不写则提醒责任人", "who is reminded; whoever owes it where left out", None)


class PauseForm(Part):
    """When its time stands still. / 何时停算。"""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=True)

    since: Any = _named("from", "停算的动作", "acts from which its time stands still")
    until: Any = described("恢复计算的动作", "acts from which it runs again", None)


class DeadlineForm(ControlForm):
    """期限：谁须在多久之内办成什么，或保持什么状态。 / What is owed, or must hold, within which term."""

    after: Any = described("起算的动作，或 breach:、kept: 加期限的 id", "acts, breach:<id> or kept:<id>", None)
    at: dt.date | None = described("在某日起算", "a day on which it starts", None)
    before: Any = described("在某日期事实之前", "the date fact before which it is owed", None)
    every: Any = described("每隔多久一次，如 month、working day", "how often, such as month, working day", None)
    while_: Any = _named("while", "在什么情况下一直适用（条件）", "the condition while which it applies")
    each: Any = described("逐个：列表事实的成员，或一类记录", "each member of a list fact, or of a record type", None)
    per: str | None = described("期限记在哪种记录上", "the record type whose clock it is", None)
    do: Any = described("须办的动作（任一）", "the act that is owed (any one of a list)", None)
    at_least: int = described("至少几次", "how many acts at least", 1)
    hold: Any = described("须保持的状态（条件）", "the state that must hold (condition)", None)
    within: Any = described("期限，如 6 days；或按条件列表", "the term, such as 6 days, or a table of terms", None)
    by: Any = described("责任人；不写则为经办人", "who owes it; the record's owner where left out", None)
    escalate: tuple[EscalateForm, ...] = described("逾期后告知谁", "who is told once it is overdue", ())
    remind: tuple[RemindForm, ...] = described("到期前的提醒", "reminders", ())
    pause: PauseForm | None = described("停算与恢复", "when its time stands still", None)
    extend: Any = described("延期的动作，可写 {动作: 期限}", "acts that give more time, or {act: term}", None)
    cancel: Any = described("取消期限的动作", "acts that end it without what was owed", None)
    again: Literal["ignore", "restart", "another"] = described(
        "再次起算时：ignore 不理、restart 重算、another 另算一项", "when it starts again", "ignore"
    )
    sample: Any = described("抽查比例，如 5 %", "a sample, such as 5 %", None)
    counts: Literal["act", "request"] = described(
        "act 以办成为准，request 以申请为准", "whether the act or the request for it counts", "act"
    )
    from_: dt.date | None = _named("from", "自哪天起", "from which day on")
    until: dt.date | None = described("到哪天为止（不含）", "until which day (without it)", None)
