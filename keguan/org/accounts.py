"""How signing in works here: nobody signs up, and only people who work here get in.

Whether a person may sign in is asked on every request, so that leaving or losing the last post ends open sessions too.
Whoever stands in for somebody at the moment may sign in although his own posts have ended.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from psycopg.types.range import TimestamptzRange as Range

from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from keguan.org.models import HolderSpan, User

LEFT = Label(
    "您已办理离职，不能再登录。如有误，请联系人事或管理员",
    "you have left the company and cannot sign in; if this is wrong, ask human resources or the administrator",
)
NO_POST = Label(
    "您的任职已经结束，暂时不能登录。如有误，请联系人事或管理员",
    "your post has ended and you cannot sign in; if this is wrong, ask human resources or the administrator",
)
WRONG = Label("账号或密码不对。", "The account or the password is wrong.")
WITHDRAWN = Label("您的登录已停用，请联系管理员", "your sign-in is withdrawn; ask the administrator")


def obstacle(user: "User", today: dt.date | None = None) -> Label | None:
    """Why this user may not sign in today, kindly; nothing where he may. Three statements at most.

    A person who never held a post may sign in (he sees what the policies let him see); one whose posts all ended may
    not, unless he stands in for somebody: now, or (`today`) on that day.
    """
    from keguan.org.models import Holding

    day = today or clock.now().astimezone(COMPANY_ZONE).date()
    person = user.person
    if person.left_on is not None and person.left_on <= day:
        return LEFT
    if not user.is_active or person.username != user.username:
        return WITHDRAWN
    had, has = getattr(user, "had_post", None), getattr(user, "has_post", None)
    if had is None:
        held = Holding.objects.filter(person=person)
        stands_in = _standing_in(person.id, *_reach(today))
        had, has = held.exists(), held.filter(_not_over(day)).exists() or stands_in.exists()
    return NO_POST if had and not has else None


def _not_over(day: dt.date) -> Q:
    return Q(ends_on=None) | Q(ends_on__gt=day)


def _reach(day: dt.date | None) -> tuple[dt.datetime, dt.datetime]:
    """From when until when somebody may stand in: at this moment, or at any of the day."""
    if day is None:
        return clock.now(), clock.now()
    start = dt.datetime.combine(day, dt.time(), COMPANY_ZONE)
    return start, start + dt.timedelta(days=1)


def _standing_in(person: Any, start: dt.datetime, end: dt.datetime) -> "QuerySet[HolderSpan]":
    """What the directory says of a person as somebody's delegate; delegators who left lend nothing."""
    from keguan.org.models import HolderSpan

    valid = Range(start, end, bounds="[]" if start == end else "[)")
    return HolderSpan.objects.filter(person=person, how="delegate", known_to=None, valid__overlap=valid)


class People(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Checks passwords as allauth does, and on each request whether the person may still be here."""

    def get_user(self, user_id: Any) -> "User | None":
        """The user with his person; nothing (he is signed out) where he may no longer sign in. One statement."""
        from keguan.org.models import Holding, User

        day = clock.now().astimezone(COMPANY_ZONE).date()
        held = Holding.objects.filter(person=OuterRef("person"))
        user = (
            User.objects.select_related("person")
            .annotate(
                had_post=Exists(held),
                has_post=Exists(held.filter(_not_over(day))) | Exists(_standing_in(OuterRef("person"), *_reach(None))),
            )
            .filter(pk=user_id)
            .first()
        )
        return user if user is not None and obstacle(user, day) is None else None


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """People get a sign-in by the command `person.grant_sign_in`; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Always False: allauth is open by default."""
        return False

    def post_login(self, request: HttpRequest, user: "User", **kwargs: Any) -> HttpResponse:
        """The way on after signing in, in the language in which the person reads."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite="Lax",
            )
        return response

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """The fault in our own words where we have them."""
        if code == "username_password_mismatch":
            return ValidationError(WRONG.text(get_language() or "zh-hans"), code=code)
        fault: ValidationError = super().validation_error(code, *args)
        return fault

    def authenticate(self, request: HttpRequest, **credentials: Any) -> "User | None":
        """The user of these credentials; who may not sign in learns why, but only with the right password."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            reason = obstacle(user)
            if reason is not None:
                raise ValidationError(reason.text(get_language() or "zh-hans"))
        return user
