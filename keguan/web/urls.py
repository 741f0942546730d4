"""Addresses of the screens. Each module of views names its own; here they stand together."""

from importlib import import_module
from importlib.util import find_spec

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path

from keguan.web.doors import page
from keguan.web.gallery.views import gallery, gallery_page

VIEWS = (
    *("today", "cases", "approvals", "policies", "evidence", "customers", "imports", "notices", "find", "language"),
)

# places that templates lead to and whose views are still to come
COMING = {
    "customers": {
        "customer_list": "customers/",
        "customer_add": "customers/add/",
        "customer_page": "customers/<str:code>/",
    },
    "imports": {"import_start": "import/", "import_page": "import/<uuid:id>/"},
}


def coming(request: HttpRequest, **_places: object) -> HttpResponse:
    """Nothing is there yet."""
    raise Http404(request.path)


app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    *(
        pattern
        for name in VIEWS
        if find_spec(f"keguan.web.views.{name}")
        for pattern in import_module(f"keguan.web.views.{name}").urlpatterns
    ),
    *(
        path(route, coming, name=place)
        for name, places in COMING.items()
        if not find_spec(f"keguan.web.views.{name}")
        for place, route in places.items()
    ),
    path("gallery/", page(gallery), name="gallery"),
    path("gallery/<name>/", page(gallery_page), name="gallery_page"),
]
