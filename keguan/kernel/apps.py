"""The kernel as a Django app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Owns the journal and what commands need; declares the record types of the machinery itself."""

    name = "keguan.kernel"
    label = "kernel"
    verbose_name = "核心"

    def ready(self) -> None:
        """Register the kernel's own declarations."""
        from keguan.kernel.commands import batches  # noqa: F401
        from keguan.kernel.journal import facts, readings  # noqa: F401
