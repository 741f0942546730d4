"""What is in somebody's hands, and what became of the last hand-over: what stayed, and why."""

from collections.abc import Iterable
from uuid import UUID

from keguan.controls import queries
from keguan.controls.queries import HandedOver, NotHandedOver
from keguan.kernel import clock
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import naming
from keguan.lists.naming import Names
from keguan.web import addresses, pages
from keguan.web.records.record import Looked

VERB = "person.hand_over"
HEADS = (pages.Head("record", Label("没有移交的", "What stayed")), pages.Head("why", Label("原因", "Why")))


def hands_panel(looked: Looked) -> tuple[pages.Panel, ...]:
    """What somebody owes and may decide, for who may hand it over. Two statements."""
    if not _may(looked):
        return ()
    counts = queries.counts(looked.id, clock.now())
    note = Label(
        f"应办 {counts.owed} 件，其中逾期 {counts.late} 件；待审批 {counts.approvals} 件。",
        f"{counts.owed} owed, {counts.late} of them overdue; {counts.approvals} to decide.",
    )
    return (pages.CardPanel(Label("手上的事", "In hand"), note=note),)


def handed_over_panels(looked: Looked) -> tuple[pages.Panel, ...]:
    """The outcome of the last hand-over, for who may hand over; nothing where there was none."""
    event = next((one for one in looked.passages if one.verb == VERB and not one.is_attempt), None)
    if event is None or not _may(looked):
        return ()
    found = queries.handed_over(event.id, looked.id)
    stayed = [*found.refused, *found.kept]
    names = naming.named(looked.asked.who, _asked(stayed), looked.asked.grants)
    rows = tuple(_row(one, names) for one in stayed)
    return (pages.LinesPanel(_said(found), HEADS, rows, empty=Label("全部移交了。", "Everything went over.")),)


def _may(looked: Looked) -> bool:
    return looked.asked.grants is not None and looked.asked.grants.uses(VERB)


def _said(found: HandedOver) -> Label:
    zh = f"最近一次移交：办成 {found.done}，待核准 {found.waiting}，未办 {len(found.refused) + len(found.kept)}"
    en = f"Last hand-over: {found.done} done, {found.waiting} waiting, {len(found.refused) + len(found.kept)} stayed"
    return Label(f"{zh}，还在办 {found.open}", f"{en}, {found.open} under way") if found.open else Label(zh, en)


def _type(what: str) -> str:
    verb = vocabulary.verbs.get(what)
    return verb.on if verb else what


def _asked(stayed: Iterable[NotHandedOver]) -> dict[str, set[UUID]]:
    found: dict[str, set[UUID]] = {}
    for one in stayed:
        if _type(one.what) in vocabulary.types:
            found.setdefault(_type(one.what), set()).add(one.object)
    return found


def _row(one: NotHandedOver, names: Names) -> tuple[pages.Cell, ...]:
    kind = _type(one.what)
    name = names.get(kind, {}).get(one.object)
    label = vocabulary.types[kind].label if kind in vocabulary.types else Label(kind, kind)
    why = pages.Cell(join([reason.message for reason in one.reasons], "；", "; "))
    if name is None or not name.text:
        return pages.Cell(label), why
    url = addresses.page_url(kind, name.key) if kind not in ("obligation", "approval") else ""
    has_title = name.text != name.code
    said = Label("{kind} {name}", "{kind} {name}").format(kind=label, name=name.full) if has_title else name.full
    return pages.Cell(said, url=url), why
