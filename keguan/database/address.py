"""How the database is reached: read from the environment. Connects to nothing.

`DATABASE_URL` names any server; without it the embedded one is used. `KEGUAN_WEB_DATABASE_URL` names the run-time role
where the owner may not make one. `KEGUAN_DATABASE_ROLE` (`owner` or `web`) is set by `hold()` for this process and its
children: who migrates is the owner, everything else the run-time role, if there is one.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from keguan.database import cluster
from keguan.database.faults import DatabaseFault
from keguan.database.places import cluster_directory

Role = Literal["owner", "web"]

ROLE_VARIABLE = "KEGUAN_DATABASE_ROLE"
_DJANGO_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


@dataclass(frozen=True, slots=True)
class Address:
    """libpq's parameters for the owner and for the run-time role (None: there is none, or it is not known)."""

    is_embedded: bool
    owner: dict[str, str]
    web: dict[str, str] | None

    def __repr__(self) -> str:
        """Without passwords."""
        return f"Address({self.where()})"

    def parameters(self, role: Role) -> dict[str, str]:
        """The parameters for `role`; the owner's where there is no other."""
        return self.web if role == "web" and self.web else self.owner

    def where(self) -> str:
        """Server and database for people: `host:port/name`."""
        return f"{self.owner.get('host', 'localhost')}:{self.owner.get('port', '5432')}/{self.owner['dbname']}"


def address() -> Address:
    """The database the environment names. Raises `DatabaseFault` for an address libpq cannot read."""
    given = os.environ.get("DATABASE_URL")
    if not given:
        place = cluster_directory()
        common = {"host": str(cluster.socket_place(place)), "dbname": "keguan"}
        return Address(is_embedded=True, owner=common | {"user": "keguan"}, web=common | {"user": "keguan_web"})
    owner = _read("DATABASE_URL", given)
    web_given = os.environ.get("KEGUAN_WEB_DATABASE_URL")
    if web_given:
        return Address(is_embedded=False, owner=owner, web=_read("KEGUAN_WEB_DATABASE_URL", web_given))
    return Address(is_embedded=False, owner=owner, web=_derived_web(owner))


def current_role() -> Role:
    """The role of this process."""
    given = os.environ.get(ROLE_VARIABLE)
    if given in ("owner", "web"):
        return "owner" if given == "owner" else "web"
    is_web_certain = not os.environ.get("DATABASE_URL") or os.environ.get("KEGUAN_WEB_DATABASE_URL")
    return "web" if is_web_certain else "owner"


def owner_conninfo() -> str:
    """A libpq connection string for the owner of the tables."""
    return make_conninfo(**address().owner)


def django_databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES for the role of this process.

    With `KEGUAN_DATABASE_POOL` (connections per process) a pool: after a restart of the server its connections are
    checked before use, and while the server is down a request waits five seconds and no longer.
    """
    parameters = dict(address().parameters(current_role()))
    database = {name: parameters.pop(key, "") for key, name in _DJANGO_NAMES.items()}
    options: dict[str, Any] = {"application_name": "keguan", "connect_timeout": "5", **parameters}
    pool = int(os.environ.get("KEGUAN_DATABASE_POOL", "0"))
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 5}
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **database,
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    }


def connect(parameters: dict[str, str]) -> psycopg.Connection:
    """A connection of our own, waiting five seconds at most for the server to answer."""
    return psycopg.connect(make_conninfo(**{"connect_timeout": "5", **parameters}))


def _read(variable: str, given: str) -> dict[str, str]:
    try:
        read = {name: str(value) for name, value in conninfo_to_dict(given).items() if value is not None}
    except psycopg.ProgrammingError as error:
        reason = str(error).strip()
        raise DatabaseFault(
            f"{variable} 读不懂（{reason}）。应形如 postgresql://用户:密码@主机:5432/keguan。",
            f"{variable} cannot be read ({reason}). It should look like postgresql://user:password@host:5432/keguan.",
        ) from error
    return {"dbname": "keguan"} | read


def _derived_web(owner: dict[str, str]) -> dict[str, str] | None:
    """The role an owner with CREATEROLE makes: every machine that knows the owner's password finds its password."""
    password = owner.get("password") or os.environ.get("PGPASSWORD")
    if not password:
        return None
    user = f"{owner['dbname']}_web"
    derived = hmac.new(password.encode(), f"keguan role {user}".encode(), hashlib.sha256).hexdigest()
    return owner | {"user": user, "password": derived}
