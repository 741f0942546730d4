"""`keguan serve`: web and worker together, until Ctrl-C."""

import argparse
import subprocess
import sys
from typing import Any

from keguan.cli.demo.command import LENGTHS, add_options
from keguan.site.speech import worded


def register(subparsers: Any) -> None:
    """Add `serve`."""
    parser = subparsers.add_parser("serve", help=worded("启动网页和后台任务", "start web and worker"))
    parser.add_argument("--host", default="127.0.0.1", help=worded("监听的地址", "address to listen on"))
    parser.add_argument("--port", type=int, default=8000, help=worded("监听的端口", "port to listen on"))
    parser.add_argument(
        "--demo",
        nargs="?",
        const="year",
        choices=LENGTHS,
        help=worded(
            "空库时装入示范公司：一整年，或 weeks 只装最近几周",
            "put a demo company into an empty database: a year of it, or its last weeks",
        ),
    )
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until TERM or INT."""
    from keguan.site.supervisor import supervise

    def prepare() -> list[str]:
        if arguments.demo:
            return _demo(arguments.demo, arguments.scale, arguments.seed)
        shown = "127.0.0.1" if arguments.host in ("0.0.0.0", "::") else arguments.host  # noqa: S104 – compared, not bound
        return _said("keguan.cli", "setup", "--address", f"http://{shown}:{arguments.port}")

    return supervise(arguments.host, arguments.port, prepare=prepare)


def _demo(length: str, scale: int, seed: int) -> list[str]:
    """Prepare the demo company in a process of its own, so that the supervisor stays small; what it has to say."""
    return _said("keguan.cli.demonstration", length, str(scale), str(seed))


def _said(module: str, *arguments: str) -> list[str]:
    """The lines that a program of ours has to say before the first page."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout.splitlines()
