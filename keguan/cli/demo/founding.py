"""Founding the demo company: partitions for its past, its policies, its people, and their sign-ins."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from keguan.cli.faults import CommandFault
from keguan.cli.scenarios.cast import found
from keguan.cli.scenarios.running import SYSTEM, World
from keguan.controls.gate import run as gate
from keguan.kernel import clock
from keguan.kernel.journal import partitions
from keguan.org.models import Calendar, Person
from keguan.org.models import User as SignIn
from keguan.org.sign_in import set_password
from keguan.policies.adoption import adopt, ensure_base
from keguan.policies.models import Pack as StoredPack
from keguan.policies.packs.forms import OrganisationForm
from keguan.policies.packs.pack import Pack

FOLDER = Path(__file__).parents[3] / "demo"
PASSWORD = "keguan-demo"  # noqa: S105 – printed for everybody: the company is invented
EVE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Beginning:
    """How the company begins: its policies the day before, then its people. `later` are those who join later."""

    at: dt.datetime
    pack: Pack
    organisation: OrganisationForm
    values: Mapping[str, Any] = field(default_factory=dict)
    later: Collection[str] = ()
    effective_on: dt.date | None = None


def material(name: str) -> dict[str, Any]:
    """A file of the demo's material."""
    from ruamel.yaml import YAML

    place = FOLDER / name
    if not place.exists():
        raise CommandFault(f"没有找到示范公司的资料：{place}", f"the demo's material is not there: {place}")
    found_: dict[str, Any] = YAML(typ="safe").load(place)
    return found_


def cast_of(pack: Pack) -> OrganisationForm:
    """The pack's invented company."""
    if pack.organisation is None:
        raise CommandFault("这个制度包没有示范公司", "this pack has no demo company")
    return pack.organisation


def founded(beginning: Beginning) -> World:
    """The company as it stands on its first day."""
    now = clock.now()
    partitions.cover((beginning.at - EVE).date(), now.date())
    with clock.pinned(beginning.at - EVE):
        ensure_base(gate, SYSTEM)
        adopt(gate, SYSTEM, beginning.pack, effective_on=beginning.effective_on, values=dict(beginning.values) or None)
    with clock.pinned(beginning.at):
        names = found(gate, SYSTEM, beginning.organisation, beginning.pack.form.currency)
        names.records["calendar"] = ("calendar", Calendar.objects.get(unit=None, person=None).id)
        names.records["pack"] = ("pack", StoredPack.objects.get(code=beginning.pack.code).id)
        _grant({key: name for name, key in names.people.items() if name not in beginning.later})
    return World(names, beginning.pack)


def username(name: str) -> str:
    """By what somebody of the cast signs in: the first part of the name the pack gives him."""
    return name.partition("_")[0]


def _grant(people: Mapping[UUID, str]) -> None:
    gate(SYSTEM, "person.grant_sign_in", [(key, {"username": username(name)}) for key, name in people.items()])


def let_in() -> None:
    """Give everybody who may sign in and works here the one password."""
    known = set(SignIn.objects.values_list("person_id", flat=True))
    for person in Person.objects.exclude(username=None).filter(left_on=None).exclude(id__in=known).order_by("id"):
        set_password(person.id, person.username or "", PASSWORD)
