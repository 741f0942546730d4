"""The Django app of `controls`."""

from django.apps import AppConfig


class ControlsConfig(AppConfig):
    """Running controls: engines, approvals, obligations, evidence."""

    name = "keguan.controls"
    label = "controls"
    verbose_name = "管控"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the engines, and the record types and verbs of approvals and obligations."""
        from keguan.controls import (  # noqa: F401
            approver_commands,
            commands,
            constraints,
            decision_commands,
            engines,
            facts,
            obligation_commands,
            observations,
            overrides,
            proposals,
            reassign_commands,
            registering,
            signatures,
        )
        from keguan.controls.batch import people
        from keguan.controls.engines import posts, units
        from keguan.controls.live import spreading  # noqa: F401
        from keguan.policies import checking

        engines.register()
        for find in (posts.unheld, units.unknown_units):
            if find not in checking.finders:
                checking.finders.append(find)
        people.register()
