"""One message to one address, by apprise. Addresses stand in no error, log or job: a failure says only what kind.

The classes of apprise are used directly, built from what `addresses` read: a typed text is never taken for an URL.
"""

import importlib
import os
from typing import Any
from urllib.parse import unquote, urlsplit

from keguan.integrations import addresses
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label

PATIENCE = 8.0
PLUGINS = {
    "email": ("email.base", "NotifyEmail"),
    "wecom": ("wecombot", "NotifyWeComBot"),
    "dingtalk": ("dingtalk", "NotifyDingTalk"),
    "feishu": ("feishu", "NotifyFeishu"),
    "webhook": ("custom_json", "NotifyJSON"),
}


class NotDelivered(Exception):
    """The address did not take the message. Says how it was to go, never where to."""

    def __init__(self, label: Label) -> None:
        super().__init__(label.en)
        self.label = label


def mail_is_set() -> bool:
    """Whether the company's outgoing mail is set (`KEGUAN_SMTP`, `KEGUAN_MAIL_FROM`)."""
    return bool(os.environ.get("KEGUAN_SMTP") and os.environ.get("KEGUAN_MAIL_FROM"))


def offered() -> list[str]:
    """The kinds of receivers that can work here."""
    missing = {"email"} if not mail_is_set() else set()
    missing |= {"webhook"} if not addresses.allowed_hosts() else set()
    return [kind for kind in addresses.KINDS if kind not in missing]


def send(kind: str, address: str, title: str, body: str) -> None:
    """Send a message. NotDelivered where it was not taken, or where this kind is not set up any more."""
    label = addresses.KINDS[kind]
    try:
        door = _door(kind, addresses.read(kind, address) if kind == "webhook" else address)
        is_taken = bool(door.notify(body=body, title=title))
    except (BadValue, TypeError, ValueError, OSError):
        is_taken = False
    if not is_taken:
        raise NotDelivered(Label(f"{label.zh}没有接收这条消息", f"not taken: {label.en}")) from None


def _door(kind: str, address: str) -> Any:
    import apprise

    asset = apprise.AppriseAsset(
        app_id="Keguan", app_desc="客管", app_url="", secure_logging=True, http_redirects=False
    )
    module, name = PLUGINS[kind]
    plugin: Any = getattr(importlib.import_module(f"apprise.plugins.{module}"), name)
    return plugin(**_where(kind, address), asset=asset, cto=PATIENCE, rto=PATIENCE)


def _where(kind: str, address: str) -> dict[str, Any]:
    """What the class of this kind asks for."""
    if kind == "email":
        return _mail(address)
    if kind == "webhook":
        parts = urlsplit(address)
        params = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        is_secure = parts.scheme == "https"
        return {"host": parts.hostname, "port": parts.port, "fullpath": parts.path or "/", "secure": is_secure,
                "schema": "jsons" if is_secure else "json", "params": params}  # fmt: skip
    if kind == "dingtalk":
        token, _, secret = address.partition(" ")
        return {"token": token, "secret": secret or None}
    return {"key" if kind == "wecom" else "token": address}


def _mail(address: str) -> dict[str, Any]:
    if not mail_is_set():
        raise ValueError("outgoing mail is not set")
    # smtp://user:password@host:port, smtps:// for TLS from the first byte, smtp+starttls:// for TLS once connected
    server = urlsplit(os.environ["KEGUAN_SMTP"])
    mode = {"smtps": "ssl", "smtp+starttls": "starttls"}.get(server.scheme, "insecure")
    return {
        "smtp_host": server.hostname, "from_addr": os.environ["KEGUAN_MAIL_FROM"], "secure_mode": mode,
        "targets": [address], "host": server.hostname, "port": server.port, "secure": mode != "insecure",
        "user": unquote(server.username or "") or None, "password": unquote(server.password or "") or None,
        "format": "text",
    }  # fmt: skip
