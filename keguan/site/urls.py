"""Which address belongs to whom."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.cache import never_cache

from keguan.site.installation import installation


@never_cache
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Says that this process answers. Asks nothing of the database: the supervisor and load balancers call it."""
    return HttpResponse("ok", content_type="text/plain")


handler500 = "keguan.web.views.errors.broken"
urlpatterns = [
    path("administration/installation/", installation, name="installation"),
    path("alive/", alive, name="alive"),
    path("accounts/", include("allauth.urls")),
    path("api/", include("keguan.api.urls")),
    path("", include("keguan.web.urls")),
]
