"""The Django app of `policies`."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Adopted packs and rulebooks; declares its record types and verbs when Django is ready."""

    name = "keguan.policies"
    label = "policies"
    verbose_name = "制度"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register declarations."""
        from keguan.mirror.following import before_following
        from keguan.org.following import add_follower
        from keguan.policies import calendar_commands, commands, facts  # noqa: F401
        from keguan.policies.entering import follow_company
        from keguan.policies.rulebooks import load_all

        add_follower(follow_company)
        before_following.append(load_all)
