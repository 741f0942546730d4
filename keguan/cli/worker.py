"""`keguan worker`: background jobs, until TERM or INT."""

import argparse
from typing import Any

from keguan.site.speech import worded


def register(subparsers: Any) -> None:
    """Add `worker`."""
    parser = subparsers.add_parser("worker", help=worded("只运行后台任务", "run background jobs only"))
    parser.add_argument("--concurrency", type=int, default=4, help=worded("同时处理的任务数", "jobs at the same time"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Work until told to stop."""
    from keguan.cli.opening import opened

    with opened():
        from keguan.site.jobs import work

        work(concurrency=arguments.concurrency)
