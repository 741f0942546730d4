"""A pack as read: its policies with their clause trees and controls, roles, fields, parameters, cast and scenarios.

`read_pack` tells every fault at once and gives nothing when there is any; compiling (controls against the product's
vocabulary) is a later step.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from keguan.kernel.records.labels import Label
from keguan.policies.engines import noted
from keguan.policies.faults import Fault, Faulty, Place
from keguan.policies.packs.folder import Folder, read_folder
from keguan.policies.packs.forms import ClauseForm, Form, OrganisationForm, PackForm, PolicyForm
from keguan.policies.packs.text import Document, read
from keguan.policies.packs.wording import validate

DEEPEST_CLAUSE = 6


@dataclass(frozen=True)
class Written:
    """A control as written: its engine's name, its raw form, where it stands."""

    engine: str
    raw: Mapping[str, Any]
    place: Place


@dataclass(frozen=True)
class Clause:
    """A clause of a policy, flattened: `level` counts from 0, `up` is the position of the clause above (or None)."""

    number: str
    heading: str
    text: str
    level: int
    up: int | None
    rules: tuple[str, ...]
    controls: tuple[Written, ...]


@dataclass(frozen=True, eq=False)
class Policy:
    """A policy as read from one file; `text` is that file."""

    code: str
    title: str
    file: str
    text: str
    clauses: tuple[Clause, ...]
    effective_on: dt.date | None = None
    ends_on: dt.date | None = None
    running: str | Mapping[str, str] = "keep"

    @property
    def controls(self) -> Iterator[Written]:
        """All controls in the order of the clauses."""
        return (control for clause in self.clauses for control in clause.controls)


@dataclass(frozen=True)
class Pack:
    """A pack without faults of form. `texts` are its files (relative path → text), as adoption keeps them."""

    form: PackForm
    policies: tuple[Policy, ...]
    organisation: OrganisationForm | None = None
    scenarios: tuple[Document, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    place: Place = field(default_factory=Place)

    @property
    def code(self) -> str:
        """The pack's id: that of its ledger."""
        return self.form.pack

    @property
    def rules(self) -> frozenset[str]:
        """All rule ids that its clauses and controls cite."""
        of_clauses = (rule for policy in self.policies for clause in policy.clauses for rule in clause.rules)
        of_controls = (
            rule for policy in self.policies for control in policy.controls for rule in control.raw.get("rules", ())
        )
        return frozenset((*of_clauses, *of_controls))


def read_pack(root: Path) -> Pack:
    """The pack in a folder. `Faulty` with all faults of files, YAML and forms where there is any."""
    pack, faults = load_pack(root)
    if faults or pack is None:
        raise Faulty(faults)
    return pack


def load_pack(root: Path) -> tuple[Pack | None, list[Fault]]:
    """What can be read of a pack, and all its faults: so that compiling can tell its own faults beside them."""
    return assemble(read_folder(root), root.resolve().name)


def pack_from_texts(texts: Mapping[str, str]) -> tuple[Pack | None, list[Fault]]:
    """The same from texts by relative path, as a request gives them."""
    return assemble(Folder(Path(), dict(texts)), None)


def assemble(folder: Folder, name: str | None) -> tuple[Pack | None, list[Fault]]:
    """Put a pack together from its texts; `name` is the folder's, which the pack's id must be."""
    faults = list(folder.faults)
    documents = {file: read(file, text) for file, text in sorted(folder.texts.items())}
    for document in documents.values():
        faults.extend(document.faults)
    head = documents.get("pack.yaml")
    form: PackForm | None = _form(PackForm, head, faults) if head else None
    policies = []
    for file, document in documents.items():
        if file.startswith("policies/"):
            policy, wrong = _policy(file, document.text)
            faults.extend(wrong)
            policies += [policy] if policy else []
    organisation = (
        _form(OrganisationForm, documents["organisation.yaml"], faults) if "organisation.yaml" in documents else None
    )
    faults.extend(_unknown_files(documents))
    faults.extend(_twice(policies))
    if form is None or head is None:
        return None, faults
    place = Place(head.file, 1, lines=head.lines)
    if name is not None and form.pack != name:
        message = Label(
            f"制度包叫“{form.pack}”，文件夹却叫“{name}”", f"the pack is “{form.pack}” but its folder “{name}”"
        )
        faults.append(place.fault(message, Label("让两者一致", "make them the same"), "pack"))
    scenarios = tuple(document for file, document in documents.items() if file.startswith("scenarios/"))
    return Pack(form, tuple(policies), organisation, scenarios, dict(folder.texts), place), faults


def read_policy(file: str, text: str) -> tuple[Policy | None, list[Fault]]:
    """One policy on its own, as it would stand in a pack, and its faults."""
    policy, faults = _policy(file, text)
    return policy, [*read(file, text).faults, *faults, *_twice([policy] if policy else [])]


def _form(form: type[Form], document: Document, faults: list[Fault]) -> Any:
    if document.data is None:
        return None
    return validate(form, document.data, Place(document.file, 1, lines=document.lines), faults.append)


def _unknown_files(documents: Mapping[str, Document]) -> Iterable[Fault]:
    for file in documents:
        if "/" not in file and file not in ("pack.yaml", "organisation.yaml"):
            message = Label("不认识的文件", "unknown file")
            cure = Label("放到 policies/ 或 scenarios/ 里", "put it under policies/ or scenarios/")
            yield Fault(file, 0, "", message, cure)


@lru_cache(maxsize=64)
def _policy(file: str, text: str) -> tuple[Policy | None, tuple[Fault, ...]]:
    """The policy of a file with the faults of its form; kept as its document is."""
    document, faults = read(file, text), list[Fault]()
    form: PolicyForm | None = _form(PolicyForm, document, faults)
    if form is None:
        return None, tuple(faults)
    clauses: list[Clause] = []
    for position, clause in enumerate(form.clauses):
        _clauses(document, form, clause, ("clauses", position), None, clauses, faults)
    if form.effective and form.until and form.until <= form.effective:
        place = Place(document.file, 1, lines=document.lines)
        message = Label("结束日期不晚于施行日期", "it ends before it takes effect")
        faults.append(place.fault(message, Label("改一个日期", "change one of the dates"), "until"))
    policy = Policy(form.policy, form.title, file, text, tuple(clauses), form.effective, form.until, form.running)
    return policy, tuple(faults)


def _clauses(
    document: Document,
    policy: PolicyForm,
    form: ClauseForm,
    path: tuple[str | int, ...],
    up: int | None,
    found: list[Clause],
    faults: list[Fault],
) -> None:
    """Flatten one clause and those under it."""
    level = 0 if up is None else found[up].level + 1
    place = Place(document.file, document.line(*path), policy.policy, policy.title, form.clause, len(found))
    if level > DEEPEST_CLAUSE:
        message = Label("条款嵌套太深", "clauses are nested too deeply")
        faults.append(place.fault(message, Label(f"至多 {DEEPEST_CLAUSE} 层", f"at most {DEEPEST_CLAUSE} levels")))
        return
    first = next((line for line, clause in enumerate(found) if clause.number == form.clause), None)
    if first is not None:
        message = Label(f"条款“{form.clause}”出现两次", f"the clause “{form.clause}” stands there twice")
        cure = Label("给其中一条改编号", "give one of them another number")
        faults.append(Fault(document.file, document.line(*path, "clause"), form.clause, message, cure))
    controls = []
    for position, entry in enumerate(form.controls):
        inside = (*path, "controls", position)
        if len(entry) != 1 or not isinstance(next(iter(entry.values())), dict):
            message = Label("一项管控应写成“引擎: 内容”", "a control is written as “engine: what it says”")
            cure = Label("例如 - deadline: 换行缩进写内容", "for example - deadline: with its keys indented below")
            faults.append(Fault(document.file, document.line(*inside), form.clause, message, cure))
            continue
        [(engine, raw)] = entry.items()
        lines = document.inside(*inside, engine)
        where = Place(
            document.file,
            document.line(*inside, engine),
            policy.policy,
            policy.title,
            form.clause,
            len(found),
            lines,
        )
        controls.append(Written(engine, noted(engine, raw), where))
    here = len(found)
    found.append(Clause(form.clause, form.heading or "", form.text, level, up, form.rules, tuple(controls)))
    for position, clause in enumerate(form.clauses):
        _clauses(document, policy, clause, (*path, "clauses", position), here, found, faults)


def _twice(policies: Iterable[Policy]) -> Iterable[Fault]:
    """Control ids that stand twice in a policy, and versions of a policy whose days overlap."""
    by_code: dict[str, list[Policy]] = {}
    for policy in policies:
        by_code.setdefault(policy.code, []).append(policy)
        seen: dict[str, int] = {}
        for control in policy.controls:
            name = str(control.raw.get("id"))
            if name in seen:
                message = Label(
                    f"管控“{name}”出现两次（第一次在第 {seen[name]} 行）",
                    f"the control “{name}” stands there twice (first in line {seen[name]})",
                )
                yield control.place.fault(message, Label("给其中一项改 id", "give one of them another id"), "id")
            seen.setdefault(name, control.place.line_of("id"))
    for versions in by_code.values():
        ordered = sorted(versions, key=lambda policy: (policy.effective_on or dt.date.min, policy.file))
        for earlier, later in pairwise(ordered):
            if earlier.ends_on is None or later.effective_on is None or later.effective_on < earlier.ends_on:
                message = Label(
                    f"“{later.code}”的两个版本在日期上重叠（另一个在 {earlier.file}）",
                    f"two versions of “{later.code}” overlap (the other is in {earlier.file})",
                )
                cure = Label(
                    "给前一版写 until，等于后一版的 effective", "end the earlier one: until = effective of the later"
                )
                document = read(later.file, later.text)
                yield Fault(later.file, document.line("effective"), "", message, cure)
