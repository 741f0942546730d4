"""The Django app of `controls`."""

from django.apps import AppConfig


class ControlsConfig(AppConfig):
    """Folder, label and name of the app."""

    name = "keguan.controls"
    label = "controls"
    verbose_name = "管控"
    default_auto_field = "django.db.models.BigAutoField"
