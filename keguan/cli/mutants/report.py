"""What a run of mutants says: progress while it goes on, survivors at its end."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

from keguan.cli.mutants.verdicts import KILLED, REFUSED, SURVIVED, Verdict, Verdicts
from keguan.policies.mutation.mutants import Mutant
from keguan.site.speech import counted, language, say, worded

EVERY = 25
"""How many mutants between two lines where nobody watches a terminal."""


class Report:
    """The mutants that were asked for, and what is known of each."""

    def __init__(self, pack: str, mutants: Sequence[Mutant], verdicts: Verdicts) -> None:
        self._pack = pack
        self._mutants = {mutant.id: mutant for mutant in mutants}
        self._verdicts = verdicts
        self._is_watched = sys.stderr.isatty()

    @property
    def waiting(self) -> list[Mutant]:
        """Those without a verdict."""
        return [mutant for key, mutant in self._mutants.items() if self._verdicts.get(key) is None]

    def of(self, outcome: str) -> list[tuple[Mutant, Verdict]]:
        """Those of one outcome, in the order of the clauses."""
        found = ((mutant, self._verdicts.get(key)) for key, mutant in self._mutants.items())
        return [(mutant, verdict) for mutant, verdict in found if verdict is not None and verdict.outcome == outcome]

    def progress(self, verdict: Verdict) -> None:
        """Say how far it is: in place on a terminal, every so often elsewhere."""
        left, total = len(self.waiting), len(self._mutants)
        done = total - left
        counts = {outcome: len(self.of(outcome)) for outcome in (KILLED, SURVIVED)}
        mutant = self._mutants[verdict.mutant]
        place = mutant.written.place
        text = worded(
            f"{done}/{total}　发现 {counts[KILLED]}　漏过 {counts[SURVIVED]}　〔{place.clause}〕{mutant.control}",
            f"{done}/{total}  killed {counts[KILLED]}  survived {counts[SURVIVED]}  {place.clause} {mutant.control}",
        )
        if self._is_watched:
            print(f"\r\x1b[K{text}", end="" if left else "\n", file=sys.stderr, flush=True)
        elif done % EVERY == 0 or not left:
            print(text, file=sys.stderr, flush=True)

    def cut_off(self) -> None:
        """Say what stays of a run that was cut off."""
        if self._is_watched:
            print(file=sys.stderr)
        left = len(self.waiting)
        say(
            f"已停下，还有 {left} 个未试；已有结果都已保存，再运行同一命令即接着试。",
            f"Stopped with {left} to go; what is known is kept, and the same command goes on from here.",
            is_fault=True,
        )

    def as_json(self) -> dict[str, Any]:
        """The whole in numbers, with all survivors."""
        killed = self.of(KILLED)
        return {
            "pack": self._pack,
            "mutants": len(self._mutants),
            "killed": len(killed),
            "survived": len(self.of(SURVIVED)),
            "refused": len(self.of(REFUSED)),
            "left": len(self.waiting),
            "survivors": [_row(mutant) for mutant, _ in self.of(SURVIVED)],
            "uncited": [
                {**_row(mutant), "scenario": verdict.scenario}
                for mutant, verdict in killed
                if mutant.rules and not verdict.cites
            ],
        }

    def print(self, *, as_json: bool) -> None:
        """Everything at the end."""
        if as_json:
            print(json.dumps(self.as_json(), ensure_ascii=False, indent=1))
            return
        clause = None
        for mutant, _ in self.of(SURVIVED):
            place = mutant.written.place
            if (place.policy, place.clause) != clause:
                clause = (place.policy, place.clause)
                print(f"{place.policy_title} {place.clause}")
            rules = " ".join(mutant.rules) or worded("不证明规则", "proves no rule")
            print(f"  {_where(mutant)} {mutant.written.raw['id']}（{rules}）{mutant.what.text(language())}")
        uncited = Counter(mutant.control for mutant, verdict in self.of(KILLED) if mutant.rules and not verdict.cites)
        if uncited:
            names = "、".join(f"{control}×{count}" for control, count in uncited.items())
            say(
                f"发现了、但发现它的情景没有引用该管控的规则：{names}",
                f"noticed, but by scenarios that cite none of the control's rules: {names}",
            )
        killed, survived, refused = (len(self.of(one)) for one in (KILLED, SURVIVED, REFUSED))
        say(
            f"变异 {len(self._mutants)} 个：情景发现 {killed}，漏过 {survived}，静态检查已拒绝 {refused}。",
            f"{counted(len(self._mutants), 'mutant')}: "
            f"{killed} killed, {survived} survived, {refused} refused by static checks.",
        )


def _where(mutant: Mutant) -> str:
    place = mutant.written.place
    return f"{place.file}:{place.line_of(*mutant.path)}"


def _row(mutant: Mutant) -> dict[str, Any]:
    place = mutant.written.place
    return {
        "policy": place.policy,
        "clause": place.clause,
        "control": mutant.control,
        "engine": mutant.written.engine,
        "rules": list(mutant.rules),
        "file": place.file,
        "line": place.line_of(*mutant.path),
        "change": mutant.what.as_json(),
    }
