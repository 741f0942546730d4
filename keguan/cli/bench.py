"""`keguan bench`: the benchmarks of the checkout, where there is one. They are not part of the installed product."""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

from keguan.cli.faults import CommandFault
from keguan.site.speech import worded

CHECKOUT = Path(__file__).parents[2]


def register(subparsers: Any) -> None:
    """Add `bench`."""
    parser = subparsers.add_parser(
        "bench", help=worded("在临时数据库上测量速度与大小", "measure speed and size on a database that is thrown away")
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help=worded("只跑这一项", "only this one"))
    parser.add_argument("--json", action="store_true", help=worded("以 JSON 输出", "print JSON"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run `python -m bench` in the checkout; its exit status."""
    if not (CHECKOUT / "bench" / "__main__.py").exists():
        raise CommandFault(
            "安装版里没有性能测试，请在源代码目录里运行", "the benchmarks are in the source tree only: run it there"
        )
    given = [*([arguments.name] if arguments.name else []), *(["--json"] if arguments.json else [])]
    return subprocess.run([sys.executable, "-m", "bench", *given], cwd=CHECKOUT, check=False).returncode
