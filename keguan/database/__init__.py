"""The database: embedded or elsewhere. The only package that knows the difference; it knows no table of the product.

`hold()` makes the database reachable for a block; `django_databases()` gives Django its settings; `grant_web_role()`
keeps the running program from changing the journal.
"""

from keguan.database.address import Role, django_databases, owner_conninfo
from keguan.database.faults import DatabaseFault
from keguan.database.holding import Held, hold
from keguan.database.places import data_directory
from keguan.database.roles import grant_web_role

__all__ = [
    "DatabaseFault",
    "Held",
    "Role",
    "data_directory",
    "django_databases",
    "grant_web_role",
    "hold",
    "owner_conninfo",
]
