"""From rows of a sheet to customers that could be added: their arguments, or what is wrong with the row.

Pure: names of people and units come in as tables. The same parser reads the arguments here and in the command.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keguan.customers.commands import add
from keguan.customers.mapping import EXTRA, KIND_OF_ALL
from keguan.customers.names import folded
from keguan.customers.phones import BETWEEN, read_phone
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.declared import read
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Item
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.kernel.sheets import Row, Sheet

IDENTIFYING = ("mobile", "landline", "international")
"""Kinds of numbers that tell customers apart; hotlines and numbers without area code do not."""

ALREADY_CODED = Label("编号相同", "the same number")
SAME_PHONE = Label("电话相同", "the same phone")
SAME_NAME = Label("名称相同", "the same name")


@dataclass(frozen=True, slots=True)
class Directory:
    """People and units by name; a name that several have stands with None."""

    people: Mapping[str, UUID | None] = field(default_factory=dict)
    units: Mapping[str, UUID | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row as arguments of `customer.add` (as text), with what is wrong and the keys by which it is recognised."""

    row: int
    args: dict[str, Any]
    reasons: tuple[Reason, ...] = ()
    keys: frozenset[tuple[str, str]] = frozenset()


def candidates(
    sheet: Sheet,
    mapping: Mapping[str, str],
    rows: Iterable[Row],
    directory: Directory,
    declared: Mapping[str, Fact] | None = None,
) -> Iterable[Candidate]:
    """A candidate for each row; values of `declared` fields are looked at where they are given."""
    places = [
        (place, mapping[str(column.index)])
        for place, column in enumerate(sheet.columns)
        if mapping.get(str(column.index))
    ]
    refused = sheet.refusals()
    for row in rows:
        args, reasons = _arguments(row, places, directory)
        if KIND_OF_ALL in mapping:
            args.setdefault("kind", mapping[KIND_OF_ALL])
        for finding in refused.get(row.number, ()):
            target = None if finding.column is None else mapping.get(str(sheet.columns[finding.column].index))
            if target or finding.column is None:
                reasons.append(Reason(finding.message, finding.cure, field=target, kind="input"))
        bad = {reason.field for reason in reasons}
        typed, wrong = parse(add, args)
        if declared is not None:
            wrong += read(add, declared, [Item(0, UUID(int=0), typed)]).get(0, [])
        reasons += [reason for reason in wrong if reason.field not in bad]
        yield Candidate(row.number, args, tuple(reasons), frozenset() if reasons else frozenset(identity(typed)))


def _arguments(
    row: Row, places: Sequence[tuple[int, str]], directory: Directory
) -> tuple[dict[str, Any], list[Reason]]:
    args: dict[str, Any] = {}
    reasons: list[Reason] = []
    for place, target in places:
        cell = row.cells[place]
        if not cell:
            continue
        if target in ("phones", "contact_phones"):
            args.setdefault(target, []).extend(part for part in BETWEEN.split(cell) if part.strip())
        elif target.startswith(EXTRA):
            args.setdefault("extra", {})[target.removeprefix(EXTRA)] = cell
        elif target in FINDERS:
            look, label = FINDERS[target]
            found = look(directory).get(folded(cell))
            if found is None:
                reasons.append(_unknown(label, cell, several=folded(cell) in look(directory), target=target))
            else:
                args[target] = str(found)
        else:
            args[target] = cell
    return args, reasons


FINDERS: dict[str, tuple[Callable[[Directory], Mapping[str, UUID | None]], Label]] = {
    "owner": (lambda directory: directory.people, Label("负责人", "Owner")),
    "unit": (lambda directory: directory.units, Label("归属部门", "Unit")),
}


def _unknown(label: Label, name: str, *, several: bool, target: str) -> Reason:
    if several:
        message = Label("“{label}”：叫“{name}”的不止一个", "“{label}”: there are several called “{name}”").format(
            label=label, name=name
        )
        cure = Label("请改用工号或编号", "give the staff or unit number instead")
    else:
        message = Label("“{label}”：公司里没有“{name}”", "“{label}”: there is no “{name}” in the company").format(
            label=label, name=name
        )
        cure = Label("请核对名称，或先在组织架构里添加", "check the name, or add it to the organisation first")
    return Reason(message, cure, field=target, kind="input")


def identity(args: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """By what a customer is recognised, from typed arguments of `customer.add`: the number given, its phones, an
    organisation's name; a person's name only where there is no phone.
    """
    if args.get("code"):
        yield "code", args["code"]
    numbers = [*(args.get("phones") or ()), *(args.get("contact_phones") or ())]
    yield from (("phone", number) for number in numbers if _identifies(number))
    if (args.get("kind") or "organisation") == "organisation":
        yield "organisation", folded(args["name"])
    elif not numbers:
        yield "person", folded(args["name"])


def _identifies(number: str) -> bool:
    """The one form of a number reads back as itself, so its kind can be asked again."""
    return read_phone(number).kind in IDENTIFYING


def first_rows(found: Iterable[Candidate]) -> dict[tuple[str, str], int]:
    """Each key with the first row that has it."""
    first: dict[tuple[str, str], int] = {}
    for candidate in found:
        for key in candidate.keys:
            first.setdefault(key, candidate.row)
    return first


def likeness(key: tuple[str, str]) -> Label:
    """What two customers with this key have in common."""
    return {"code": ALREADY_CODED, "phone": SAME_PHONE}.get(key[0], SAME_NAME)
