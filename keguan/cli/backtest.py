"""`keguan backtest DRAFT`: what a draft would have meant over the recorded past. Changes nothing."""

import argparse
import datetime as dt
import json
import sys
from typing import TYPE_CHECKING, Any

from keguan.cli.faults import CommandFault
from keguan.cli.opening import opened
from keguan.cli.policy import faults_told
from keguan.site.speech import counted, language, say, worded

if TYPE_CHECKING:
    from keguan.controls.batch.figures import Backtest

SHOWN = 50


def register(subparsers: Any) -> None:
    """Add `backtest`."""
    parser = subparsers.add_parser(
        "backtest", help=worded("用草案重判过去，什么也不改", "judge the recorded past by a draft; nothing is changed")
    )
    draft_help = worded("制度包的文件夹或代号，或一份制度文件", "a pack's folder or id, or one policy's file")
    parser.add_argument("draft", metavar="DRAFT", help=draft_help)
    parser.add_argument("--since", help=worded("自哪天起，如 2026-01-01", "from this day on, such as 2026-01-01"))
    parser.add_argument("--until", help=worded("到哪天为止（含当天）", "up to this day, which is included"))
    parser.add_argument("--json", action="store_true", help=worded("输出 JSON", "print JSON"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Seal, let the mirror follow, judge by the draft, and print the figures and what differs."""
    since, until = _start(arguments.since), _start(arguments.until, 1)
    if since and until and since >= until:
        raise CommandFault("--since 应早于 --until", "--since must come before --until", status=2)
    with opened(), faults_told():
        from keguan.controls.batch.asking import ask_backtest

        found = ask_backtest(arguments.draft, since, until, _tell)
    if arguments.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
        return
    _print(found)


def _tell(zh: str, en: str) -> None:
    print(worded(zh, en), file=sys.stderr, flush=True)


def _print(found: "Backtest") -> None:
    say(
        f"共 {found.acts} 件办理（草案只判定，不改动其后的事）",
        f"{counted(found.acts, 'act')} judged; nothing after them was changed",
    )
    clause = None
    for one in found.figures:
        if not (one.now or one.then):
            continue
        if one.control.clause != clause:
            clause = one.control.clause
            print(f"{one.control.policy_title} {clause}")
        gone = worded("（草案已删）", " (not in the draft)") if one.is_gone else ""
        print(f"  {one.control.id}{gone} {one.control.sentence(language())}")
        print(f"    {worded('草案', 'draft')}\t{_line(one.now)}")
        print(f"    {worded('当时', 'then')}\t{_line(one.then)}")
    for one in found.figures:
        if not one.is_read:
            say(
                f"未核算：{one.control.clause} {one.control.sentence()}",
                f"not judged: {one.control.clause} {one.control.sentence('en')}",
            )
    silent = sum(one.is_read and not (one.now or one.then) for one in found.figures)
    if silent:
        say(f"另有 {silent} 项没有用到。", f"{counted(silent, 'control was', 'controls were')} never asked.")
    if not found.changes:
        say("没有任何一件会不同。", "Nothing would have come out otherwise.")
        return
    differs = sum(one.differs for one in found.figures)
    say(f"不同之处 {differs} 件：", f"{differs} would have come out otherwise:")
    for change in found.changes[:SHOWN]:
        when = change.happened_at.strftime("%Y-%m-%d")
        print(f"  {change.code}\t{when}\t{change.control}\t{_word(change.then)} → {_word(change.now)}")
    if differs > SHOWN:
        more = differs - SHOWN
        say(f"还有 {more} 件，用 --json 看全部。", f"and {more} more; --json lists all.")


def _line(figures: "dict[str, int]") -> str:
    if not figures:
        return "—"
    return "　".join(f"{_word(name)} {n}" for name, n in figures.items())


def _word(outcome: str | None) -> str:
    from keguan.controls.batch.figures import WORDS

    if outcome is None:
        return "—"
    return WORDS[outcome].text(language()) if outcome in WORDS else outcome


def _start(text: str | None, later: int = 0) -> dt.datetime | None:
    """The start of the company's day, in UTC."""
    from keguan.kernel.records.kinds import COMPANY_ZONE

    if text is None:
        return None
    try:
        day = dt.date.fromisoformat(text) + dt.timedelta(days=later)
    except (ValueError, OverflowError):
        raise CommandFault(
            f"“{text}”不是日期，如 2026-01-01", f"“{text}” is not a date such as 2026-01-01", status=2
        ) from None
    return dt.datetime.combine(day, dt.time(), COMPANY_ZONE).astimezone(dt.UTC)
