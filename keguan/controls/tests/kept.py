"""A company under a pack, founded once in a process: its rows put back, and the views of its registers made anew."""

from collections.abc import Callable
from typing import TypeVar

from keguan.controls.registering import make_views, new_rulebooks
from keguan.kernel.commands.rows import Rows
from keguan.kernel.tests import kept as rows_kept

Made = TypeVar("Made")


def kept(key: object, found: Callable[[], Made]) -> Made:
    """What `found` gives, with all that it wrote."""
    return rows_kept.kept(key, found, lambda: make_views(new_rulebooks(Rows(), 0)))
