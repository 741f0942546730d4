"""`keguan audit recount`: count obligations and refusals again from the mirror, and compare with the live tables."""

import argparse
import json
import sys
from typing import Any

from keguan.cli.opening import opened
from keguan.site.speech import counted, say, worded

SHOWN = 50


def add_to(kinds: Any) -> None:
    """Add `recount` to the acts of `audit`."""
    parser = kinds.add_parser(
        "recount",
        help=worded(
            "从日志的镜像复算应办事项与拒绝，与表中所存比对",
            "recount what was owed and refused from the journal's mirror, and compare with the tables",
        ),
    )
    parser.add_argument("--json", action="store_true", help=worded("输出 JSON", "print JSON"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Recount and compare; status 1 when something differs."""
    with opened():
        from keguan.controls.batch.asking import ask_recount

        again, found = ask_recount(_tell)
    counts = {
        "obligations": len(again.obligations), "attempts": len(again.attempts),
        "evidence": again.evidence.total(), "requests": len(again.requests),
    }  # fmt: skip
    unread, unshown = sorted(again.unread), sorted(again.unshown - again.unread)
    if arguments.json:
        body = {**counts, "unread": unread, "unshown": unshown, "differences": [one.as_json() for one in found]}
        print(json.dumps(body, ensure_ascii=False, default=str))
        return 1 if found else 0
    for one in found[:SHOWN]:
        print(f"{one.what}\t{one.id}")
        for name in sorted({*one.recounted, *one.live}):
            recounted, live = one.recounted.get(name), one.live.get(name)
            if recounted != live:
                say(f"  {name}：复算 {recounted}，表中 {live}", f"  {name}: recounted {recounted}, stored {live}")
    if len(found) > SHOWN:
        say(f"还有 {len(found) - SHOWN} 处", f"and {len(found) - SHOWN} more")
    if unread:
        say(f"未复算的管控：{'、'.join(unread)}", f"controls that are not recounted: {', '.join(unread)}")
    if unshown:
        zh, en = "、".join(unshown), ", ".join(unshown)
        say(f"未复算其证据的管控：{zh}", f"controls whose evidence is not recounted: {en}")
    owed, refused, shown = counts["obligations"], counts["attempts"], counts["evidence"]
    say(
        f"复算了 {owed} 项应办事项、{refused} 次拒绝、{shown} 条证据，{len(found)} 处不同。",
        f"{counted(owed, 'obligation')}, {counted(refused, 'refusal')} and {counted(shown, 'row')} of evidence "
        f"recounted; {counted(len(found), 'difference')}.",
    )
    return 1 if found else 0


def _tell(zh: str, en: str) -> None:
    print(worded(zh, en), file=sys.stderr, flush=True)
