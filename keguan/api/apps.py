"""The Django app of `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Folder, label and name of the app."""

    name = "keguan.api"
    label = "api"
    verbose_name = "接口"
    default_auto_field = "django.db.models.BigAutoField"
