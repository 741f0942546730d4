"""The Django app of `longwork`: it holds no tables, only the worker's jobs."""

from django.apps import AppConfig


class LongWorkConfig(AppConfig):
    """Folder, label and name of the app."""

    name = "keguan.longwork"
    label = "longwork"
    verbose_name = "长任务"
