"""The Django app of `imports`."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Folder, label and name of the app; its declarations are registered when it is ready."""

    name = "keguan.imports"
    label = "imports"
    verbose_name = "导入"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare the record type and its verbs; the importers of the company's own records; the long work."""
        from keguan.imports import commands, facts, people, units  # noqa: F401
        from keguan.imports.queries import running
        from keguan.imports.running import carry_on
        from keguan.longwork.kinds import Kind, register

        register(Kind("import", running, carry_on))
