"""What a session begins with: its pages know whether their reader sits at the phones."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from keguan.calls.seats import seat_of
from keguan.org.accounts import ClosedAccounts

if TYPE_CHECKING:
    from keguan.org.models import User

SEATED = "seated"
"""What the session says of a viewer who sits at the phones: only his pages ask what rings."""


class Sessions(ClosedAccounts):
    """Whoever left the day before without leaving the seat sits there still: calls ring from the first page on."""

    def post_login(self, request: HttpRequest, user: "User", **kwargs: Any) -> HttpResponse:
        """The way on after signing in."""
        response = super().post_login(request, user, **kwargs)
        request.session[SEATED] = seat_of(user.person_id) is not None
        return response
