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
from django.db import connection
from django.db.models import Q
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
OF_USER = ("password", "last_login", "id", "person_id", "username", "is_active", "language")
OF_PERSON = ("id", "code", "name", "phone", "email", "username", "joined_on", "left_on")
WHO = """
    select u.password, u.last_login, u.id, u.person, u.username, u.is_active, u.language,
        p.id, p.code, p.name, p.phone, p.email, p.username, p.joined_on, p.left_on,
        exists (select from org_holding h where h.person = p.id),
        exists (select from org_holding h where h.person = p.id and (h.ends_on is null or h.ends_on > %(day)s))
        or exists (select from org_holder_span s where s.person = p.id and s.how = 'delegate'
                   and s.known_to is null and s.valid @> %(now)s::timestamptz)
    from org_user u join org_person p on p.id = u.person where u.id = %(user)s
"""
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
        now = clock.now()
        day = now.astimezone(COMPANY_ZONE).date()
        user = _look_up(user_id, now, day)
        return user if user is not None and obstacle(user, day) is None else None


def _look_up(user_id: Any, now: dt.datetime, day: dt.date) -> "User | None":
    """The user, his person, whether he ever had a post and has one: asked with each request, so not composed anew."""
    from keguan.org.models import Person, User

    with connection.cursor() as cursor:
        cursor.execute(WHO, {"user": user_id, "now": now, "day": day})
        row = cursor.fetchone()
    if row is None:
        return None
    person = row[len(OF_USER) : -2]
    user: User = User.from_db(connection.alias, OF_USER, row[: len(OF_USER)])
    user.person = Person.from_db(connection.alias, OF_PERSON, person)
    user.had_post, user.has_post = row[-2:]  # type: ignore[attr-defined]
    return user


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
