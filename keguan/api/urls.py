"""Addresses of `api`."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from keguan.api.build import build
from keguan.api.problems import problem
from keguan.api.registers import register_api, registers


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Any other address: a register that the policies in force declare, else a problem, never a page."""
    _, _, rest = request.path.partition("/v1/")
    try:
        found = registers().resolve(rest)
    except Resolver404:
        return problem(request, 404)
    view: Callable[..., HttpResponse] = found.func
    return view(request, *found.args, **found.kwargs)


everything = build()
everything.others = register_api
urlpatterns: list[URLPattern | URLResolver] = [path("v1/", everything.urls), re_path("", nowhere)]
