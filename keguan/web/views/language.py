"""The language of the screens: kept in a cookie for everybody, and with the sign-in of whoever is signed in."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from keguan.kernel.records.labels import LANGUAGES
from keguan.org.sign_in import remember_language


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Speak the chosen language from now on, here and wherever the person signs in."""
    chosen = str(request.POST.get("language", ""))
    if chosen in LANGUAGES and request.user.is_authenticated:
        remember_language(request.user, chosen)
    return set_language(request)


urlpatterns = [path("language/", language, name="language")]
