"""What every page shares: the rail beside it, and how a page or its partial is rendered. Writes nothing."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django_htmx.http import push_url

from keguan.controls import queries, scopes
from keguan.kernel import clock
from keguan.kernel.records.labels import Label, join
from keguan.org import queries as org
from keguan.org.demonstration import is_demo
from keguan.policies.rulebooks import current
from keguan.setup import acts as setup
from keguan.web.doors import viewer
from keguan.web.pages import Shell
from keguan.web.records import places

IMPORTING = "import.upload"
TAKING = "case.open"
SITTING = "seat.take"
SETTING_UP = "setup.begin"


def shell_of(person: UUID) -> Shell:
    """The rail for somebody. The same few statements whatever waits for him."""
    now = clock.now()
    row = org.people_by_id([person]).get(person)
    company = org.company()
    counts = queries.counts(person, now)
    grants = scopes.grants(person)
    return Shell(
        person=row.name if row else "",
        post=post_words(row.posts) if row else "",
        company=company.name if company else "",
        owed=counts.owed,
        is_late=counts.late > 0,
        approvals=counts.approvals,
        notices=org.unread_notices(person),
        may_import=grants is not None and grants.uses(IMPORTING),
        may_take=grants is not None and grants.uses(TAKING),
        may_see_calls=grants is not None and (grants.sees_some("call") or grants.uses(SITTING)),
        may_see_policies=grants is not None and grants.sees_some("pack"),
        may_see_registers=places.sees_registers(grants, current(now)),
        may_administer=places.is_administrator(grants),
        has_team=grants is not None and bool(grants.profile.heads),
        is_setting_up=grants is not None and grants.uses(SETTING_UP) and setup.is_awaited(),
        is_demo=is_demo(),
    )


def post_words(posts: Iterable[org.PostRow]) -> Label:
    """Posts as they stand under a name."""
    words = Label("{unit} {title}", "{title}, {unit}")
    return join([words.format(unit=post.unit_name, title=post.title) for post in posts])


def render_page(
    request: HttpRequest,
    template: str,
    page: object,
    status: int = 200,
    partial: str | None = None,
    said: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The page with its rail; only its named partial where htmx asks for one.

    `said` is what the address of the partial's page says then: a form sends its empty fields, too.
    """
    asks_part = getattr(request, "htmx", None) and not request.htmx.boosted and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    name = f"{template}#{partial}" if partial and asks_part else template
    context = {"page": page, "shell": SimpleLazyObject(lambda: shell_of(viewer(request))), "now": clock.now()}
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    if asks_part and said is not None:
        push_url(response, f"{request.path}?{urlencode(said)}" if said else request.path)
    return response
