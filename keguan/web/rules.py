"""Controls as pages name them: by key, with their clauses, in the rulebook in force or in that of the record."""

from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.policies.engines import Control, Rulebook
from keguan.policies.rulebooks import current, rulebook
from keguan.web.components import Citation
from keguan.web.shapes import clause_url


def book() -> Rulebook:
    """The rulebook in force now. One statement."""
    return current(clock.now())


def control_of(known: Rulebook, key: str, number: int = 0) -> Control | None:
    """The control as it stands now; as it stood under the rulebook `number`, where it is gone."""
    found = known.by_key.get(key)
    if found is None and number and number != known.number:
        try:
            found = rulebook(number).by_key.get(key)
        except KeyError:
            return None
    return found


def cited(known: Rulebook, key: str, number: int = 0) -> Citation:
    """The clause of a control; one that is in no rulebook any more is cited by its key."""
    found = control_of(known, key, number)
    policy, _, name = key.partition("#")
    clause, title = (found.clause, found.policy_title) if found else (name, known.policies.get(policy, policy))
    return Citation(title, clause, clause_url(policy, clause))


def started(words: Label) -> Label:
    """Words at the head of a line: English begins with a capital."""
    return Label(words.zh, words.en[:1].upper() + words.en[1:])
