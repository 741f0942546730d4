"""The language of the screens, kept in a cookie; for everybody, signed in or not."""

from django.urls import path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

language = require_POST(set_language)

urlpatterns = [path("language/", language, name="language")]
