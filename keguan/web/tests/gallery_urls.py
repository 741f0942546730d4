"""The gallery with the addresses its pages link to, so that templates are tested without views or database."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest, **places: str) -> HttpResponse:
    """Stands for a view."""
    return HttpResponse("")


PLACES = {
    "today": "",
    "case_list": "cases/",
    "case_take": "cases/take/",
    "case_page": "cases/<code>/",
    "case_act": "cases/<code>/act/<verb>/",
    "case_note": "cases/<code>/note/",
    "approvals": "approvals/",
    "approval_decide": "approvals/<id>/",
    "proposal_decide": "proposals/<id>/",
    "override_list": "overrides/",
    "override_ask": "overrides/ask/",
    "override_decide": "overrides/<id>/",
    "delegation_list": "delegations/",
    "delegation_end": "delegations/<id>/end/",
    "case_sign": "cases/<code>/signature/",
    "policy_list": "policies/",
    "policy_page": "policies/<code>/",
    "evidence": "evidence/<control>/",
    "customer_list": "customers/",
    "customer_add": "customers/add/",
    "customer_page": "customers/<code>/",
    "import_start": "import/",
    "import_page": "import/<id>/",
    "notices": "notices/",
    "notice_read": "notices/<id>/",
    "find": "find/",
    "language": "language/",
}
web = ([path(place, nothing, name=name) for name, place in PLACES.items()], "web")
urlpatterns = [
    path("gallery/", include("keguan.web.gallery.urls")),
    path("accounts/login/", nothing, name="account_login"),
    path("accounts/logout/", nothing, name="account_logout"),
    path("", include(web)),
]
