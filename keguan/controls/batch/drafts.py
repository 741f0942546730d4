"""A draft as it would be in force: a pack's folder, or one policy's file put over what is in force today."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keguan.kernel.records.labels import Label
from keguan.policies.compiling import (
    BASE,
    base_part,
    book_body,
    compile_controls,
    digest,
    draft,
    part_of,
    policy_body,
    rulebook_of,
    written_of,
)
from keguan.policies.engines import Rulebook
from keguan.policies.faults import Fault, Faulty
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.folder import LARGEST_FILE
from keguan.policies.packs.pack import Policy, read_pack, read_policy
from keguan.policies.packs.shelf import find_pack

Body = Mapping[str, Any]


def read_draft(name: str, current: Body) -> Rulebook:
    """The rulebook of a draft: `name` is a policy file, a pack's folder or its id. `Faulty` tells every fault by line.

    `current` is the body of the rulebook in force: a pack takes its parameter values and calendars from it, a single
    policy everything but itself.
    """
    path = Path(name)
    if path.is_file():
        return _of_policy(path, current)
    pack = read_pack(find_pack(name))
    values = {key: value for key, value in (current.get("values") or {}).items() if key in pack.form.parameters}
    _, faults = check_pack(pack, values)
    if faults:
        raise Faulty(faults)
    parts = [part_of(pack, values)] if pack.code == BASE else [base_part(), part_of(pack, values)]
    return _book({**book_body(parts), "calendars": current.get("calendars") or {}})


def _of_policy(path: Path, current: Body) -> Rulebook:
    policy, faults = read_policy(path.name, _text(path))
    if policy is None or faults:
        raise Faulty(faults)
    others = [one for one in current.get("policies", ()) if one["code"] != policy.code]
    if not current.get("policies"):
        message = Label("还没有采用任何制度包，单独一份制度无从核算", "no pack is adopted yet to put this policy over")
        cure = Label("改给制度包的文件夹", "give the pack's folder instead")
        raise Faulty([Fault(path.name, 0, "", message, cure)])
    rest = {**current, "policies": others}
    book = draft(rest)
    compile_controls(book, [*written_of(rest), *policy.controls])
    mine = [fault for fault in book.faults if fault.file == path.name]
    if mine or book.faults:
        raise Faulty(mine or book.faults)
    return _book({**rest, "policies": [*others, _entry(policy)]})


def _entry(policy: Policy) -> dict[str, Any]:
    body = policy_body(policy)
    return {
        "code": policy.code, "title": policy.title, "number": 0,
        "clauses": [clause["number"] for clause in body["clauses"]], "controls": body["controls"],
        "running": body["running"],
    }  # fmt: skip


def _book(body: dict[str, Any]) -> Rulebook:
    return rulebook_of(0, body, digest(body))


def _text(path: Path) -> str:
    size = Label("文件太大", "the file is too large")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Faulty([Fault(path.name, 0, "", size, Label("检查是不是这份制度", "check that this is the policy"))])
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        message = Label("不是 UTF-8 文字", "it is not UTF-8 text")
        cure = Label("用编辑器“另存为 UTF-8”", "save it as UTF-8 in your editor")
        raise Faulty([Fault(path.name, 0, "", message, cure)]) from None
