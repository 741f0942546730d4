"""Where notices go: the addresses people type, read into what is kept, and what of them may be shown.

Nobody's text becomes an address to call: robots have their makers' fixed hosts, and a webhook's host must be one that
the administrator allows (`KEGUAN_NOTICE_HOSTS`).
"""

import os
import re
from urllib.parse import urlsplit

from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label

KINDS = {
    "email": Label("电子邮件", "e-mail"),
    "wecom": Label("企业微信群机器人", "WeCom group robot"),
    "dingtalk": Label("钉钉群机器人", "DingTalk group robot"),
    "feishu": Label("飞书群机器人", "Feishu group robot"),
    "webhook": Label("Webhook", "Webhook"),
}
EMAIL = re.compile(r"[^@\s<>,;:\"'\\/?&=]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)+")
ROBOTS = {
    "wecom": re.compile(r"(?:https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=)?([0-9A-Za-z-]{16,64})"),
    "dingtalk": re.compile(
        r"(?:https://oapi\.dingtalk\.com/robot/send\?access_token=)?([0-9a-f]{32,80}(?: SEC[0-9a-zA-Z]{16,80})?)"
    ),
    "feishu": re.compile(r"(?:https://open\.feishu\.cn/open-apis/bot/v2/hook/)?([0-9A-Za-z-]{16,64})"),
}
HINTS = {
    "email": Label("如 name@company.cn", "such as name@company.cn"),
    "wecom": Label("粘贴机器人的 Webhook 地址，或其中的 key", "paste the robot's webhook address, or its key"),
    "dingtalk": Label(
        "粘贴机器人的 Webhook 地址；有加签密钥的，空一格写在后面",
        "paste the robot's webhook address; a signing secret goes behind it after a space",
    ),
    "feishu": Label("粘贴机器人的 Webhook 地址", "paste the robot's webhook address"),
    "webhook": Label("https:// 开头，主机须经管理员允许", "https://…, of a host that the administrator allows"),
}


def allowed_hosts() -> frozenset[str]:
    """Hosts (`name` or `name:port`) to which webhooks may go; none unless the administrator names them."""
    return frozenset(filter(None, os.environ.get("KEGUAN_NOTICE_HOSTS", "").lower().replace(" ", "").split(",")))


def read(kind: str, text: str) -> str:
    """The address as it is kept. BadValue where it is none of this kind, or leads where nothing may go."""
    typed = text.strip()
    if kind == "webhook":
        return _webhook(typed)
    found = EMAIL.fullmatch(typed) if kind == "email" else ROBOTS[kind].fullmatch(typed)
    if found is None or len(typed) > 254:
        hint = HINTS[kind]
        raise BadValue(f"这不是{KINDS[kind].zh}的地址：{hint.zh}", f"this is no address of that kind: {hint.en}")
    return typed if kind == "email" else found[1]


def _webhook(typed: str) -> str:
    try:
        parts = urlsplit(typed)
        host = parts.netloc.lower()
        is_plain = not parts.username and not parts.password and parts.hostname is not None
    except ValueError:
        raise BadValue("这不是网址", "this is no address") from None
    if not is_plain or parts.scheme not in ("https", "http"):
        raise BadValue("请填 https:// 开头的网址", "give an address that begins with https://")
    if host not in allowed_hosts():
        raise BadValue("管理员没有允许发往这个主机", "the administrator has not allowed this host")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise BadValue("请填 https:// 开头的网址", "give an address that begins with https://")
    return typed


def masked(kind: str, address: str) -> str:
    """What may be shown of an address: enough to tell it from another, never enough to use it."""
    if not address:
        return "—"
    if kind == "email":
        name, _, host = address.partition("@")
        return f"{name[:1]}***@{host}"
    if kind == "webhook":
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}/…"
    return f"…{address.split(' ', maxsplit=1)[0][-4:]}"
