"""`keguan migrate`: bring the tables to this version."""

import argparse
from typing import Any

from keguan.site.speech import counted, say, worded


def register(subparsers: Any) -> None:
    """Add `migrate`."""
    parser = subparsers.add_parser(
        "migrate", help=worded("建表并升级到本版", "make the tables and bring them up to date")
    )
    parser.add_argument(
        "--quiet", action="store_true", help=worded("无事可做时不说话", "say nothing when nothing is to do")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Apply what is pending as the owner of the tables, then give the run-time role its rights."""
    from keguan.cli.opening import opened

    with opened("owner"):
        from keguan.site.migration import migrate

        applied = migrate()
        _fill_spans()
        _adopt_base()
    if applied or not arguments.quiet:
        say(
            f"数据库已是最新（本次应用 {applied} 个迁移）。",
            f"The database is up to date ({counted(applied, 'migration')} applied).",
        )


def _fill_spans() -> None:
    """A company older than the table of who holds what gets it computed, once."""
    from django.db import transaction

    from keguan.kernel.commands.rows import Rows
    from keguan.org.spans.rebuild import fill

    with transaction.atomic():
        fill(Rows())


def _adopt_base() -> None:
    """The product's own policy is the first: without it nobody may do anything."""
    from keguan.controls.gate import run as gate
    from keguan.kernel.commands.context import Context
    from keguan.policies.adoption import ensure_base

    ensure_base(gate, Context(None, "command_line"))
