"""How a subcommand gets its database."""

import contextlib
import os
from collections.abc import Iterator

from keguan import database
from keguan.site.garbage import begin, settle


@contextlib.contextmanager
def opened(role: database.Role = "web") -> Iterator[None]:
    """The database reachable and Django ready for the block; starts the embedded server if nobody has.

    Where Django is ready already (tests call subcommands so) everything stays as it is.
    """
    from django.apps import apps

    if apps.ready:
        yield
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keguan.site.settings")
    begin()
    with database.hold(role):
        import django
        from django.db import connections

        django.setup()
        settle()
        try:
            yield
        finally:
            connections.close_all()
