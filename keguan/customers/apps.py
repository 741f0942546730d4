"""The Django app of `customers`."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Folder, label and name of the app."""

    name = "keguan.customers"
    label = "customers"
    verbose_name = "客户"
    default_auto_field = "django.db.models.BigAutoField"
