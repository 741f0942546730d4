"""Balances: locked before anything is checked, never below their floor, accounted for entry by entry."""

import datetime as dt
import json
import threading
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection

from keguan.kernel import balances
from keguan.kernel.balances import Window
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Refused
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.tests import memo

HERE = Context(uuid4(), "page")


@pytest.fixture
def pipeline(db: None) -> Pipeline:
    memo.declare()
    with connection.cursor() as cursor:
        cursor.execute(memo.SCHEMA)
    return Pipeline(memo.OpenLaw())


def write(pipeline: Pipeline, count: int = 1) -> list[UUID]:
    outcomes = pipeline.run(HERE, "memo.write", [(None, {"title": f"m{n}"}) for n in range(count)])
    return [outcome.object for outcome in outcomes if isinstance(outcome, Done)]


def take(pipeline: Pipeline, key: UUID, amount: int, ctx: Context = HERE) -> Outcome:
    return pipeline.run(ctx, "memo.take", [(key, {"points": amount})])[0]


def total(key: UUID) -> Decimal:
    [row] = Rows().select("select total from kernel_balance where measure = 'ink' and key = %s", [str(key)])
    return Decimal(row["total"])


def test_a_balance_is_spent_down_to_nought_and_no_further(pipeline: Pipeline) -> None:
    [a] = write(pipeline)
    assert isinstance(take(pipeline, a, -5), Done)
    assert isinstance(take(pipeline, a, 5), Done)
    refused = take(pipeline, a, 1)
    assert isinstance(refused, Refused)
    assert refused.reasons[0].message.zh == "余额不足：现有 0，需要 1"
    assert total(a) == 0 and balances.differences(Rows()) == []


def test_a_list_on_one_balance_is_served_in_order_until_it_is_empty(pipeline: Pipeline) -> None:
    pot, *others = write(pipeline, 5)
    take(pipeline, pot, -3)
    outcomes = pipeline.run(HERE, "memo.take", [(key, {"points": 1, "about": pot}) for key in others])
    assert [type(outcome) for outcome in outcomes] == [Done, Done, Done, Refused]
    assert total(pot) == 0


def test_a_movement_stands_in_the_event_and_counts_on_its_day(pipeline: Pipeline) -> None:
    [a] = write(pipeline)
    then = dt.datetime.now(dt.UTC) - dt.timedelta(days=40)
    take(pipeline, a, -7, HERE.but(happened_at=then))
    take(pipeline, a, 2)
    body = json.loads(memo.events_of(a)[1]["envelope"])
    day = then.astimezone(COMPANY_ZONE).date()
    assert body["balances"] == [["ink", str(a), "7", day.isoformat()]]
    month = Window("ink", str(a), day, day + dt.timedelta(days=1))
    rest = Window("ink", str(a), day + dt.timedelta(days=1))
    assert balances.within(Rows(), [month, rest, Window("ink", "nobody")]) == [7, -2, 0]


def test_the_entries_cannot_be_rewritten(pipeline: Pipeline) -> None:
    [a] = write(pipeline)
    take(pipeline, a, -7)
    with pytest.raises(Exception, match="append-only"):
        Rows().execute("update kernel_balance_entry set amount = 8")


def test_a_total_that_was_changed_by_hand_is_found(pipeline: Pipeline) -> None:
    [a] = write(pipeline)
    take(pipeline, a, -7)
    Rows().execute("update kernel_balance set total = 8")
    assert [row["key"] for row in balances.differences(Rows())] == [str(a)]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_overdraw() -> None:
    memo.declare()
    with connection.cursor() as cursor:
        cursor.execute(memo.SCHEMA)
    try:
        pipeline = Pipeline(memo.OpenLaw())
        pot, *takers = write(pipeline, 9)
        take(pipeline, pot, -4)
        outcomes: list[Outcome] = []

        def run(key: UUID) -> None:
            try:
                outcomes.extend(pipeline.run(HERE, "memo.take", [(key, {"points": 1, "about": pot})]))
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(key,)) for key in takers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(isinstance(outcome, Done) for outcome in outcomes) == 4
        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 4
        assert total(pot) == 0 and balances.differences(Rows()) == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("drop table kernel_memo_line; drop table kernel_memo")
