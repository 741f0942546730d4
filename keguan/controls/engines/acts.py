"""What controls wait for: acts, and judgements of deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass

from keguan.controls.conditions import ALWAYS, Condition
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label, join


@dataclass(frozen=True)
class Act:
    """An act that a control waits for: the verb, and what must hold of it."""

    verb: Verb
    when: Condition = ALWAYS

    @property
    def label(self) -> Label:
        """The act in words."""
        if self.when.is_always:
            return Label(f"“{self.verb.label.zh}”", f"“{self.verb.label.en}”")
        words = self.when.label()
        return Label(f"“{self.verb.label.zh}”（{words.zh}）", f"“{self.verb.label.en}” ({words.en})")


@dataclass(frozen=True)
class Judged:
    """A judgement of a deadline that a reaction waits for: `broken` or `kept` of the control with this key."""

    outcome: str
    control: str
    says: Label


def acts_label(acts: Sequence[Act | Judged]) -> Label:
    """Acts in words: any one of them."""
    return join([act.says if isinstance(act, Judged) else act.label for act in acts], "或", " or ")
