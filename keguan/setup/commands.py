"""The acts on a setup: begin, plan, pass a step over, finish. What it leads to is done by other commands."""

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, takes, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import Choice
from keguan.kernel.records.labels import Label
from keguan.setup.facts import MAY_PASS, SETUP

FINISHED = Reason(
    Label("这次启用已经完成", "this setup is finished"), Label("如需再启用，请重新开始", "begin another one"),
    kind="invariant",
)  # fmt: skip
ADOPTED = Reason(
    Label("制度包已经施行", "the pack is adopted already"),
    Label("参数请到制度页设定", "set parameters where the policies are"),
    kind="invariant",
)
NOT_ADOPTED = Reason(
    Label("制度包还没有施行", "the pack is not adopted yet"),
    Label("先完成“施行”这一步，或不选制度包", "adopt it first, or choose none"),
    kind="invariant",
)
STEP = Argument("step", Choice({step: Label(step, step) for step in MAY_PASS}), Label("步骤", "Step"), required=True)


@verb("setup.begin", Label("开始启用", "Begin a setup"), on=SETUP, arguments=takes(SETUP, "pack"), creates=True,
      enters="open")  # fmt: skip
def begin(work: Work, items: list[Item]) -> None:
    """Begin to set a pack up, or the company without one; one setup at a time."""
    for item in items:
        work.create(
            item, pack=item["pack"], values={}, passed=[], stage="open", opened_by=work.ctx.actor, opened_at=work.now
        )


@verb("setup.plan", Label("拟定启用方案", "Plan the setup"), on=SETUP,
      arguments=takes(SETUP, "pack", "values", "running", "effective_on"))  # fmt: skip
def plan(work: Work, items: list[Item]) -> None:
    """Note what was decided: the pack, values of its parameters, what happens to open records, from which day."""
    for item in items:
        if item.before["stage"] != "open":
            work.refuse(item, ADOPTED if item.before["stage"] == "adopted" else FINISHED)
            continue
        changes = dict(item.args)
        if "pack" in changes and changes["pack"] != item.before.get("pack"):
            changes = {"values": {}, **changes}
        work.set(item, **changes)


@verb("setup.pass_over", Label("略过一步", "Leave a step out"), on=SETUP, arguments=(STEP,))
def pass_over(work: Work, items: list[Item]) -> None:
    """Leave a step out for now; it can be taken up again by doing it."""
    for item in items:
        before = list(item.before.get("passed", ()))
        if item.before["stage"] == "finished":
            work.refuse(item, FINISHED)
        elif item["step"] not in before:
            work.set(item, passed=[*before, item["step"]])


@verb("setup.note_adoption", Label("记录施行", "Note the adoption"), on=SETUP, internal=True, enters="adopted")
def note_adoption(work: Work, items: list[Item]) -> None:
    """The pack was adopted; written in the transaction that adopted it."""
    for item in items:
        if item.before["stage"] != "open":
            work.refuse(item, ADOPTED)
        else:
            work.set(item, stage="adopted", adopted_at=work.now)


@verb("setup.finish", Label("完成启用", "Finish the setup"), on=SETUP, enters="finished")
def finish(work: Work, items: list[Item]) -> None:
    """End the setup: what is still missing is shown where it belongs, in the administration and on the policies."""
    for item in items:
        if item.before["stage"] == "finished":
            work.refuse(item, FINISHED)
        elif item.before["stage"] == "open" and item.before.get("pack"):
            work.refuse(item, NOT_ADOPTED)
        else:
            work.set(item, stage="finished", closed_at=work.now)
