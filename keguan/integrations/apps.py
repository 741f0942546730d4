"""The Django app of `integrations`."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Folder, label and name of the app; its declarations are registered when it is ready."""

    name = "keguan.integrations"
    label = "integrations"
    verbose_name = "对外连接"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare record types, verbs and the meaning of constraints."""
        from keguan.integrations import commands, constraints, facts  # noqa: F401
