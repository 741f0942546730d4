"""Registers the screens with Django: templates, static files and the `keguan` tag library."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The screens."""

    name = "keguan.web"
    label = "web"
    verbose_name = "Keguan screens"
