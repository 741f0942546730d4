"""Run in PM4Py's own environment: one timed response by its LTL checkers, on a log as CSV. Prints the seconds.

PM4Py has two readings of the same rule: over its event log objects, and over a data frame. Reading the CSV and making
the log are not timed.
"""

import json
import sys
import time
from typing import Any

import pandas as pd
from pm4py.algo.filtering.log.ltl import ltl_checker as over_log
from pm4py.algo.filtering.pandas.ltl import ltl_checker as over_frame
from pm4py.objects.conversion.log import converter


def main(path: str, first: str, second: str, seconds: float, rounds: int) -> None:
    frame = pd.read_csv(path)
    frame["time:timestamp"] = pd.to_datetime(frame["time:timestamp"], utc=True, format="ISO8601")
    for column in ("case:concept:name", "concept:name"):
        frame[column] = frame[column].astype("string")
    by_frame, kept = timed(over_frame, frame, (first, second), seconds, rounds)
    log = converter.apply(frame, variant=converter.Variants.TO_EVENT_LOG)
    by_log, _ = timed(over_log, log, (first, second), seconds, 1)
    told = {
        "frame": by_frame,
        "log": by_log,
        "kept": int(kept["case:concept:name"].nunique()),
    }
    print(json.dumps(told))


def timed(checker: Any, log: Any, acts: tuple[str, str], seconds: float, rounds: int) -> tuple[list[float], Any]:
    """The seconds of each round, and what was kept."""
    parameters = {
        checker.Parameters.ENABLE_TIMESTAMP: True,
        checker.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [[0, seconds]],
        checker.Parameters.POSITIVE: True,
    }
    times, found = [], None
    for _ in range(rounds):
        began = time.perf_counter()
        found = checker.eventually_follows(log, list(acts), parameters=parameters)
        times.append(time.perf_counter() - began)
    return times, found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), int(sys.argv[5]))
