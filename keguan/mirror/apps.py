"""The mirror as a Django app: it has a job, and no tables."""

from django.apps import AppConfig


class MirrorConfig(AppConfig):
    """Parquet parts that follow the seals."""

    name = "keguan.mirror"
    label = "mirror"
    verbose_name = "镜像"
