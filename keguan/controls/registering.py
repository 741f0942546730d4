"""What a register needs beside its declaration: its view in the database, and the model that lists read.

The view is made at adoption, with the owner's rights; the model is made with the declaration, in every process.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from keguan.controls import scopes
from keguan.controls.engines.register_types import Declared, adopted, declared_hooks
from keguan.controls.engines.registers import RegisterControl
from keguan.kernel.commands.rows import Rows, canonical
from keguan.kernel.records.types import Fact, columns_of
from keguan.policies.compiling import rulebook_of
from keguan.policies.engines import Rulebook, on_compiled

FIELDS: dict[str, Any] = {
    "text": lambda: models.TextField(null=True),
    "uuid": lambda: models.UUIDField(null=True),
    "integer": lambda: models.IntegerField(null=True),
    "bigint": lambda: models.BigIntegerField(null=True),
    "boolean": lambda: models.BooleanField(null=True),
    "date": lambda: models.DateField(null=True),
    "timestamptz": lambda: models.DateTimeField(null=True),
    "jsonb": lambda: models.JSONField(null=True),
    "uuid[]": lambda: ArrayField(models.UUIDField(), null=True),
    "text[]": lambda: ArrayField(models.TextField(), null=True),
}
PLAIN = ("numeric", "integer", "bigint", "boolean", "uuid", "date", "timestamptz", "uuid[]", "text[]")


def make_views(rulebooks: Iterable[Rulebook]) -> None:
    """The views and indexes of the registers of these rulebooks. Some statements for each register."""
    rows = Rows()
    for name, control in {c.plan.name: c for book in rulebooks for c in book.controls
                          if isinstance(c, RegisterControl)}.items():  # fmt: skip
        kind, plan = control.type, control.plan
        _make(rows, name, None, kind.facts, plan.indexed)
        for line in kind.lines:
            _make(rows, name, line.name, line.facts, ())


def _make(rows: Rows, name: str, line: str | None, facts: Iterable[Fact], indexed: Iterable[str]) -> None:
    columns = [[column, _plain(sql)] for column, sql in columns_of(list(facts))]
    rows.select("select keguan_register(%s, %s, %s::jsonb, %s)", [name, line, canonical(columns), list(indexed)])


def _plain(sql: str) -> str:
    base = sql.partition("(")[0].strip()
    return base if base in PLAIN else "text"


def make_model(declared: Declared) -> None:
    """The model of a register, made anew where a later version has more fields."""
    kind = declared.type
    columns: dict[str, Any] = {}
    for column, sql in columns_of(kind.facts):
        base = _plain(sql)
        columns[column] = (
            models.DecimalField(max_digits=38, decimal_places=10, null=True) if base == "numeric" else FIELDS[base]()
        )
    name = f"Register_{kind.name}"
    apps.all_models["controls"].pop(name.lower(), None)
    meta = type("Meta", (), {"managed": False, "db_table": kind.table, "app_label": "controls"})
    body = {"__module__": __name__, "__doc__": kind.label.en, "Meta": meta, "id": models.UUIDField(primary_key=True)}
    type(name, (models.Model,), {**body, **columns})
    apps.clear_cache()
    scopes.model_of.cache_clear()


def new_rulebooks(rows: Rows, since: int) -> list[Rulebook]:
    """The rulebooks that an act on policies entered after the one of that number, compiled, not kept."""
    found = rows.select("select number, hash, body from kernel_rulebook where number > %s order by number", [since])
    return [rulebook_of(row["number"], row["body"], row["hash"]) for row in found]


def note_adopted(book: Rulebook) -> None:
    """What a rulebook declares must be kept by later versions."""
    for control in book.controls:
        if isinstance(control, RegisterControl):
            known = adopted.get(control.plan.name)
            if known is None or len(known.facts) <= len(control.plan.facts):
                adopted[control.plan.name] = control.plan


declared_hooks.append(make_model)
on_compiled(note_adopted)
