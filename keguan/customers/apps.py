"""The Django app of `customers`."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Folder, label and name of the app; its declarations are registered when it is ready."""

    name = "keguan.customers"
    label = "customers"
    verbose_name = "客户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare record types, verbs and the meaning of constraints."""
        from keguan.customers import commands, constraints, contact_commands, facts, importing  # noqa: F401
