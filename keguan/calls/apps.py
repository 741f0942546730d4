"""The Django app of `calls`."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Folder, label and name of the app; its declarations are registered when it is ready."""

    name = "keguan.calls"
    label = "calls"
    verbose_name = "来电"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare record types, verbs and the meaning of constraints."""
        from keguan.calls import commands, constraints, facts  # noqa: F401
