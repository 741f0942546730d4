"""What is wrong in a policy or pack, and where: file, line, clause, and a cure. Never why a command is refused."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from keguan.kernel.commands.outcomes import Citation
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import suggestions

Path = tuple[str | int, ...]
STEP = re.compile(r"([^.\[\]\d][^.\[\]]*)|\[(\d+)\]|(\d+)")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `file` is relative to the pack, `line` counts from 1 (0: the file as a whole), `clause` as printed."""

    file: str
    line: int
    clause: str
    message: Label
    cure: Label

    def text(self, language: str = "zh-hans") -> str:
        """The fault in one line, as the command line prints it."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        clause = f" 〔{self.clause}〕" if self.clause else ""
        return f"{where}{clause} {self.message.text(language)} → {self.cure.text(language)}"

    def as_json(self) -> dict[str, object]:
        """The fault as the API gives it."""
        return {
            "file": self.file,
            "line": self.line,
            "clause": self.clause,
            "message": self.message.as_json(),
            "cure": self.cure.as_json(),
        }


class Faulty(Exception):
    """A policy or pack that cannot be taken, with every fault found, by file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.message.en)))
        super().__init__("\n".join(fault.text("en") for fault in self.faults))


@dataclass(frozen=True)
class Place:
    """Where a control (or another part of a pack) stands. `lines` maps a path inside the part to its line.

    Rulebooks compiled from adopted versions have no lines: nothing is wrong with them, or the product changed.
    `version` is the number of the policy's version there.
    """

    file: str = ""
    line: int = 0
    policy: str = ""
    policy_title: str = ""
    clause: str = ""
    position: int = 0
    lines: Mapping[Path, int] = field(default_factory=dict, hash=False, compare=False)
    version: int = field(default=0, hash=False, compare=False)

    def line_of(self, *path: str | int) -> int:
        """The line of a part inside, such as `line_of("table", 1, "when")`, or of the nearest known part around it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return self.line

    def line_at(self, path: str) -> int:
        """The same for a path in words, as conditions name places: `table[2].when.amount` (brackets count from 1)."""
        steps: list[str | int] = []
        for key, bracket, index in STEP.findall(path):
            steps.append(int(bracket) - 1 if bracket else int(index) if index else key)
        return self.line_of(*steps)

    def fault(self, message: Label, cure: Label, *path: str | int) -> Fault:
        """A fault at the part inside that `path` names."""
        return Fault(self.file, self.line_of(*path), self.clause, message, cure)

    def unknown(self, what: Label, name: object, known: Iterable[str], *path: str | int) -> Fault:
        """The fault "no such …", with what was probably meant, or all that there is where that is little."""
        names = sorted(set(known))
        close = suggestions(str(name), names) or (names if len(names) <= 8 else names[:8])
        message = Label(f"没有名为“{name}”的{what.zh}", f"there is no {what.en} “{name}”")
        if not close:
            return self.fault(message, Label("先声明它，再引用", "declare it before using it"), *path)
        meant = ("是否想写：", "did you mean: ") if suggestions(str(name), names) else ("可以写：", "one of: ")
        return self.fault(message, Label(meant[0] + "、".join(close), meant[1] + ", ".join(close)), *path)

    def citation(self, control: str) -> Citation:
        """How the clause is cited when the control of that id decides."""
        return Citation(self.policy, self.policy_title, self.clause, control)
