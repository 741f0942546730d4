"""All controls of a rulebook compiled together: for each record type one as-of table, one sort, one pass.

The result is a table of judged acts: one column for each version of a guard, a reaction or a setting with what it did,
and two for each version of a deadline (whether the act starts it, how it ends it).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from keguan.controls.batch.asked import with_meant, with_people
from keguan.controls.batch.needs import (
    asks_who,
    by_type,
    declared_by,
    findings,
    is_read,
    signing_of,
    type_of,
    verbs_of,
)
from keguan.controls.batch.needs import wanted as wanted_of
from keguan.controls.batch.signing import with_signed
from keguan.controls.batch.versions import Version
from keguan.controls.engines.access import AccessControl
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.engines.conduct import ConductControl
from keguan.controls.engines.deadline import DeadlineControl
from keguan.controls.engines.workflow_control import WorkflowControl
from keguan.kernel.records.types import Fact, RecordType
from keguan.kernel.records.vocabulary import vocabulary

if TYPE_CHECKING:
    from keguan.controls.batch.acts import Acts
    from keguan.mirror import Mirror

__all__ = ["KEPT_COLUMNS", "Judged", "declared_by", "is_read", "judge"]
KEPT_COLUMNS = (
    "event", "object", "n", "turn", "verb", "actor", "happened_at", "recorded_at", "rulebook", "imported", "controls",
    "reasons",
)  # fmt: skip


@dataclass
class Judged:
    """The judged acts of one record type: a table, and the columns of each version by its place in `versions`."""

    type: RecordType
    table: Any
    versions: list[Version]
    outcomes: dict[int, str] = field(default_factory=dict)
    deadlines: dict[int, tuple[str, str]] = field(default_factory=dict)
    who: dict[int, str] = field(default_factory=dict)
    denied: list[tuple[frozenset[int], str]] = field(default_factory=list)


def judge(
    mirror: "Mirror", several: Sequence[Version], *, only: Callable[[Any], Any] | None = None, name: str = "judged"
) -> list[Judged]:
    """Every version over every act of the record types concerned. `only` narrows the acts (by a period)."""
    declared = declared_by(several)
    found = []
    for record_type, mine in by_type(several).items():
        if mirror.has(f"stream_{record_type.name}") or mirror.has(f"attempt_{record_type.name}"):
            found.append(_judged(mirror, record_type, mine, declared, only, f"{name}_{record_type.name}"))
    return found


def _judged(
    mirror: "Mirror", record_type: RecordType, several: list[Version], declared: Mapping[str, Mapping[str, Fact]],
    only: Callable[[Any], Any] | None, name: str,
) -> Judged:  # fmt: skip
    from keguan.controls.batch import deeds, lifting, making, people
    from keguan.controls.batch.acts import Acts
    from keguan.mirror import as_of

    wanted = wanted_of(several, record_type)
    table = as_of.acts(mirror, record_type, declared, wanted)
    table = table.filter(table.is_own)
    if only is not None:
        table = only(table)
    in_play = [one.book for one in several]
    if any(asks_who(one) for one in several) or making.needs_actor(wanted, record_type, in_play):
        table = people.with_actors(mirror, table, f"{name}_spans")
    if any(isinstance(one.control, ConductControl) for one in several) and "a_person" in table.columns:
        table = people.with_actors(mirror, table, f"{name}_person", who="a_person", part="person")
    table = deeds.with_known(mirror, table, record_type, wanted, name)
    if lifting.is_asked(wanted, record_type):
        table = lifting.with_lifted(mirror, table, record_type, name)
    table, joined = making.joined(mirror, table, record_type, wanted, in_play, name)
    asking = [(one.control, one.book) for one in several if isinstance(one.control, ApprovalControl)]
    finding = list(findings(several))
    if asking or finding:
        table = mirror.backend.create_view(f"{name}_asking", table, overwrite=True)
    table, meant = with_meant(mirror, table, record_type, wanted, asking, name)
    table, meaning = with_people(mirror, table, record_type, wanted, finding, name)
    before = Acts(table, record_type, several[0].book, wanted, people=meaning, making=joined)
    table, unsigned = with_signed(mirror, before, *signing_of(several), name)
    # a view: so that what is typed once is not written out again under every condition
    view = mirror.backend.create_view(f"{name}_acts", table, overwrite=True)
    made = Judged(record_type, None, several)
    plain = Acts(view, record_type, several[0].book, wanted, meant=meant, people=meaning, unsigned=unsigned,
                 making=joined)  # fmt: skip
    columns = _columns(made, plain)
    code = record_type.code
    kept = {column: view[column] for column in KEPT_COLUMNS}
    kept["code"] = view[f"c_{code}"] if code and f"c_{code}" in view.columns else view.object
    made.table = mirror.backend.create_table(name, view.select(**kept, **columns), overwrite=True)
    return made


def _columns(made: Judged, plain: "Acts") -> dict[str, Any]:
    from keguan.controls.batch import approval, deadline
    from keguan.controls.batch.readings import READINGS

    view = plain.table
    columns: dict[str, Any] = {}
    known: dict[int, Acts] = {}
    for place, version in enumerate(made.versions):
        control, book = version.control, version.book
        if id(book) not in known:
            known[id(book)] = _covering(replace(plain, book=book))
        acts = known[id(book)]
        asked = _asked(view, version)
        if isinstance(control, DeadlineControl):
            ended_by = [one for one in book.controls if isinstance(one, WorkflowControl) and one.is_configured]
            opens = deadline.opens(control, acts)
            columns[f"p{place}"] = opens if version.numbers is None else opens & _in_force(view, version)
            columns[f"e{place}"] = deadline.ends(control, acts, ended_by)
            columns |= deadline.about(control, acts, place)
            made.deadlines[place] = (f"p{place}", f"e{place}")
            continue
        outcome = READINGS[type(control)].outcome(control, acts)
        columns[f"o{place}"] = _where(asked, outcome)
        made.outcomes[place] = f"o{place}"
        if isinstance(control, ApprovalControl):
            columns[f"w{place}"] = _where(asked, approval.who(control, acts))
            made.who[place] = f"w{place}"
    columns |= _denials(made, known)
    return columns


def _denials(made: Judged, known: "Mapping[int, Acts]") -> dict[str, Any]:
    """For each set of grants that were in force together, whether none of them let the actor act."""
    from keguan.controls.batch import access

    grants = {place: one for place, one in enumerate(made.versions) if isinstance(one.control, AccessControl)}
    together: dict[frozenset[int], set[int | None]] = {}
    numbers = {number for one in grants.values() for number in one.numbers or (None,)}
    for number in numbers:
        found = {place for place, one in grants.items() if (number in one.numbers if one.numbers else number is None)}
        together.setdefault(frozenset(found), set()).add(number)
    creating = [verb.name for verb in vocabulary.verbs.values() if verb.on == made.type.name and verb.creates]
    columns: dict[str, Any] = {}
    for column, (places, in_force) in enumerate(together.items()):
        mine = [made.versions[place] for place in sorted(places)]
        controls = [one.control for one in mine if isinstance(one.control, AccessControl)]
        columns[f"x{column}"] = access.denied(controls, known[id(mine[0].book)], creating)
        made.denied.append((frozenset(n for n in in_force if n is not None), f"x{column}"))
    return columns


def _covering(acts: "Acts") -> "Acts":
    """The acts, able to answer which approvals of the book cover them."""
    from keguan.controls.batch import approval

    found = {}
    for one in acts.book.controls:
        if not isinstance(one, ApprovalControl) or not one.is_configured:
            continue
        if type_of(Version(one, acts.book, None)) is acts.type:
            found[one.id] = found[one.key] = approval.covered(one, acts)
    return replace(acts, covers=found)


def _asked(view: Any, version: Version) -> Any:
    """The acts for which the version is asked: its verbs, under its rulebooks, and only where guards came to speak."""
    verbs = verbs_of(version.control, version.book)
    if isinstance(version.control, ConductControl):
        from keguan.controls.batch import conduct

        reached = conduct.reached(view)
    else:
        reached = (view.turn == 0) | (view.controls.notnull() & (view.controls != "[]"))
    asked = view.verb.isin(sorted(verbs)) & reached
    return asked if version.numbers is None else asked & _in_force(view, version)


def _in_force(view: Any, version: Version) -> Any:
    return view.rulebook.isin(sorted(version.numbers or ()))


def _where(asked: Any, outcome: Any) -> Any:
    import ibis

    return ibis.cases((asked, outcome))


def _null() -> Any:
    import ibis

    return ibis.null("string")
