"""Addresses of `api`."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from keguan.api.build import build
from keguan.api.problems import problem


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """Any address that is none: a problem, never a page."""
    return problem(request, 404)


urlpatterns: list[URLPattern | URLResolver] = [path("v1/", build().urls), re_path("", nowhere)]
