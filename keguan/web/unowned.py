"""The fault list as pages show it: what nobody owes, and what nobody can decide. Reads no record."""

from keguan.controls import queries
from keguan.controls.live.grants import Grants
from keguan.controls.unowned import FILLS
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists.naming import called
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web.rules import cited


def fill_url(grants: Grants | None) -> str:
    """Where whoever may do so fills the posts that are missing."""
    return addresses.list_url("post") if grants is not None and grants.uses(FILLS) else ""


def unowned_rows(rules: Rulebook, faults: queries.Faults | None) -> tuple[pages.Unowned, ...]:
    """Its rows; none for those whom it does not concern."""
    if faults is None:
        return ()
    found = []
    for owed in faults.owed:
        is_there = bool(owed.subject.code) and addresses.has_page(owed.subject.type)
        url = addresses.page_url(owed.subject.type, owed.subject.code) if is_there else ""
        words = called(vocabulary.types[owed.subject.type].label, owed.subject.code, owed.subject.title)
        found.append(pages.Unowned(owed.act, words, url, cited(rules, owed.control), owed.due_at))
    for row in faults.waiting:
        # what is asked stays with those who may see the record: here only that somebody asks
        what = vocabulary.verbs[row.approval.verb].label
        cites = cited(rules, row.approval.control, row.approval.rulebook)
        by = Label("由{by}决定", "decided by {by}").format(by=Label(row.approval.by_zh, row.approval.by_en))
        found.append(pages.Unowned(what, row.approval.object_label or "", "", cites, by=by))
    return tuple(found)
