"""The verbs of re-addressing: who owes and who is asked changes with the company. Never run by hand."""

from keguan.controls.facts import APPROVAL, OBLIGATION
from keguan.kernel.commands.verbs import Item, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.labels import Label


@verb("obligation.reassign", Label("责任人变更", "Owed by others"), on=OBLIGATION, internal=True)
def reassign_obligation(_work: Work, _items: list[Item]) -> None:
    """Posts, people or delegations changed, and what was owed is owed by others. Entered by the machinery."""


@verb("approval.reassign", Label("决定人变更", "Decided by others"), on=APPROVAL, internal=True)
def reassign_approval(_work: Work, _items: list[Item]) -> None:
    """Posts, people or delegations changed, and a waiting request is decided by others. Entered by the machinery."""
