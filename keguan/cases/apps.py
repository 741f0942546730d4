"""The cases app: registers its record type, verbs and setting when Django is ready."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Complaints and what else customers bring."""

    name = "keguan.cases"
    label = "cases"
    verbose_name = "工单"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare facts and verbs, and the words for violated constraints."""
        from keguan.cases import (  # noqa: F401
            commands,
            constraints,
            facts,
            handling,
            importing,
            notes,
            relating,
            subtasks,
        )
