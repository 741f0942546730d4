"""Number series: patterns such as `KS-YYYYMM-NNN`, and drawing from them without gaps inside a command."""

import datetime as dt
import re
from collections.abc import Sequence

from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import COMPANY_ZONE, BadValue

PLACES = re.compile(r"YYYY|YY|MM|DD|N+|#")


def check_pattern(pattern: str) -> str:
    """The pattern itself when it can number things: exactly one run of N, or a lone `#`; else `BadValue`."""
    runs = re.findall(r"N+|#", pattern)
    if len(runs) != 1 or len(pattern) > 40:
        raise BadValue(
            f"编号规则“{pattern}”要有且只有一段连续的 N（如 KS-YYYYMM-NNN）",
            f"the number pattern “{pattern}” needs exactly one run of N, as in KS-YYYYMM-NNN",
        )
    return pattern


def key_of(series: str, pattern: str, moment: dt.datetime) -> str:
    """The counter that a number of this pattern draws from: a new one whenever a date part changes."""
    day = moment.astimezone(COMPANY_ZONE)
    dates = {"YYYY": f"{day:%Y}", "YY": f"{day:%y}", "MM": f"{day:%m}", "DD": f"{day:%d}"}
    return series + ":" + PLACES.sub(lambda m: dates.get(m[0], m[0][0]), pattern)


def write_number(pattern: str, number: int, moment: dt.datetime) -> str | int:
    """The number as the pattern sets it; `#` gives the bare integer. More digits than N's are kept."""
    if pattern == "#":
        return number
    day = moment.astimezone(COMPANY_ZONE)
    dates = {"YYYY": f"{day:%Y}", "YY": f"{day:%y}", "MM": f"{day:%m}", "DD": f"{day:%d}"}
    return PLACES.sub(lambda m: dates.get(m[0]) or str(number).zfill(len(m[0])), pattern)


def draw(rows: Rows, keys: Sequence[str]) -> list[int]:
    """One number for each key, in order; the same key several times gives successive numbers. One statement.

    The counters stay locked until the command ends, so they are drawn after all other locks, in key order.
    """
    wanted = {key: keys.count(key) for key in sorted(set(keys))}
    found = rows.select(
        "insert into kernel_series (key, last) select * from unnest(%s::text[], %s::bigint[]) order by 1"
        " on conflict (key) do update set last = kernel_series.last + excluded.last returning key, last",
        [list(wanted), list(wanted.values())],
    )
    following = {row["key"]: row["last"] - wanted[row["key"]] for row in found}
    numbers = []
    for key in keys:
        following[key] += 1
        numbers.append(following[key])
    return numbers
