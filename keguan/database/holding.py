"""One way to have the database at hand, wherever it is."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass

from keguan.database.address import ROLE_VARIABLE, Address, Role, address
from keguan.database.embedded import EmbeddedServer, embedded_server
from keguan.database.outside import check_outside, check_owner
from keguan.database.places import cluster_directory
from keguan.database.roles import web_role_works


@dataclass(frozen=True, slots=True)
class Held:
    """A database that can be reached."""

    address: Address
    server: EmbeddedServer | None

    def revive(self) -> bool:
        """Start the embedded server again if it died; whether it had. An outside server is its owner's business."""
        return self.server.revive() if self.server else False

    def take_role(self, wanted: Role) -> Role:
        """Settle the role of this process and its children: the run-time role only where it can sign in.

        Django reads it when its settings are loaded, so this comes before.
        """
        is_web = wanted == "web" and (self.address.is_embedded or web_role_works(self.address))
        role: Role = "web" if is_web else "owner"
        os.environ[ROLE_VARIABLE] = role
        return role


@contextlib.contextmanager
def hold(role: Role = "web") -> Iterator[Held]:
    """Make the database reachable for the block, as `role`.

    The embedded server is started or shared, an outside one is checked. Raises `DatabaseFault`. Must come before
    Django's settings are loaded.
    """
    there = address()
    if there.is_embedded:
        with embedded_server(cluster_directory()) as server:
            held = Held(there, server)
            held.take_role(role)
            yield held
    else:
        check_outside(there)
        if role == "owner":
            check_owner(there)
        held = Held(there, None)
        held.take_role(role)
        yield held
