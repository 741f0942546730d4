"""The api app: registers the record type of tokens when Django is ready."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """REST and its tokens."""

    name = "keguan.api"
    label = "api"
    verbose_name = "接口"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare facts and verbs."""
        from keguan.api import commands, facts  # noqa: F401
