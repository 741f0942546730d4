"""The doors that strangers and customers use: REST and the pages, knocked at without anything staying behind."""

import datetime as dt
import html
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import reverse

from keguan.api import paths
from keguan.cases.models import Case
from keguan.kernel import clock
from keguan.org.models import User
from keguan.org.sign_in import set_password
from keguan.org.token_secrets import new_secret
from tests.laws.company import Company

Answer = tuple[Any, ...]
BY_FORM = frozenset(
    f"case.{act}" for act in ("accept", "find", "settle", "reply", "close", "classify", "assign", "void", "reinstate")
)


class Doors:
    """Signed-in browsers and tokens for everybody."""

    def __init__(self, company: Company) -> None:
        self.tokens: dict[UUID, str] = {}
        self.browsers: dict[UUID, Client] = {}
        for number, person in enumerate(company.people.values()):
            name = f"user{number}"
            company.system("person.grant_sign_in", person, username=name)
            user: User = set_password(person, name, "一个很长的口令")
            secret = new_secret()
            facts = {"person": person, "name": "laws", "digest": secret.digest, "hint": secret.hint}
            company.system("token.issue", None, **facts, expires_at=clock.now() + dt.timedelta(days=3000))
            self.tokens[person] = secret.text
            self.browsers[person] = Client()
            self.browsers[person].force_login(user)

    def rest(
        self, person: UUID, verb: str, key: UUID | None, args: Mapping[str, Any], at: dt.datetime | None
    ) -> Answer:
        """What REST answers; nothing of it stays."""
        body = {name: str(value) if isinstance(value, UUID) else value for name, value in args.items()}
        if at is not None:
            body["happened_at"] = at.isoformat()
        noun, segment = verb.partition(".")[0], paths.act(verb, verb.partition(".")[0])
        place = f"/api/v1/{paths.plural(noun)}" + (f"/{key}/{segment}" if key else "")
        with transaction.atomic():
            response = Client().post(
                place, json.dumps(body, default=str), "application/json",
                headers={"Authorization": f"Bearer {self.tokens[person]}", "Accept-Language": "zh"},
            )  # fmt: skip
            transaction.set_rollback(True)
        said = json.loads(response.content)
        if response.status_code in (200, 201):
            return ("done",)
        if response.status_code == 202:
            return ("waiting",)
        if response.status_code == 401:
            return ("turned away",)
        if response.status_code == 404:
            return ("hidden",)
        reasons = said["reasons"]
        clauses = [one["clause"]["control"] if one.get("clause") else None for one in reasons]
        return ("refused", sorted(zip((one["message"] for one in reasons), clauses, strict=True), key=str))

    def page(self, person: UUID, verb: str, key: UUID, args: Mapping[str, Any]) -> tuple[int, str]:
        """Status and text of the page that answers the verb's form; nothing of it stays."""
        form = {name: self._typed(value) for name, value in args.items()}
        if "amount" in form:
            form["amount_currency"] = "CNY"
        code = Case.objects.get(id=key).code
        place = reverse("web:case_act", args=[code, verb.partition(".")[2]])
        with transaction.atomic():
            response = self.browsers[person].post(place, form)
            transaction.set_rollback(True)
        is_turned_away = "/login/" in response.headers.get("Location", "")
        return 401 if is_turned_away else response.status_code, html.unescape(response.content.decode())

    def _typed(self, value: Any) -> str | list[str]:
        if isinstance(value, list):
            return [str(one) for one in value]
        return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
