"""What the command line asks of the batch: the mirror brought up first, and what was mended on the way told."""

import datetime as dt
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from keguan.controls.batch import drafts
from keguan.kernel import clock
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import Mirror, follow, opened

if TYPE_CHECKING:
    from keguan.controls.batch.figures import Backtest
    from keguan.controls.batch.measured import Measured
    from keguan.controls.batch.recount import Difference, Recounted
    from keguan.controls.engines.measure import MeasureControl
    from keguan.policies.engines import Rulebook

Tell = Callable[[str, str], None]


def ask_backtest(name: str, since: dt.datetime | None, until: dt.datetime | None, tell: Tell) -> "Backtest":
    """Read the draft, bring the mirror up, judge. `Faulty` for a draft that cannot run; nothing is judged then."""
    now = clock.now()
    _bring_up(tell)
    with opened() as mirror:
        draft = drafts.read_draft(name, _in_force(mirror, now))
        from keguan.controls.batch.backtest import backtest

        return backtest(mirror, draft, now, since=since, until=until, tell=tell)


def ask_recount(tell: Tell) -> "tuple[Recounted, list[Difference]]":
    """Bring the mirror up, recount, and compare with the live tables."""
    now = clock.now()
    _bring_up(tell)
    with opened() as mirror:
        from keguan.controls.batch.recount import differences

        return differences(mirror, now)


def ask_measure(control: "MeasureControl", book: "Rulebook", at: dt.datetime, tell: Tell) -> "Measured":
    """Bring the mirror up and work out a measure as of a moment."""
    _bring_up(tell)
    with opened() as mirror:
        from keguan.controls.batch.measured import measured

        return measured(mirror, control, book, at)


def _bring_up(tell: Tell) -> None:
    seal_all()
    done = follow(thoroughly=True)
    for path in done.mended:
        tell(f"镜像的文件已从日志重做：{path}", f"a file of the mirror was made anew from the journal: {path}")
    tell(f"镜像已跟到第 {done.sealed} 号封存", f"the mirror follows seal {done.sealed}")


def _in_force(mirror: Mirror, now: dt.datetime) -> dict[str, Any]:
    """The body of the rulebook in force; empty before the first."""
    rows = mirror.table("rulebook").to_pyarrow().to_pylist() if mirror.has("rulebook") else []
    known = [row for row in rows if row["valid_from"] <= now]
    if not known:
        return {}
    latest = max(known, key=lambda row: (row["valid_from"], row["number"]))
    body: dict[str, Any] = json.loads(latest["body"])
    return body
