"""The names and codes of a pack, exchanged: nothing of the product may know one of them."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CLAUSE = re.compile(r"第([〇一二三四五六七八九十百]+)条")
NUMBER = re.compile(r"\b([A-Z]{2})-(?=YYYY|\d{6}-)")
TRIGGER = re.compile(r"\b(breach|kept|hit):([\w#-]+)")
IDS = frozenset({"id", "control", "controls", "covered_by", "overrides"})
PERSON, UNIT, CUSTOMER, SUBJECT = 60, 80, 200, 120
"""How long such a name may be."""


def long(text: str, most: int) -> str:
    """A name as long as it may be, with signs beyond the first plane of Unicode."""
    return ("𠮷" + text + "（又名𠀋野家）" * most)[:most]


def named(part: Any, key: str = "") -> Any:
    """The same with other words for people, units, customers, forms, roles and whatever else has a name."""
    if isinstance(part, list):
        return [named(inner, key) for inner in part]
    if not isinstance(part, Mapping):
        return part
    found = {name: named(inner, name) for name, inner in part.items()}
    if "person" in found and "posts" in found:
        found["name"] = long(found["name"], PERSON)
    elif "zh" in found and key not in {"says", "text"}:
        found["zh"] = long(found["zh"], UNIT) if "unit" in found else f"𠮷{found['zh']}"
        found["en"] = f"{found['en']} 𠮷" if found.get("en") else "𠮷"
    if "at" in found and found.get("do") in ("customer.add", "case.open"):
        for name, most in (("name", CUSTOMER), ("title", SUBJECT)):
            if name in found["with"]:
                found["with"] = {**found["with"], name: long(found["with"][name], most)}
    return found


@dataclass(frozen=True)
class Codes:
    """What each code of a pack is called instead.

    `names` are those of roles, units, people, registers and parameters; policies and controls may be called by what is
    a word elsewhere, so theirs are exchanged only where one of them is meant.
    """

    names: Mapping[str, str]
    policies: Mapping[str, str]
    controls: Mapping[str, str]

    @classmethod
    def of(cls, parts: Iterable[Any], reserved: Collection[str]) -> "Codes":
        """New codes for those that files declare. One that is also a word of the product keeps its own."""
        files = list(parts)
        declared = dict.fromkeys(name for part in files for name in _declared(part) if name not in reserved)
        policies = dict.fromkeys(part["policy"] for part in files if "policy" in part)
        controls = dict.fromkeys(form["id"] for part in files if "policy" in part for form in _forms(part))
        return cls(
            {name: f"n{at}_told" for at, name in enumerate(declared)},
            {name: f"p{at}" for at, name in enumerate(policies)},
            {name: f"c{at}" for at, name in enumerate(controls)},
        )

    def exchanged(self, part: Any, key: str = "") -> Any:
        """The same with the other codes, clauses and number patterns."""
        if isinstance(part, Mapping):
            return {self._word(name): self.exchanged(inner, name) for name, inner in part.items()}
        if isinstance(part, list):
            return [self.exchanged(inner, key) for inner in part]
        if not isinstance(part, str):
            return part
        if key == "policy":
            return self.policies.get(part, part)
        if key in IDS:
            policy, sign, name = part.rpartition("#")
            return f"{self.policies.get(policy, policy)}{sign}{self.controls.get(name, name)}"
        return self._word(TRIGGER.sub(lambda found: f"{found[1]}:{self.controls.get(found[2], found[2])}", part))

    def _word(self, text: str) -> str:
        words = re.sub(r"[A-Za-z_][\w-]*", lambda found: self.names.get(found[0], found[0]), text, flags=re.ASCII)
        return NUMBER.sub(r"Z\1-", CLAUSE.sub(r"第\1款", words))


def _declared(part: Any) -> Iterator[str]:
    if "pack" in part:
        yield from (*part.get("roles", ()), *part.get("parameters", ()))
    elif "people" in part:
        yield from (person["person"] for person in part["people"])
        yield from _units(part["units"])
    elif "policy" in part:
        yield from (form["type"] for form in _forms(part) if "type" in form)


def _units(units: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for unit in units:
        yield unit["unit"]
        yield from _units(unit.get("units", ()))


def _forms(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for clause in part.get("clauses", ()):
        for control in clause.get("controls", ()):
            yield from control.values()
        yield from _forms(clause)
