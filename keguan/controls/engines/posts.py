"""Posts that nobody holds: roles that a pack's controls ask, and that its own organisation gives to no one."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from keguan.controls.people import Role
from keguan.kernel.records.labels import Label
from keguan.policies.engines import Control, Fault
from keguan.policies.packs.pack import Pack

SKIPPED = ("place", "form", "says", "message", "type", "gate")


def roles_asked(control: Control) -> frozenset[str]:
    """The roles whose holders a control asks, tells or holds to something."""
    found: set[str] = set()
    for field in dataclasses.fields(control):
        if field.name not in SKIPPED:
            found.update(_roles(getattr(control, field.name)))
    return frozenset(found)


def _roles(part: Any) -> Iterator[str]:
    if isinstance(part, Role):
        yield part.role
    elif dataclasses.is_dataclass(part) and not isinstance(part, type):
        if type(part).__module__.startswith("keguan.controls."):
            for field in dataclasses.fields(part):
                yield from _roles(getattr(part, field.name))
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from _roles(value)
    elif isinstance(part, tuple | list):
        for value in part:
            yield from _roles(value)


def unheld(controls: Sequence[Control], pack: Pack) -> Iterable[Fault]:
    """Controls that ask a post which nobody in the pack's organisation holds; nothing where it has none."""
    if pack.organisation is None:
        return
    held = {post.role for person in pack.organisation.people for post in person.posts}
    for control in controls:
        if control.place.policy not in {policy.code for policy in pack.policies}:
            continue
        for role in sorted(roles_asked(control) - held):
            words = pack.form.roles.get(role)
            name = words.zh if words else role
            yield control.place.fault(
                Label(f"岗位“{name}”没有人担任，{control.id} 找不到人",
                      f"nobody holds the post {role} that {control.id} asks"),
                Label("在 organisation.yaml 里任命一人，或换一个岗位",
                      "appoint somebody in organisation.yaml, or ask another post"),
            )  # fmt: skip
