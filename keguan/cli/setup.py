"""`keguan setup`: where the company is founded in a browser, as long as nobody can sign in."""

import argparse
from typing import Any

from keguan.site.speech import say, worded


def register(subparsers: Any) -> None:
    """Add `setup`."""
    parser = subparsers.add_parser(
        "setup",
        help=worded("首次启用：给出建立公司的网址", "first run: the address at which the company is founded"),
    )
    parser.add_argument("--address", default="http://127.0.0.1:8000", help=worded("服务的网址", "where it is served"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Make the product's own policy known, and say the address; nothing more once somebody can sign in."""
    from keguan.cli.opening import opened

    with opened():
        from django.urls import reverse

        from keguan.controls import gate
        from keguan.kernel.commands.context import Context
        from keguan.policies.adoption import ensure_base
        from keguan.setup import founding

        if not founding.is_empty():
            return
        ensure_base(gate.run, Context(None, "command_line"))
        address = arguments.address.rstrip("/") + reverse("web:setup_found", args=[founding.key()])
        say(f"还没有公司。在浏览器里打开，建立公司与第一位管理员：\n  {address}",
            f"There is no company yet. Open this to found it, with its first administrator:\n  {address}")  # fmt: skip
