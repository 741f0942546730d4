"""The org app: registers its record types and verbs when Django is ready."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """Units, people, posts and sign-in."""

    name = "keguan.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare facts and verbs, and the words for violated constraints."""
        from keguan.org import commands, constraints, delegation_commands, facts  # noqa: F401
