"""Back-testing forty controls over a generated past, beside scanning and sorting the log once, and beside PM4Py."""

import datetime as dt
import json
import subprocess
import time
from pathlib import Path
from typing import Any

from bench.environments import environment
from bench.forty import forty, one_response
from bench.past import generate
from bench.results import Result
from keguan.controls.batch.backtest import backtest
from keguan.mirror import Mirror, opened

NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
READ = (
    "object, n, verb, actor, event, happened_at, recorded_at, rulebook, f_code, f_kind, f_owner, f_severity, f_cause,"
    " f_is_founded, f_amount, f_reply_channel, f_stage, a_kind, a_severity, a_amount, a_handling, a_reply_channel"
)
FLOOR = f"create or replace table floor as select {READ} from stream_case order by object, n"
BARE = """
    select count(distinct a.object) from '{files}' a join '{files}' b using (object)
    where a.verb = '{after}' and b.verb = '{do}' and b.n > a.n
      and b.happened_at - a.happened_at <= interval {hours} hour
"""
MOST_PM4PY = 1_000_000
RESPONSE = ("case.accept", "case.close", dt.timedelta(days=6))


def forty_controls(directory: Path, events: int) -> list[Result]:
    """All controls over the past, against reading what they read and sorting it once, timed before and after."""
    generate(directory, events)
    with opened(directory, thoroughly=False) as mirror:
        book = forty()
        first = _floor(mirror)
        ours = _timed(lambda: backtest(mirror, book, NOW))
        other = (first + _floor(mirror)) / 2
    unit = f"s for {len(book.controls)} controls over {events:,} events"
    return [Result("backtest", ours, other, "scanning and sorting the log once", ours / other, unit)]


def beside_pm4py(directory: Path, events: int, rounds: int) -> list[Result]:
    """One timed response: kept where the second act follows the first within six days.

    Ours is the whole back-test of a draft that says this and nothing else, dates, states and list included; and, as one
    rule among many, a fortieth of the back-test of the forty. PM4Py's is the filter alone, over its own event log and
    over a data frame. The latter must keep as many cases as we do; over an event log it measures the time between the
    first acts of a case, whatever these are, and so keeps others (2.7.23).
    """
    events = min(events, MOST_PM4PY)
    generate(directory, events)
    log = directory / "log.csv"
    after, do, within = RESPONSE
    with opened(directory, thoroughly=False) as mirror:
        _export(mirror, log)
        alone, many = one_response(after, do, "144 hours"), forty()
        kept = backtest(mirror, alone, NOW).figures[0].now["kept"]
        mine = min(_timed(lambda: backtest(mirror, alone, NOW)) for _ in range(rounds))
        hours = int(within.total_seconds() // 3600)
        query = BARE.format(files=directory / "stream_case" / "*.parquet", after=after, do=do, hours=hours)
        bare = min(_timed(lambda: mirror.backend.raw_sql(query).fetchall()) for _ in range(rounds))
        shared = _timed(lambda: backtest(mirror, many, NOW)) / len(many.controls)
    told = _pm4py(log, after, do, within.total_seconds(), rounds)
    if told["kept"] != kept:
        raise RuntimeError(f"PM4Py finds {told['kept']} cases in which the response came in time, we find {kept}")
    unit = f"s for one response over {events:,} events"
    found = [Result("backtest-bare", mine, bare, "the bare join in DuckDB, its count alone", mine / bare, unit)]
    for name, ours in (("backtest-pm4py", mine), ("backtest-pm4py-of-forty", shared)):
        for form, words in (("log", "event log"), ("frame", "data frame")):
            other = min(told[form])
            other_is = f"PM4Py's eventually_follows with timestamps, over its {words}"
            found.append(Result(f"{name}-{form}", ours, other, other_is, ours / other, unit))
    return found


def _timed(run: Any) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def _floor(mirror: Mirror) -> float:
    mirror.table("stream_case")
    seconds = _timed(lambda: mirror.backend.raw_sql(FLOOR))
    mirror.backend.raw_sql("drop table floor")
    return seconds


def _export(mirror: Mirror, path: Path) -> None:
    mirror.table("stream_case")
    columns = 'object as "case:concept:name", verb as "concept:name", happened_at as "time:timestamp"'
    mirror.backend.raw_sql(f"copy (select {columns} from stream_case order by object, n) to '{path}' (header true)")


def _pm4py(log: Path, first: str, second: str, seconds: float, rounds: int) -> dict[str, Any]:
    """PM4Py is AGPL: it stays in an environment of its own, is run as a program, and is never imported."""
    program = Path(__file__).with_name("pm4py_response.py")
    command = [str(environment("pm4py", ("pm4py",))), str(program), str(log), first, second, str(seconds), str(rounds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
