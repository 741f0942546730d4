"""Whatever is sent to whatever verb: an answer in the API's own form, never an error inside."""

import json
from typing import Any
from urllib.parse import quote

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keguan.api.build import UNGENERATED
from keguan.api.paths import act, plural
from keguan.api.tests.conftest import Answer, Door, Firm
from keguan.controls.tests.tried import times
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.vocabulary import vocabulary

VERBS = [verb for verb in vocabulary.verbs.values() if not verb.internal and verb.on not in UNGENERATED]
ODD = st.sampled_from(
    ["", " ", "１２", "-0", "1e9", "0x1", "NaN", "2026-13-01", "0001-01-01", "9999-12-31T23:59:59+14:00", "\u202e反",
     "😀", "'; drop", "00000000-0000-0000-0000-000000000000", "KS-202605-001", "complaint", "9" * 40, "是", "{}", "a,b"]
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=30),
        ODD,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)
ANY = settings(max_examples=times(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def requests(draw: st.DrawFn) -> tuple[Verb, dict[str, Any]]:
    verb: Verb = draw(st.sampled_from(VERBS))
    names = [argument.name for argument in verb.arguments]
    body = {name: draw(VALUES) for name in names if draw(st.booleans())}
    if draw(st.integers(0, 5)) == 0:
        body[draw(st.text(max_size=10))] = draw(VALUES)
    return verb, body


@ANY
@given(requests(), st.sampled_from(["admin", "agent", "manager", "stranger"]), st.booleans())
def test_any_body_gets_an_answer(firm: Firm, request_: tuple[Verb, dict[str, Any]], who: str, is_list: bool) -> None:
    verb, body = request_
    with transaction.atomic():
        answer = _send(firm, firm.doors[who], verb, body, is_list=is_list)
        transaction.set_rollback(True)
    assert answer.status in (200, 201, 202, 400, 403, 404, 409, 413, 422), (verb.name, body, answer.body)
    if answer.status >= 400:
        assert answer.response["Content-Type"] == "application/problem+json"
        assert answer.body["reasons"]


def _send(firm: Firm, door: Door, verb: Verb, body: dict[str, Any], *, is_list: bool) -> Answer:
    firm.case()
    key = str(firm.people["seller"]) if verb.on == "person" else "KS-202605-001"
    if is_list:
        item = {"args": body} if verb.creates else {"object": key, "args": body}
        return door.post(f"/{plural(verb.on)}/{act(verb.name, verb.on)}", {"items": [item, item]})
    if verb.creates:
        return door.post(f"/{plural(verb.on)}", body)
    return door.post(f"/{plural(verb.on)}/{key}/{act(verb.name, verb.on)}", body)


@ANY
@given(st.binary(max_size=60))
def test_any_bytes_get_an_answer(firm: Firm, raw: bytes) -> None:
    answer = firm.agent.send("POST", "/cases", raw=raw)
    assert answer.status in ((422,) if _is_object(raw) else (400, 422))


def _is_object(raw: bytes) -> bool:
    try:
        return isinstance(json.loads(raw), dict)
    except ValueError:
        return False


FILTERS = (
    "code",
    "title",
    "kind",
    "amount__gte",
    "opened_at__lt",
    "customer",
    "departments",
    "is_joint",
    "quantity__in",
)
OTHERS = ("shipped_on__ne", "stage__empty", "after", "limit", "q")


@ANY
@given(st.sampled_from([*FILTERS, *OTHERS]), st.one_of(st.text(max_size=20), ODD))
def test_any_query_gets_an_answer(firm: Firm, name: str, value: str) -> None:
    answer = firm.agent.get(f"/cases?{name}={quote(value.encode('utf-8', 'replace'))}")
    assert answer.status in (200, 400, 422), (name, value, answer.body)
