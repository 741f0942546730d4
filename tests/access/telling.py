"""Words in everything that only acts on a record can say: notes, files, visits, requests, exceptions, saved views."""

import io
from typing import Any
from uuid import UUID

from keguan.controls import gate
from keguan.kernel import files
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.vocabulary import vocabulary
from tests.access import written
from tests.access.company import Company, do
from tests.access.given import KINDS, args_of
from tests.access.planted import Source

ADDED = ("case.note", "case.visit", "case.promise", "case.hold_liable", "contact.add", "phone.add")
DECLARED = ("opinion", "solution", "apology", "explanation")


def word() -> str:
    """A new canary."""
    return str(KINDS["text"](None))  # type: ignore[arg-type]


def tell(company: Company) -> dict[str, Source]:
    """Say it all; gives the canaries that stand in no table, with what they belong to."""
    closed, *going = company.records["case"]
    for name in ADDED:
        verb = vocabulary.verbs[name]
        keys = going if verb.on == "case" else list(company.records[verb.on])
        more = {"department": company.any("unit")} if name == "case.hold_liable" else {}
        do(name, [(key, {**args_of(verb, company.any, is_told=True), **more}) for key in keys])
    do("case.classify", [(key, {"extra": {one: word() for one in DECLARED}}) for key in going])
    do("person.change", [(key, {"phone": f"139{at:08d}", "email": f"{word()}@example.cn"})
                         for at, key in enumerate(company.records["person"], 90_000_000)])  # fmt: skip
    _ask(company)
    for person in company.people.values():
        given = {"name": word(), "list": "case", "query": "tab=all"}
        outcome = gate.run_one(Context(None, "page", on_behalf_of=person.key), "view.save", None, given)
        assert isinstance(outcome, Done)
        company.records["view"][outcome.object] = written.Place(frozenset((person.key,)))
    return _attach(company, closed)


def _ask(company: Company) -> None:
    """A compensation that was asked for and granted, and an exception that was asked for, all with their reasons."""
    agent, manager, deputy = (company.people[name].key for name in ("cheng_agent", "wen_manager", "gu_deputy"))
    [case] = do("case.open", [(None, {"kind": "complaint", "title": word(), "owner": agent})], agent)
    company.records["case"][case] = written.Place(frozenset((agent,)))
    do("case.accept", [(case, {})], agent)
    do("case.classify", [(case, {"cause": "quality", "severity": "ordinary"})], agent)
    found = {"findings": word(), "is_founded": True, "is_own_quality": False, "is_tracked": False}
    do("case.find", [(case, found)], agent)
    settled: dict[str, Any] = {"amount": "3200", "handling": "compensation", "decision": word()}
    outcome = gate.run_one(Context(manager, "page"), "case.settle", case, settled)
    assert isinstance(outcome, Waiting), outcome
    do("approval.consent", [(outcome.approval, {"comment": word()})], deputy)
    asked = {"control": "service-and-complaints#pass-on-by", "verb": "case.reply", "object": case, "reason": word(),
             "minutes": 60}  # fmt: skip
    do("policy.override", [(None, asked)], manager)
    company.concerned |= {
        (row["object"], row["person"])
        for row in Rows().select("""
        select object, unnest(people) as person from controls_obligation where state in ('running', 'broken')""")
    }


def _attach(company: Company, closed: UUID) -> dict[str, Source]:
    """A file on each case that is open, with a name and words in it."""
    found: dict[str, Source] = {}
    items: list[tuple[UUID | None, dict[str, Any]]] = []
    for key in company.records["case"].keys() - {closed}:
        inside, name = word(), f"{word()}.txt"
        digest = files.store(io.BytesIO(inside.encode()), name).digest
        items.append((key, {"digest": digest, "name": name, "media_type": "text/plain", "size": len(inside)}))
        found[inside] = Source("case", key, "attachments.digest")
    do("case.attach", items)
    return found
