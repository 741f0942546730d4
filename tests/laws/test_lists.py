"""A list of n is n lists of one; every door answers alike; what the preview says is what the command gets."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given

from keguan.controls import gate
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Refused, Waiting
from keguan.kernel.commands.pipeline import Given
from tests.laws.company import Company
from tests.laws.conftest import tried
from tests.laws.histories import History, histories
from tests.laws.running import How, Life, left, lived, of_outcome

pytestmark = pytest.mark.django_db


@given(history=histories())
@tried()
def test_a_list_is_as_many_of_one(company: Company, history: History) -> None:
    with lived(company, history) as life:
        together, answers = left(life), [of_outcome(one) for one in life.outcomes]
    with lived(company, history, replace(How(), is_one_by_one=True)) as life:
        assert [of_outcome(one) for one in life.outcomes] == answers
        assert left(life) == together


def by_set(ctx: Context, verb: str, items: Sequence[Given]) -> list[Outcome]:
    """The door of bulk buttons and imports."""
    return gate.run_set(ctx, verb, items)[1]


def by_command_line(ctx: Context, verb: str, items: Sequence[Given]) -> list[Outcome]:
    """The door of the command line."""
    return gate.run(ctx.but(channel="command_line"), verb, items)


@pytest.mark.parametrize("door", [by_set, by_command_line])
@given(history=histories())
@tried(3)
def test_every_door_answers_alike(door: object, company: Company, history: History) -> None:
    with lived(company, history) as life:
        answers = [of_outcome(one) for one in life.outcomes]
    with lived(company, history, replace(How(), door=door)) as life:  # type: ignore[arg-type]
        assert [of_outcome(one) for one in life.outcomes] == answers


@given(history=histories())
@tried()
def test_the_preview_is_what_the_command_gets(company: Company, history: History) -> None:
    said: list[tuple[object, ...]] = []

    def ask(_life: Life, ctx: Context, verb: str, items: Sequence[Given]) -> None:
        # one at a time: the second of a list is asked before the first has run
        if len(items) == 1:
            key, args, *at = items[0]
            verdict = gate.preview(ctx.but(happened_at=at[0] if at else None), verb, key, args)
            reasons = sorted(
                (one.message.zh, one.citation.control if one.citation else None) for one in verdict.reasons
            )
            said.append(("refused", reasons) if reasons else ("waiting",) if verdict.instead else ("done",))

    def compare(_life: Life, _ctx: Context, verb: str, items: Sequence[Given], outcomes: list[Outcome]) -> None:
        if len(items) != 1:
            return
        promised, [outcome] = said.pop(), outcomes
        if isinstance(outcome, Refused):
            got: tuple[object, ...] = ("refused", list(of_outcome(outcome)[1]))
        else:
            got = ("waiting",) if isinstance(outcome, Waiting) else ("done",)
            assert isinstance(outcome, Done | Waiting)
        assert promised == got, (verb, items)

    with lived(company, history, replace(How(), before=ask, watch=compare)):
        pass
