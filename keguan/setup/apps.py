"""The Django app of `setup`."""

from django.apps import AppConfig


class SetupConfig(AppConfig):
    """Folder, label and name of the app; its declarations are registered when it is ready."""

    name = "keguan.setup"
    label = "setup"
    verbose_name = "启用"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the record type, its verbs and the meaning of constraints."""
        from keguan.setup import commands, constraints, facts  # noqa: F401
