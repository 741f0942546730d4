"""How much of the requirement ledger the packs prove: a rule counts when a step of a passing scenario cites it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from keguan.policies.packs.shelf import LEDGER, pack_folders, shelf

if TYPE_CHECKING:
    from keguan.cli.scenarios.running import Result


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the ledger by id, kind, module and clause."""

    id: str
    kind: str
    module: str
    clause: str


@dataclass(frozen=True)
class Ledger:
    """The rules of every system that has, or is to have, a pack."""

    systems: Mapping[str, tuple[Rule, ...]]

    @classmethod
    def read(cls) -> "Ledger":
        """The ledger that lies beside the packs."""
        body = json.loads((shelf() / LEDGER).read_text(encoding="utf-8"))
        return cls({system["id"]: tuple(Rule(*rule) for rule in system["rules"]) for system in body["systems"]})

    @cached_property
    def modules(self) -> frozenset[str]:
        """All modules."""
        return frozenset(rule.module for rules in self.systems.values() for rule in rules)


def coverage(
    ledger: Ledger, pack: str | None = None, module: str | None = None,
    known: "Mapping[str, Sequence[Result]] | None" = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """By system: rules, how many are proven, which are missing, and the same by module. Runs the packs' scenarios, but
    those of packs whose results are `known`.
    """
    from keguan.cli.scenarios.running import proven, run_pack
    from keguan.policies.packs.pack import read_pack

    folders = {folder.name: folder for folder in pack_folders()}
    rows = []
    for name, all_rules in ledger.systems.items():
        if pack is not None and name != pack:
            continue
        rules = [rule for rule in all_rules if module is None or rule.module == module]
        results = (known or {}).get(name)
        if results is None:
            results = run_pack(read_pack(folders[name])) if name in folders and rules else []
        shown = proven(results)
        rows.append(row_of(name, rules, shown))
    return rows


def row_of(name: str, rules: list[Rule], shown: frozenset[str]) -> dict[str, Any]:
    """One system's figures."""
    modules: dict[str, dict[str, int]] = {}
    for rule in rules:
        counts = modules.setdefault(rule.module, {"rules": 0, "proven": 0})
        counts["rules"] += 1
        counts["proven"] += rule.id in shown
    return {
        "pack": name,
        "rules": len(rules),
        "proven": sum(rule.id in shown for rule in rules),
        "missing": [rule.id for rule in rules if rule.id not in shown],
        "modules": dict(sorted(modules.items())),
    }
