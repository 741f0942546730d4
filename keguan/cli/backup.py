"""`keguan backup`: everything in one file."""

import argparse
from pathlib import Path
from typing import Any

from keguan.cli.opening import opened
from keguan.site.speech import say, worded


def register(subparsers: Any) -> None:
    """Add `backup`."""
    parser = subparsers.add_parser(
        "backup", help=worded("把全部数据备份成一个文件", "back everything up into one file")
    )
    parser.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help=worded("写到哪里（默认数据目录下的 backups/）", "where to (default: backups/ in the data directory)"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Make a backup, while Keguan runs or not."""
    target: Path | None = arguments.file
    with opened():
        from keguan.site import backups

        made = backups.make(target.absolute() if target else None)
    say(
        f"已备份到 {made.place}（{made.bytes / 1024**2:.1f} MB）。请另存一份到别的机器上。",
        f"Backed up to {made.place} ({made.bytes / 1024**2:.1f} MB). Keep a copy on another machine.",
    )
