"""What the bodies of all long work have in common: how far it has come, and how it is stopped."""

from collections.abc import Sequence

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item
from keguan.kernel.commands.work import Work
from keguan.kernel.records.labels import Label

ELSEWHERE = Reason(
    Label("这一部分已由另一处处理", "this part was dealt with elsewhere"), field="position", kind="invariant"
)


def record(work: Work, items: list[Item], counts: Sequence[str], lines: str, place: str) -> None:
    """From `since` to `position` is dealt with: so much to each of `counts`, and a line of `lines` for what was left.

    What was left is given under the name of `lines`: by `place`, the other facts of its line.
    """
    for item in items:
        before = item.before
        if before["position"] != item["since"]:
            work.refuse(item, ELSEWHERE)
            continue
        for at, facts in (item[lines] or {}).items():
            work.add_line(item, lines, **{place: int(at), **facts})
        work.set(item, position=item["position"], **{name: before[name] + (item[name] or 0) for name in counts})
        if item["position"] == before["total"] and before["stage"] == "running":
            work.set(item, stage="finished", closed_at=work.now)


def stop(work: Work, items: list[Item], stages: Sequence[str], too_late: Reason) -> None:
    """Stop after the part that is just being dealt with; what has been done stays."""
    for item in items:
        if item.before["stage"] in stages:
            work.set(item, stage="cancelled", closed_at=work.now)
        else:
            work.refuse(item, too_late)
