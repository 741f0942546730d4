"""From packs to rulebooks: the body of a rulebook (plain JSON, hashed) and its compiled controls.

A *body* is everything that decides, and nothing else: roles, declared fields, parameter values, policies with their
controls. Clause texts stand in the policy's versions. The same body always compiles to the same controls.
"""

import hashlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from keguan.kernel.commands.rows import canonical
from keguan.kernel.records.labels import Label
from keguan.org.calendars import Calendars
from keguan.policies.book import BookDraft, Entry
from keguan.policies.declarations import fields_of, parameter_of
from keguan.policies.engines import Control, Declaring, Rulebook, compiled_hooks, engines
from keguan.policies.faults import Faulty, Place
from keguan.policies.packs.pack import Pack, Policy, Written, read_pack
from keguan.policies.packs.wording import validate

Body = Mapping[str, Any]
ENGINE = Label("引擎", "engine")
CONTROL = Label("管控项", "control")
MOST_KEPT = 64
BASE = "base"
BASE_FOLDER = Path(__file__).with_name(BASE)

_kept: dict[str, Rulebook] = {}
_lock = threading.Lock()


def declarations(pack: Pack) -> dict[str, Any]:
    """What a pack declares, as its record keeps it: roles, fields, parameters."""
    body = pack.form.model_dump(mode="json", exclude_none=True)
    return {name: body.get(name, {}) for name in ("roles", "fields", "parameters")}


def policy_body(policy: Policy) -> dict[str, Any]:
    """A policy's clauses and controls as a version keeps them."""
    return {
        "clauses": [
            {
                "number": clause.number,
                "heading": clause.heading,
                "text": clause.text,
                "level": clause.level,
                "up": clause.up,
                "rules": list(clause.rules),
            }
            for clause in policy.clauses
        ],
        "controls": [
            {"engine": control.engine, "at": control.place.position, "form": dict(control.raw)}
            for control in policy.controls
        ],
        "running": policy.running if isinstance(policy.running, str) else dict(policy.running),
    }


def digest(body: Body) -> str:
    """The content hash of a rulebook's body."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def book_body(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """One body from the parts in force, each {pack, title, currency, roles, fields, parameters, values, policies}.

    A policy of a later part replaces one of the same code in an earlier: a pack's own `access` replaces the product's.
    """
    body: dict[str, Any] = {"roles": {}, "fields": {}, "parameters": {}, "values": {}, "currency": "CNY"}
    policies: dict[str, dict[str, Any]] = {}
    for part in parts:
        body["roles"].update(part["roles"])
        for record_type, fields in part["fields"].items():
            body["fields"].setdefault(record_type, {}).update(fields)
        body["parameters"].update(part["parameters"])
        body["values"].update(part["values"])
        body["currency"] = part["currency"]
        for policy in part["policies"]:
            policies[policy["code"]] = {
                "code": policy["code"],
                "title": policy["title"],
                "number": policy["number"],
                "clauses": [clause["number"] for clause in policy["body"]["clauses"]],
                "controls": policy["body"]["controls"],
                "running": policy["body"]["running"],
            }
    return {**body, "policies": list(policies.values())}


def draft(body: Body) -> BookDraft:
    """What the controls of a body may name, without its entries."""
    currency = body["currency"]
    return BookDraft(
        roles={code: Label(words["zh"], words["en"]) for code, words in body["roles"].items()},
        declared={name: fields_of(fields, currency) for name, fields in body["fields"].items()},
        parameters={
            name: parameter_of(name, declared, body["values"].get(name), currency)
            for name, declared in body["parameters"].items()
        },
        currency=currency,
    )


def written_of(body: Body) -> list[Written]:
    """The controls of a stored body, without lines: they were checked when the body was made."""
    return [
        Written(
            control["engine"],
            control["form"],
            Place(
                "",
                0,
                policy["code"],
                policy["title"],
                policy["clauses"][control["at"]],
                control["at"],
                version=policy["number"],
            ),
        )
        for policy in body["policies"]
        for control in policy["controls"]
    ]


def compile_controls(book: BookDraft, written: Sequence[Written]) -> list[Control]:
    """Compile every control and run the static checks; what is wrong stands in `book.faults`."""
    book.entries = tuple(_entry(book, control) for control in written)
    _declare(book)
    controls = [
        control for entry in book.entries if entry.form is not None and (control := _compiled(book, entry)) is not None
    ]
    controls = _standing(book, controls)
    for engine in engines.values():
        book.report(*engine.checks(controls, book))
    return controls


def _standing(book: BookDraft, controls: Sequence[Control]) -> list[Control]:
    """The controls without those that others override; one on trial or without its parameters overrides nothing."""
    overridden: dict[str, str] = {}
    for control in controls:
        for i, name in enumerate(control.form.overrides):
            entry = book.find(control.policy, name)
            key = f"{entry.place.policy}#{entry.form.id}" if entry is not None else ""
            if entry is None:
                known = [f"{e.place.policy}#{e.form.id}" for e in book.entries if e.form is not None]
                book.report(control.place.unknown(CONTROL, name, known, "overrides", i))
            elif key == control.key or overridden.get(control.key) == key:
                book.report(control.place.fault(
                    Label(f"{name} 与本项互相取代", f"{name} and this control override each other"),
                    Label("只留一处 overrides", "leave one of them out"), "overrides", i,
                ))  # fmt: skip
            elif not control.trial and control.is_configured:
                overridden[key] = control.key
    return [control for control in controls if control.key not in overridden]


def _declare(book: BookDraft) -> None:
    """Let controls bring the names that others use, whatever order they are written in."""
    declaring = [
        (engine.turn, entry)
        for entry in book.entries
        if entry.form is not None and isinstance(engine := engines[entry.engine], Declaring)
    ]
    for _, entry in sorted(declaring, key=lambda pair: pair[0]):
        engine = engines[entry.engine]
        if isinstance(engine, Declaring):
            engine.declare(entry.form, entry.place, book)


def _entry(book: BookDraft, control: Written) -> Entry:
    engine = engines.get(control.engine)
    if engine is None:
        book.report(control.place.unknown(ENGINE, control.engine, engines))
        return Entry(control.engine, None, control.place)
    form = validate(engine.form, control.raw, control.place, book.report)
    return Entry(control.engine, form, control.place)


def _compiled(book: BookDraft, entry: Entry) -> Control | None:
    count = len(book.faults)
    try:
        control = engines[entry.engine].compile(entry.form, entry.place, book)
    except Faulty as error:
        book.report(*error.faults)
        return None
    return control if len(book.faults) == count else None


def compiled(body: Body) -> Rulebook:
    """What the body's policies and parameters compile to; `Faulty` where they do not.

    Kept by the hash of what compiles them: another calendar or shift plan compiles nothing anew.
    """
    key = digest({name: part for name, part in body.items() if name != "calendars"})
    with _lock:
        found = _kept.get(key)
    if found is None:
        found = _compile(body, key)
        with _lock:
            if len(_kept) >= MOST_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[key] = found
    return found


def _compile(body: Body, key: str) -> Rulebook:
    book = draft(body)
    controls = compile_controls(book, written_of(body))
    if book.faults:
        raise Faulty(book.faults)
    made = Rulebook(
        0,
        key,
        tuple(controls),
        book.roles,
        book.parameters,
        book.declared,
        {policy["code"]: policy["title"] for policy in body["policies"]},
        book.currency,
        {policy["code"]: policy["number"] for policy in body["policies"]},
        {policy["code"]: policy["running"] for policy in body["policies"]},
    )
    for hook in compiled_hooks:
        hook(made)
    return made


def rulebook_of(number: int, body: Body, content_hash: str) -> Rulebook:
    """The rulebook of a stored body. `Faulty` where the product no longer has what a control names.

    Books that differ in their calendars only share their controls, and what engines derived from these.
    """
    calendars = Calendars(body.get("calendars") or {})
    return replace(compiled(body), number=number, hash=content_hash, calendars=calendars)


def part_of(pack: Pack, values: Mapping[str, Any]) -> dict[str, Any]:
    """A pack's part of a rulebook's body, with all its policies."""
    declared = declarations(pack)
    return {
        "pack": pack.code,
        "currency": pack.form.currency,
        **declared,
        "values": {**stated_values(declared), **values},
        "policies": [
            {"code": policy.code, "title": policy.title, "number": 1, "body": policy_body(policy)}
            for policy in pack.policies
        ],
    }


def stated_values(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Values that a pack gives its parameters itself, because the policy's text states them."""
    return {
        name: parameter["value"]
        for name, parameter in declared["parameters"].items()
        if parameter.get("value") is not None
    }


@cache
def base_pack() -> Pack:
    """The product's own pack: nobody may do anything but what it grants, until a company's pack grants more."""
    return read_pack(BASE_FOLDER)


def base_part() -> dict[str, Any]:
    """The base's part of a body."""
    return part_of(base_pack(), {})
