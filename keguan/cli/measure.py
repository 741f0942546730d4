"""`keguan measure NAME`: what a measure comes to for each record, worked out from the journal's mirror."""

import argparse
import datetime as dt
import difflib
import json
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

from keguan.cli.faults import CommandFault
from keguan.cli.opening import opened
from keguan.site.speech import language, say, worded

if TYPE_CHECKING:
    from keguan.controls.batch.measured import Measured
    from keguan.controls.engines.measure import MeasureControl
    from keguan.policies.engines import Rulebook

SHOWN = 50


def register(subparsers: Any) -> None:
    """Add `measure`."""
    parser = subparsers.add_parser(
        "measure", help=worded("核算一项度量：每条记录各是多少", "work out a measure for each record")
    )
    parser.add_argument("name", metavar="NAME", help=worded("名称，如 customer.paid", "its name, as in customer.paid"))
    parser.add_argument("--at", help=worded("截至哪天（含当天），如 2026-06-30", "up to this day, which is included"))
    parser.add_argument("--json", action="store_true", help=worded("输出 JSON", "print JSON"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Seal, let the mirror follow, work it out, and print the values."""
    with opened():
        from keguan.controls.batch.asking import ask_measure

        at = _moment(arguments.at)
        control, book = _find(arguments.name, at)
        found = ask_measure(control, book, at, _tell)
        labels = _labels(found)
    if arguments.json:
        print(json.dumps(_as_json(found, labels), ensure_ascii=False))
    else:
        _print(found, labels)


def _find(name: str, at: dt.datetime) -> "tuple[MeasureControl, Rulebook]":
    from keguan.controls.live.made import measures
    from keguan.policies.rulebooks import current

    book = current(at)
    known = {f"{kind}.{short}": control for (kind, short), control in measures(book).items()}
    control = known.get(name)
    if control is None:
        near = "、".join(difflib.get_close_matches(name, known, 3) or sorted(known)[:10]) or "—"
        raise CommandFault(
            f"没有名为“{name}”的度量。有：{near}", f"there is no measure {name}. There are: {near}", status=2
        )
    if control.source is None:
        raise CommandFault(
            f"“{name}”是公式，自己不计数；请核算它用到的度量：{_parts(control)}",
            f"{name} is a formula and counts nothing itself; ask for what it reads: {_parts(control)}",
            status=2,
        )
    return control, book


def _parts(control: "MeasureControl") -> str:
    return "、".join(".".join(one.path) for one in control.formula.names()) if control.formula else ""


def _labels(found: "Measured") -> dict[str, str]:
    """How the records are called: their number, else their title."""
    from keguan.kernel.commands.rows import Rows
    from keguan.kernel.commands.store import load

    kind = found.control.of
    records = load(Rows(), kind, [UUID(key) for key in {*found.values, *found.left_out}])
    names = [name for name in (kind.code, kind.title) if name]
    return {
        str(key): next((str(record.values[name]) for name in names if record.get(name)), str(key))
        for key, record in records.items()
    }


def _as_json(found: "Measured", labels: dict[str, str]) -> dict[str, Any]:
    control = found.control
    return {
        "name": f"{control.of.name}.{control.name}",
        "at": found.at.isoformat(),
        "policy": control.policy,
        "clause": control.clause,
        "how": control.how,
        "left_out": sum(found.left_out.values()),
        "values": [
            {
                "object": key,
                "label": labels.get(key, key),
                "value": None if value is None else control.kind.to_json(value),
                "left_out": found.left_out.get(key, 0),
                "meets": found.meets(key),
            }
            for key, value in _in_order(found, labels)
        ],
    }


def _print(found: "Measured", labels: dict[str, str]) -> None:
    control = found.control
    print(f"{control.policy_title} {control.clause}　{control.sentence(language())}")
    values = _in_order(found, labels)
    for key, value in values[:SHOWN]:
        shown = "—" if value is None else control.kind.show(value)
        print(f"  {labels.get(key, key)}\t{shown}{_remarks(found, key)}")
    if len(values) > SHOWN:
        more = len(values) - SHOWN
        say(f"还有 {more} 条，用 --json 看全部。", f"and {more} more; --json lists all.")
    if not values:
        say("没有可计的。", "There is nothing to count.")


def _remarks(found: "Measured", key: str) -> str:
    meets, left_out = found.meets(key), found.left_out.get(key, 0)
    said = (
        []
        if meets is None
        else [worded("达标", "meets the target") if meets else worded("未达标", "misses the target")]
    )
    if left_out:
        said.append(worded(f"{left_out} 项因事实不全未计", f"{left_out} left out: not everything is known"))
    return "".join(f"\t{one}" for one in said)


def _in_order(found: "Measured", labels: dict[str, str]) -> list[tuple[str, Any]]:
    keys = {*found.values, *found.left_out}
    return [(key, found.values.get(key)) for key in sorted(keys, key=lambda one: (labels.get(one, one), one))]


def _moment(text: str | None) -> dt.datetime:
    """The end of the company's day; now without a day, or where the day is not over."""
    from keguan.kernel import clock
    from keguan.kernel.records.kinds import COMPANY_ZONE

    if text is None:
        return clock.now()
    try:
        day = dt.date.fromisoformat(text)
        ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), COMPANY_ZONE).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise CommandFault(
            f"“{text}”不是日期，如 2026-06-30", f"“{text}” is not a date such as 2026-06-30", status=2
        ) from None
    return min(ends - dt.timedelta(microseconds=1), clock.now())


def _tell(zh: str, en: str) -> None:
    print(worded(zh, en), file=sys.stderr, flush=True)
