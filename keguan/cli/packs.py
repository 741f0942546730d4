"""`keguan packs`: which packs there are, and how much of their ledgers they prove."""

import argparse
import json
from collections import Counter
from typing import Any

from keguan.cli.faults import CommandFault
from keguan.cli.policy import faults_told
from keguan.site.speech import counted, language, say, worded


def register(subparsers: Any) -> None:
    """Add `packs` with `list` and `coverage`."""
    packs = subparsers.add_parser("packs", help=worded("制度包：清单与覆盖", "packs: list and coverage"))
    acts = packs.add_subparsers(metavar=worded("操作", "ACTION"), required=True)
    listing = acts.add_parser("list", help=worded("列出制度包", "list the packs"))
    listing.add_argument("--json", action="store_true", help=worded("以 JSON 输出", "print JSON"))
    listing.set_defaults(run=run_list)
    coverage = acts.add_parser("coverage", help=worded("每包有多少条规则得到证明", "how many rules each pack proves"))
    coverage.add_argument("pack", nargs="?", help=worded("制度包；不写则全部", "a pack; all where left out"))
    coverage.add_argument("--module", help=worded("只算这个模块的规则", "count the rules of this module only"))
    coverage.add_argument("--json", action="store_true", help=worded("以 JSON 输出", "print JSON"))
    coverage.set_defaults(run=run_coverage)


def run_list(arguments: argparse.Namespace) -> None:
    """Print id, title and size of each pack."""
    with faults_told():
        from keguan.policies.packs.pack import read_pack
        from keguan.policies.packs.shelf import pack_folders

        rows: list[dict[str, Any]] = []
        for folder in pack_folders():
            pack = read_pack(folder)
            controls = sum(1 for policy in pack.policies for _ in policy.controls)
            title = pack.form.title
            rows.append(
                {
                    "pack": pack.code,
                    "title": {"zh": title.zh, "en": title.en},
                    "policies": len(pack.policies),
                    "controls": controls,
                }
            )
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        policies = counted(row["policies"], "policy", "policies")
        name = row["title"]["en" if language() == "en" else "zh"]
        say(
            f"{row['pack']}  {name}  制度 {row['policies']} · 管控 {row['controls']}",
            f"{row['pack']}  {name}  {policies} · {counted(row['controls'], 'control')}",
        )


def run_coverage(arguments: argparse.Namespace) -> None:
    """Run the scenarios and count the rules that passing steps cite."""
    from keguan.cli.scenarios.coverage import Ledger, coverage
    from keguan.cli.scenarios.scratch import scratch_database

    ledger = Ledger.read()
    if arguments.pack and arguments.pack not in ledger.systems:
        raise CommandFault(f"没有名为“{arguments.pack}”的台账", f"there is no ledger “{arguments.pack}”")
    if arguments.module and arguments.module not in ledger.modules:
        known = ", ".join(sorted(ledger.modules))
        raise CommandFault(
            f"没有模块“{arguments.module}”；有：{known}", f"no module “{arguments.module}”; there are {known}"
        )
    with scratch_database(), faults_told():
        rows = coverage(ledger, arguments.pack, arguments.module)
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    total: Counter[str] = Counter()
    for row in rows:
        total.update(rules=row["rules"], proven=row["proven"])
        print(f"{row['proven']:5} / {row['rules']:<5} {row['pack']}")
    say(
        f"共 {total['rules']} 条，已证明 {total['proven']} 条。", f"{total['proven']} of {total['rules']} rules proven."
    )
