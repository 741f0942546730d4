"""What becomes of somebody's notices outside the product, in words. Reads nothing."""

import datetime as dt

from keguan.integrations.quiet import is_within
from keguan.integrations.routing import Wish
from keguan.kernel.records.labels import Label

NOWHERE = Label(
    "还没有接收方式，什么也不发出；下面的设置在添加以后起作用。",
    "There is no receiver yet, so nothing is sent; what is set here holds once there is one.",
)
AT_ONCE = Label("通知随到随发，不分时段。", "Notices are sent as they come, at any hour.")
WAITING = Label(
    "通知随到随发；{begin}–{end} 之间的等到 {end}，合成一条发出，制度定为紧急的照发。",
    "Notices are sent as they come; those between {begin} and {end} wait until {end} and leave as one message, except "
    "what a policy calls urgent.",
)
NOT_EACH = Label(
    "通知不逐条发出，制度定为紧急的照发。", "Single notices are not sent, except what a policy calls urgent."
)
DIGEST = Label(
    "每日摘要在 {at} 发出，没有事项的日子不发。", "The digest is sent at {at}, on days with something to say."
)
DIGEST_WAITS = Label(
    "每日摘要定在 {at}，正值免打扰，等到 {end} 发出；没有事项的日子不发。",
    "The digest is set for {at}, within the quiet hours, and is sent at {end}, on days with something to say.",
)
NO_DIGEST = Label("不发每日摘要。", "No digest is sent.")


def told(wish: Wish, *, has_receiver: bool) -> tuple[Label, ...]:
    """Sentence by sentence: whether anything leaves, what becomes of single notices, and of the digest."""
    parts = () if has_receiver else (NOWHERE,)
    return (*parts, _each(wish), _digest(wish))


def _each(wish: Wish) -> Label:
    if not wish.is_each_sent:
        return NOT_EACH
    return WAITING.format(begin=_said(wish.quiet[0]), end=_said(wish.quiet[1])) if wish.quiet else AT_ONCE


def _digest(wish: Wish) -> Label:
    if not wish.is_digest_sent or wish.digest_at is None:
        return NO_DIGEST
    at, quiet = wish.digest_at, wish.quiet
    if quiet is not None and is_within(at, quiet):
        return DIGEST_WAITS.format(at=_said(at), end=_said(quiet[1]))
    return DIGEST.format(at=_said(at))


def _said(at: dt.time) -> str:
    return f"{at:%H:%M}"
