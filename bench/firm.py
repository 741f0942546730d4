"""The demo company, founded by its own commands in a database like a customer's: with sign-ins and some history."""

import contextlib
import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from uuid import UUID


class Firm:
    """Its people by sign-in name."""

    def __init__(self) -> None:
        from keguan.cli.demo.command import prepare
        from keguan.org.models import Company, Person
        from keguan.policies.rulebooks import forget

        if not Company.objects.exists():
            forget()
            prepare("weeks")
        found = Person.objects.exclude(username=None).values_list("username", "id")
        self.people: dict[str, UUID] = {str(name): key for name, key in found}

    def token(self, name: str) -> str:
        """A token by which a program acts for him."""
        from keguan.controls import gate
        from keguan.kernel import clock
        from keguan.kernel.commands.context import Context
        from keguan.kernel.commands.outcomes import Done
        from keguan.org.token_secrets import new_secret

        secret = new_secret()
        until = (clock.now() + dt.timedelta(days=1)).isoformat()
        facts = {"person": str(self.people[name]), "name": "bench", "digest": secret.digest, "hint": secret.hint}
        outcome = gate.run_one(Context(None, "command_line"), "token.issue", None, {**facts, "expires_at": until})
        assert isinstance(outcome, Done), outcome
        return secret.text

    def session(self, name: str) -> str:
        """The key of a session in which he is signed in to the pages."""
        from django.test import Client

        from keguan.org.models import User

        client = Client()
        client.force_login(User.objects.get(person=self.people[name]))
        return str(client.cookies["sessionid"].value)


@contextlib.contextmanager
def product_database() -> Iterator[None]:
    """The product's own database, migrated; in a test run the test's."""
    from django.apps import apps

    from keguan.cli.opening import opened

    if not apps.ready:
        subprocess.run([sys.executable, "-m", "keguan.cli", "migrate", "--quiet"], check=True, stdout=sys.stderr)
    with opened("owner"):
        yield
