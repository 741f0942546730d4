"""Who asks: a token in `Authorization`, or the session of the pages (with its CSRF token to write)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from keguan.api import tokens
from keguan.controls.gate import run
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Fault, Reason
from keguan.kernel.records.labels import Label
from keguan.org.accounts import People

NO_TOKEN = Reason(
    Label(
        "令牌无效、已过期或已吊销，或其持有人已不能登录",
        "the token is unknown, expired or revoked, or its holder may no longer sign in",
    ),
    Label("请签发新的令牌", "issue a new token"),
    kind="access",
)
FOREIGN = Reason(
    Label("请求没有带上页面的防伪令牌", "the request does not carry the page's CSRF token"),
    Label("程序请改用 Authorization: Bearer kg_…", "programs should send Authorization: Bearer kg_…"),
    kind="access",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The person for whom a request is answered."""

    person: UUID
    name: str
    token: UUID | None = None


class BearerToken(AuthBase):
    """A token issued by `token.issue`."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The caller; nothing without the header; a fault where there is one that opens nothing."""
        given = request.headers.get("Authorization")
        if given is None:
            return None
        scheme, _, secret = given.partition(" ")
        found = tokens.find(secret.strip()) if scheme.lower() == "bearer" else None
        user = People().get_user(found.user) if found else None
        if found is None or user is None:
            raise Fault([NO_TOKEN], 401)
        if found.is_first_today:
            run(Context(None, "rest"), "token.use", [(found.id, {})])
        return Caller(user.person_id, user.person.name, found.id)


class PageSession(AuthBase):
    """The session of somebody signed in to the pages."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "sessionid"
    csrf = True

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The caller; nothing where nobody is signed in; a fault where another site may have sent the request."""
        user: Any = request.user
        if not user.is_authenticated:
            return None
        if check_csrf(request) is not None:
            raise Fault([FOREIGN], 403)
        return Caller(user.person_id, user.person.name)


def caller(request: HttpRequest) -> Caller:
    """Who asks, in an operation that needs a caller."""
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found
