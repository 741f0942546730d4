"""`keguan serve`: web and worker together, until Ctrl-C."""

import argparse
import importlib.util
import subprocess
import sys
from typing import Any

from keguan.site.speech import worded


def register(subparsers: Any) -> None:
    """Add `serve`."""
    parser = subparsers.add_parser("serve", help=worded("启动网页和后台任务", "start web and worker"))
    parser.add_argument("--host", default="127.0.0.1", help=worded("监听的地址", "address to listen on"))
    parser.add_argument("--port", type=int, default=8000, help=worded("监听的端口", "port to listen on"))
    parser.add_argument(
        "--demo", action="store_true", help=worded("空库时装入示范公司", "put a demo company into an empty database")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until TERM or INT."""
    from keguan.site.supervisor import supervise

    return supervise(arguments.host, arguments.port, prepare=_demo if arguments.demo else list)


def _demo() -> list[str]:
    """Prepare the demo company in a process of its own, so that the supervisor stays small; what it has to say."""
    if importlib.util.find_spec("keguan.cli.demo") is None:
        return []
    done = subprocess.run(
        [sys.executable, "-m", "keguan.cli.demonstration"], check=False, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout.splitlines()
