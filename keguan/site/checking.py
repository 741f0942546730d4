"""What Django itself can check without a database: the set-up, and that no migration is missing."""

import os
import sys
import warnings

import django
from django.core.management import CommandError, call_command


def main() -> int:
    """Run the checks; 1 and a sentence when one fails."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keguan.site.settings")
    django.setup()
    from django.apps import apps

    ours = [config.label for config in apps.get_app_configs() if config.name.startswith("keguan.")]
    try:
        call_command("check", fail_level="WARNING", verbosity=0)
        # there is no database here whose history could be compared
        warnings.filterwarnings("ignore", "Got an error checking a consistent migration history")
        call_command("makemigrations", *ours, check_changes=True, dry_run=True, interactive=False, verbosity=1)
    except (CommandError, SystemExit) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
