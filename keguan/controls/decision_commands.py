"""`decision.apply`: decide a whole population anew, as one set command that is resumed where it was cut off."""

from keguan.controls.engines.decision import DecisionControl
from keguan.controls.engines.decision_verbs import reassess_name
from keguan.controls.live.spreading import population
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.rows import Rows
from keguan.kernel.commands.verbs import Argument, Item, verb
from keguan.kernel.commands.work import FollowUp, Work
from keguan.kernel.journal.facts import BATCH
from keguan.kernel.records.kinds import Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import suggestions
from keguan.policies.rulebooks import current


@verb("decision.apply", Label("整体重评", "Decide all anew"), on=BATCH, creates=True, arguments=(
    Argument("control", Text(200), Label("评定", "Decision"), required=True,
             help=Label("制度代码#管控", "policy#control")),
))  # fmt: skip
def apply(work: Work, items: list[Item]) -> None:
    """Decide anew every record that a decision is about; what was overruled stays as the clause says."""
    book = current(work.now)
    for item in items:
        control = book.by_key.get(item["control"])
        if not isinstance(control, DecisionControl) or not control.is_configured or control.trial:
            near = suggestions(item["control"], [one.key for one in book.of_engine("decision")])
            cure = Label(f"是不是 {near[0]}？", f"did you mean {near[0]}?") if near else None
            message = Label("没有这项在用的评定", "no such decision is in force")
            work.refuse(item, Reason(message, cure, field="control", kind="input"))
            continue
        count = 0
        for scene in population(Rows(), book, control.type, control.gate, item.happened_at):
            work.follow_up(item, FollowUp(reassess_name(control.type), scene.id, {}, None, together=True))
            count += 1
        work.create(item, verb="decision.apply", total=count, stage="finished", opened_by=work.ctx.actor,
                    opened_at=work.now, closed_at=work.now, done=0, waiting=0, refused=0)  # fmt: skip
