"""Run in PM4Py's own environment: one timed response by its LTL checker, on a log as CSV. Prints the seconds."""

import json
import sys
import time

import pandas as pd
from pm4py.algo.filtering.pandas.ltl import ltl_checker


def main(path: str, first: str, second: str, seconds: float, rounds: int) -> None:
    frame = pd.read_csv(path)
    frame["time:timestamp"] = pd.to_datetime(frame["time:timestamp"], utc=True, format="ISO8601")
    for column in ("case:concept:name", "concept:name"):
        frame[column] = frame[column].astype("string")
    times = []
    found = None
    parameters = {
        ltl_checker.Parameters.ENABLE_TIMESTAMP: True,
        ltl_checker.Parameters.TIMESTAMP_DIFF_BOUNDARIES: [[0, seconds]],
        ltl_checker.Parameters.POSITIVE: True,
    }
    for _ in range(rounds):
        began = time.perf_counter()
        found = ltl_checker.eventually_follows(frame, [first, second], parameters=parameters)
        times.append(time.perf_counter() - began)
    kept = int(found["case:concept:name"].nunique()) if found is not None else 0
    print(json.dumps({"seconds": times, "kept": kept, "events": len(frame)}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), int(sys.argv[5]))
