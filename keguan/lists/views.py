"""Saved views of lists: one's own and those shared with one's units. A view shows nobody more than he may see.

It is no more than an address with a name: whoever opens it sees the list as his own rights have it.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from keguan.controls import gate, scopes
from keguan.controls.live.grants import Grants
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Fault, Outcome, Reason
from keguan.kernel.records.labels import Label
from keguan.lists.models import View
from keguan.org.models import Unit

MOST = 50
NOT_YOURS = Reason(
    Label("视图只能共享给您任职的部门", "a view can be shared with your own units only"),
    Label("换成您的部门，或不共享", "choose one of your units, or share it with nobody"),
    field="unit",
    kind="input",
)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as the viewer meets it: `by` and `unit` say who shared it with which unit."""

    id: UUID
    name: str
    query: str
    is_own: bool
    by: str = ""
    unit: str = ""


def saved(viewer: UUID, list_: str, known: Grants | None = None) -> list[SavedView]:
    """The viewer's views of a list and those shared with his units, by name. One statement besides his grants."""
    shared = Q(unit__in=_units(viewer, known))
    found = View.objects.filter(Q(opened_by=viewer) | shared, list=list_, removed_at=None).exclude(name="")
    return [
        SavedView(
            view.id,
            view.name,
            view.query,
            view.opened_by_id == viewer,
            view.opened_by.name,
            view.unit.name if view.unit else "",
        )
        for view in found.select_related("opened_by", "unit").order_by("name", "id")[:MOST]
    ]


def units(viewer: UUID, known: Grants | None = None) -> list[tuple[UUID, str]]:
    """The units with which the viewer may share: his own, those of his posts. One statement besides his grants."""
    return list(Unit.objects.filter(id__in=_units(viewer, known)).order_by("name").values_list("id", "name"))


def keep(ctx: Context, list_: str, name: str, query: str, unit: UUID | None) -> Outcome:
    """Save a view of the actor's; one of the same name becomes this. `Fault` for a unit that is none of his own."""
    viewer = ctx.actor
    assert viewer is not None  # noqa: S101 – a person saves a view
    if unit is not None and unit not in _units(viewer):
        raise Fault([NOT_YOURS])
    args = {"query": query, "unit": unit}
    mine = View.objects.filter(opened_by=viewer, list=list_, name=name, removed_at=None).first()
    if mine is not None:
        return gate.run_one(_for(ctx), "view.change", mine.id, args)
    return gate.run_one(_for(ctx), "view.save", None, {"name": name, "list": list_, **args})


def remove(ctx: Context, key: UUID) -> Outcome | None:
    """Remove a view of the actor's; nothing where it is not his."""
    if not View.objects.filter(id=key, opened_by=ctx.actor, removed_at=None).exists():
        return None
    return gate.run_one(_for(ctx), "view.remove", key, {})


def _for(ctx: Context) -> Context:
    return Context(None, ctx.channel, on_behalf_of=ctx.actor)


def _units(viewer: UUID, known: Grants | None = None) -> frozenset[UUID]:
    grants = known or scopes.grants(viewer)
    return grants.profile.units if grants is not None else frozenset()
