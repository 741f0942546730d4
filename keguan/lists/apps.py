"""The Django app of `lists`."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    """Folder, label and name of the app; its declarations are registered when it is ready."""

    name = "keguan.lists"
    label = "lists"
    verbose_name = "列表"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare record types, verbs and the meaning of constraints; the long work."""
        from keguan.lists import bulk_commands, constraints, facts, view_commands  # noqa: F401
        from keguan.lists.bulk import carry_on, running
        from keguan.longwork.kinds import Kind, register

        register(Kind("bulk", running, lambda key: carry_on(key).stage))
