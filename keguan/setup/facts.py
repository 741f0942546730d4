"""What is known of a setup: the pack on its way into force, what was decided about it, which steps were left out."""

from keguan.kernel.records.kinds import Choice, Date, Fields, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact, RecordType, Stage
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.commands import RUNNING

STEPS = ("company", "pack", "posts", "parameters", "records", "adopt", "people", "customers", "balances")
MAY_PASS = ("pack", "posts", "parameters", "people", "customers", "balances")
"""Steps that may be left out."""

SETUP = vocabulary.add_type(
    RecordType(
        name="setup",
        label=Label("启用", "Setup"),
        table="setup_setup",
        facts=(
            Fact("pack", Text(80), Label("制度包", "Pack")),
            Fact("values", Fields(), Label("参数值", "Parameter values")),
            Fact("running", Choice(RUNNING), Label("办理中的事项", "What is running")),
            Fact("effective_on", Date(), Label("施行日期", "Effective on")),
            Fact("passed", Listing(Text(20)), Label("略过的步骤", "Steps left out")),
            Fact("stage", Text(20), Label("状态", "State")),
            Fact("opened_by", Reference("person"), Label("办理人", "Begun by")),
            Fact("opened_at", Moment(), Label("开始时间", "Begun at")),
            Fact("adopted_at", Moment(), Label("施行时间", "Adopted at")),
            Fact("closed_at", Moment(), Label("结束时间", "Ended at")),
        ),
        stages=(
            Stage("open", Label("准备中", "Being prepared")),
            Stage("adopted", Label("已施行", "Adopted")),
            Stage("finished", Label("已完成", "Finished")),
        ),
        code=None,
        title="pack",
        stage="stage",
        opener="opened_by",
    )
)
