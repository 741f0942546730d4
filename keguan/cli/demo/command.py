"""`keguan demo`: fill an empty database with the demo company, and name its sign-ins; or remove it again."""

import argparse
from typing import Any, Literal

from keguan.cli.faults import CommandFault
from keguan.cli.opening import opened
from keguan.site.speech import say, worded

Length = Literal["year", "weeks"]
LENGTHS = ("year", "weeks")
SEED = 20


def register(subparsers: Any) -> None:
    """Add `demo`."""
    parser = subparsers.add_parser(
        "demo", help=worded("在空库里装入示范公司", "put a demo company into an empty database")
    )
    parser.add_argument(
        "what",
        nargs="?",
        default="year",
        choices=(*LENGTHS, "remove"),
        help=worded(
            "year：一整年（默认）；weeks：只有最近几周；remove：连同其后录入的一切删去示范公司",
            "year (default): a whole year; weeks: only the last weeks; remove: take the demo company away, "
            "with everything entered since",
        ),
    )
    add_options(parser)
    parser.set_defaults(run=run)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the year is played with."""
    parser.add_argument(
        "--scale", type=int, default=1, metavar="N", help=worded("业务量的倍数", "so many times as much business")
    )
    parser.add_argument("--seed", type=int, default=SEED, help=worded("随机数的种子", "the seed of chance"))


def run(arguments: argparse.Namespace) -> None:
    """Prepare the demo company and print its sign-ins; or remove it."""
    if arguments.scale < 1:
        raise CommandFault("--scale 应不小于 1", "--scale should be at least 1", status=2)
    if arguments.what == "remove":
        from keguan.cli.demo.removing import remove

        remove()
        return
    with opened():
        lines = prepare(arguments.what, arguments.scale, arguments.seed)
    if not lines:
        raise CommandFault(
            "库里已有一家真实的公司，示范公司只装进空库",
            "there is a real company here; the demo needs an empty database",
        )
    for line in lines:
        print(line)


def prepare(length: Length = "year", scale: int = 1, seed: int = SEED) -> list[str]:
    """Fill an empty database; gives the lines that name the sign-ins, none where a real company lives here."""
    from keguan.org.demonstration import is_demo
    from keguan.org.models import Company

    if not Company.objects.exists():
        _fill(length, scale, seed)
    return _sign_ins() if is_demo() else []


def _fill(length: Length, scale: int, seed: int) -> None:
    from django.db import transaction

    from keguan.cli.demo import weeks, year
    from keguan.cli.demo.founding import let_in
    from keguan.kernel import clock
    from keguan.policies.rulebooks import forget

    now = clock.now()
    try:
        with transaction.atomic():
            if length == "weeks":
                say("正在装入示范公司……", "Preparing the demo company …")
                weeks.play(now)
            else:
                say("正在装入示范公司的一年（约一分钟）……", "Preparing a year of the demo company (about a minute) …")
                year.play(now, scale, seed)
            let_in()
    finally:
        forget()


def _sign_ins() -> list[str]:
    from keguan.cli.demo.founding import PASSWORD
    from keguan.org.queries import people
    from keguan.site.speech import language

    lines = [
        worded(f"示范公司的登录名（密码都是 {PASSWORD}）：", f"Sign-ins of the demo company (password {PASSWORD}):")
    ]
    for person in people():
        posts = "、".join(f"{post.unit_name} {post.title.text(language())}" for post in person.posts)
        if person.username and posts:
            lines.append(f"  {person.username:<8}{person.name}  {posts}")
    return lines
