"""The doors of the product as somebody of the company uses them: what each answers to an act, in one form.

A verdict is what the caller learned: that he may (whatever else is wanting), that he may not and under which clauses,
or that there is no such record.
"""

import html
import itertools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.test import Client

from keguan.api import paths
from keguan.api.build import UNGENERATED
from keguan.controls import gate
from keguan.kernel import clock
from keguan.kernel.commands.context import Channel, Context
from keguan.kernel.commands.outcomes import NOT_FOUND, Outcome, Refused
from keguan.kernel.commands.verbs import Verb
from keguan.lists.models import Bulk, BulkRefusal
from keguan.org.calendars.parts import WEEK
from keguan.org.sign_in import set_password
from keguan.org.token_secrets import new_secret
from keguan.web import addresses
from keguan.web.records.registry import door_of
from keguan.web.selection import packed
from tests.access import written
from tests.access.company import NOW, Company, do

REFUSED = re.compile("没有这个权限|您只能办理")
"""How a page says that it is a matter of rights."""
CLAUSE = re.compile("第[一二三四五六七八九十]+条")
NO_CLAUSE: frozenset[str | None] = frozenset((None,))


numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`may`, `denied` or `hidden`; of what is denied the clauses that were named."""

    what: str
    clauses: frozenset[str | None] = frozenset()


CHANNELS: tuple[Channel, ...] = ("page", "rest", "import", "command_line")
MAY, HIDDEN = Verdict("may"), Verdict("hidden")


class Doors:
    """Tokens and signed-in browsers for everybody."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.anybody = Client()
        self.tokens: dict[Any, str] = {}
        self.browsers: dict[Any, Client] = {}
        for name, person in company.people.items():
            key = person.key
            do("person.grant_sign_in", [(key, {"username": name})])
            secret = new_secret()
            do("token.issue", [(None, {"person": key, "name": "x", "digest": secret.digest, "hint": secret.hint})])
            self.tokens[key] = secret.text
            self.browsers[key] = Client()
            user = set_password(key, name, "一个很长的口令")
            self.browsers[key].force_login(user, "keguan.org.accounts.People")
            # the first request of a day writes down that the token is used
            with clock.pinned(NOW):
                assert self.get(person, "/api/v1/me").status_code == 200

    def rest(self, person: written.Person, verb: Verb, key: UUID | None, args: Mapping[str, Any]) -> Verdict:
        """The operation of one verb on one record."""
        segment = paths.plural(verb.on)
        place = f"{segment}/{key}/{paths.act(verb.name, verb.on)}" if key else segment
        answer = self._post(person, place, args)
        if answer.status_code == 404:
            return HIDDEN
        return _of_json(json.loads(answer.content).get("reasons", ()))

    def rest_list(
        self, person: written.Person, verb: Verb, keys: Sequence[UUID | None], args: Mapping[str, Any]
    ) -> list[Verdict]:
        """The operation of one verb on a list."""
        items = [{"args": args} | ({"object": str(key)} if key else {}) for key in keys]
        answer = self._post(person, f"{paths.plural(verb.on)}/{paths.act(verb.name, verb.on)}", {"items": items})
        assert answer.status_code == 200, answer.content
        outcomes = json.loads(answer.content)["outcomes"]
        return [HIDDEN if one.get("status") == 404 else _of_json(one.get("reasons", ())) for one in outcomes]

    def get(self, person: written.Person, path: str) -> Any:
        """What REST answers to a question."""
        return self.anybody.get(path, headers={"Authorization": f"Bearer {self.tokens[person.key]}"})

    def _post(self, person: written.Person, place: str, body: Mapping[str, Any]) -> Any:
        token = f"Bearer {self.tokens[person.key]}"
        return self.anybody.post(
            f"/api/v1/{place}", json.dumps(body, default=str), "application/json",
            headers={"Authorization": token, "Accept-Language": "zh"},
        )  # fmt: skip

    def page(self, person: written.Person, verb: Verb, key: UUID | None, args: Mapping[str, Any]) -> Verdict:
        """The form of a verb, handed in."""
        name = self.company.codes.get(key, str(key)) if key else ""
        place = addresses.act_url(verb.on, name, verb.name) if key else addresses.new_url(verb.on, verb.name)
        answer = self.browsers[person.key].post(place, _form(args), headers={"HX-Request": "true"})
        return HIDDEN if answer.status_code == 404 else _of_text(html.unescape(answer.content.decode()))

    def bulk(
        self, person: written.Person, verb: Verb, keys: Sequence[UUID | None], args: Mapping[str, Any]
    ) -> list[Verdict]:
        """The form of a verb on several records, handed in with their ids."""
        chosen = packed(key for key in keys if key is not None)
        form = {**_form(args), "selection": chosen, "idempotency_key": f"access-{next(numbers)}"}
        answer = self.browsers[person.key].post(addresses.many_url(verb.on, verb.name), form)
        assert answer.status_code == 302, answer.content.decode()
        job = Bulk.objects.filter(opened_by=person.key).latest("id")
        told = {line.place: line.reasons["reasons"] for line in BulkRefusal.objects.filter(of=job)}
        return [_of_kept(told.get(place, ())) for place in range(len(keys))]


def at_the_gate(
    person: written.Person, verb: Verb, keys: Sequence[UUID | None], args: Mapping[str, Any]
) -> list[Verdict]:
    """The pipeline itself, as every door calls it, with a list; which door says it is goes round."""
    channel = CHANNELS[next(numbers) % len(CHANNELS)]
    outcomes = gate.run(Context(person.key, channel), verb.name, [(key, args) for key in keys])
    return [of_outcome(one) for one in outcomes]


def of_outcome(outcome: Outcome) -> Verdict:
    """What an outcome says of rights; one of rights was always written down."""
    if not isinstance(outcome, Refused):
        return MAY
    assert outcome.attempt is not None, outcome
    if outcome.is_hidden:
        return HIDDEN
    closed = [reason for reason in outcome.reasons if reason.kind == "access"]
    clauses = frozenset(reason.citation.clause if reason.citation else None for reason in closed)
    return Verdict("denied", clauses) if closed else MAY


def has_pages(verb: Verb) -> bool:
    """Whether the verb has a form of the kind that record types share."""
    if verb.reveals or not addresses.has_page(verb.on) or verb.name in door_of(verb.on).apart:
        return False
    inputs = {argument.name for argument in door_of(verb.on).forms.arguments(verb)} | {"spec"}
    return inputs.issuperset(argument.name for argument in verb.arguments if argument.required)


def has_rest(verb: Verb) -> bool:
    """Whether the verb has operations."""
    return verb.on not in UNGENERATED


def _form(args: Mapping[str, Any]) -> dict[str, Any]:
    form: dict[str, Any] = {}
    for name, value in args.items():
        if isinstance(value, dict) and "amount" in value:
            form |= {name: value["amount"], f"{name}_currency": value["currency"]}
        elif isinstance(value, bool):
            form[name] = "true" if value else "false"
        elif name == "spec":
            form |= {f"spec_{day}": "09:00-17:00" for day in WEEK}
        elif not isinstance(value, dict):
            form[name] = value
    return form


def _of_text(text: str) -> Verdict:
    """What the box of reasons on a page says."""
    _, _, told = text.partition('role="alert"')
    told = told.partition("</section>")[0]
    return Verdict("denied", frozenset(CLAUSE.findall(told)) or NO_CLAUSE) if REFUSED.search(told) else MAY


def _of_kept(reasons: Sequence[Mapping[str, Any]]) -> Verdict:
    """What a bulk act keeps of a record on which it was refused."""
    is_hidden = any(one["message"]["en"] == NOT_FOUND.message.en for one in reasons)
    return HIDDEN if is_hidden else _of_json(reasons)


def _of_json(reasons: Sequence[Mapping[str, Any]]) -> Verdict:
    closed = [one for one in reasons if one["kind"] == "access"]
    clauses = frozenset((one.get("clause") or {}).get("clause") for one in closed)
    return Verdict("denied", clauses) if closed else MAY
