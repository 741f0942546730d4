"""The Django app of `policies`."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Folder, label and name of the app."""

    name = "keguan.policies"
    label = "policies"
    verbose_name = "制度"
    default_auto_field = "django.db.models.BigAutoField"
