"""Adopting a pack as one act: its roles are declared, its policies take effect; all of it or nothing."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Refused
from keguan.org.models import Role
from keguan.policies.compiling import BASE, base_pack
from keguan.policies.faults import Faulty
from keguan.policies.models import Pack as StoredPack
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import Pack

Run = Callable[[Context, str, Sequence[tuple[UUID | None, Mapping[str, Any]]]], list[Outcome]]


class NotAdopted(Exception):
    """The pack was not adopted; `refused` says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__("; ".join(reason.message.en for reason in refused.reasons))
        self.refused = refused


def adopt(
    run: Run,
    ctx: Context,
    pack: Pack,
    *,
    effective_on: dt.date | None = None,
    running: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> Outcome:
    """Adopt a pack, or publish the changes of one that is adopted already. `run` is the gate.

    `effective_on` overrides what the policies say; `values` are parameter values by name. `Faulty` for faults in the
    pack, `NotAdopted` where the act is refused; nothing is changed then.
    """
    _, faults = check_pack(pack, values)
    if faults:
        raise Faulty(faults)
    files = {file: text for file, text in pack.texts.items() if file == "pack.yaml" or file.startswith("policies/")}
    args: dict[str, Any] = {"files": files, "effective_on": effective_on, "running": running}
    with transaction.atomic():
        declare_roles(run, ctx, pack)
        stored = StoredPack.objects.filter(code=pack.code).first()
        if stored is None:
            [outcome] = run(ctx, "policy.adopt", [(None, {**args, "values": dict(values or {})})])
        else:
            [outcome] = run(ctx, "policy.publish", [(stored.id, args)])
        _taken(outcome)
        if stored is not None and isinstance(outcome, Done):
            for name, value in (values or {}).items():
                given = {"parameter": name, "value": value, "effective_on": effective_on}
                _taken(run(ctx, "parameter.set", [(stored.id, given)])[0])
    return outcome


def ensure_base(run: Run, ctx: Context) -> bool:
    """Adopt the product's own pack where it is missing; gives whether it was."""
    if StoredPack.objects.filter(code=BASE).exists():
        return False
    adopt(run, ctx, base_pack())
    return True


def declare_roles(run: Run, ctx: Context, pack: Pack) -> None:
    """Make the pack's roles known by their names, so that posts can be established for them."""
    known = {role.code: role for role in Role.objects.filter(code__in=list(pack.form.roles))}
    new: list[tuple[UUID | None, Mapping[str, Any]]] = []
    renamed: list[tuple[UUID | None, Mapping[str, Any]]] = []
    for code, words in pack.form.roles.items():
        names = {"zh": words.zh, "en": words.en, "source": pack.code}
        if code not in known:
            new.append((None, {"code": code, **names}))
        elif (known[code].zh, known[code].en) != (words.zh, words.en):
            renamed.append((known[code].id, names))
    for verb, items in (("role.declare", new), ("role.rename", renamed)):
        for outcome in run(ctx, verb, items) if items else ():
            _taken(outcome)


def _taken(outcome: Outcome) -> None:
    if isinstance(outcome, Refused):
        raise NotAdopted(outcome)
