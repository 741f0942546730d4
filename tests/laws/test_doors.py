"""REST and the pages answer as the gate does, with the same words and clauses."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Refused, Waiting
from keguan.kernel.commands.pipeline import Given
from tests.laws.company import START, Company
from tests.laws.conftest import tried
from tests.laws.doors import BY_FORM, Doors
from tests.laws.histories import History, histories
from tests.laws.running import How, Life, lived

AWAY = ("turned away",)
pytestmark = pytest.mark.django_db


@pytest.fixture
def doors(company: Company) -> Doors:
    with clock.pinned(START):
        return Doors(company)


def told(outcome: Outcome) -> tuple[Any, ...]:
    """The gate's outcome as REST tells it."""
    match outcome:
        case Done():
            return ("done",)
        case Waiting():
            return ("waiting",)
        case Refused(is_hidden=True):
            return ("hidden",)
        case Refused(reasons=reasons):
            said = [(one.message.zh, one.citation.control if one.citation else None) for one in reasons]
            return ("refused", sorted(said, key=str))


@given(history=histories())
@tried(4)
def test_rest_answers_as_the_gate_does(company: Company, doors: Doors, history: History) -> None:
    answers: list[tuple[Any, ...]] = []

    def ask(_life: Life, ctx: Context, verb: str, items: Sequence[Given]) -> None:
        if len(items) == 1 and ctx.actor is not None:
            key, args, *at = items[0]
            answers.append(doors.rest(ctx.actor, verb, key, args, at[0] if at else None))

    def compare(_life: Life, _ctx: Context, verb: str, items: Sequence[Given], outcomes: list[Outcome]) -> None:
        if len(items) == 1:
            answer = answers.pop()
            # who holds no post any more may not even sign in; whatever he asks is refused inside as well
            assert answer == told(outcomes[0]) or (answer == AWAY and isinstance(outcomes[0], Refused)), (verb, items)

    with lived(company, history, replace(How(), before=ask, watch=compare)):
        pass


@given(history=histories())
@tried(4)
def test_the_page_answers_as_the_gate_does(company: Company, doors: Doors, history: History) -> None:
    answers: list[tuple[int, str]] = []

    def is_asked(verb: str, items: Sequence[Given]) -> bool:
        return len(items) == 1 and verb in BY_FORM and (len(items[0]) < 3 or items[0][2] is None)

    def ask(_life: Life, ctx: Context, verb: str, items: Sequence[Given]) -> None:
        key = items[0][0]
        if is_asked(verb, items) and ctx.actor is not None and key is not None:
            answers.append(doors.page(ctx.actor, verb, key, items[0][1]))

    def compare(_life: Life, _ctx: Context, verb: str, items: Sequence[Given], outcomes: list[Outcome]) -> None:
        if not is_asked(verb, items):
            return
        (status, page), [outcome] = answers.pop(), outcomes
        match outcome:
            case Refused() if status == 401:
                pass
            case Done() | Waiting():
                assert status == 302, (verb, items, page)
            case Refused(is_hidden=True):
                assert status == 404, (verb, items)
            case Refused(reasons=reasons):
                assert status == 422, (verb, items, status)
                for one in reasons:
                    assert one.message.zh in page, (verb, items, one)
                    assert one.citation is None or one.citation.clause in page, (verb, items, one)

    with lived(company, history, replace(How(), before=ask, watch=compare)):
        pass
