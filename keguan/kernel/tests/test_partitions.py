"""Partitions by month of recording: ahead of time, behind a shifted clock, and after the fact."""

import datetime as dt
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal import partitions, readings
from keguan.kernel.journal.seal import seal_all
from keguan.kernel.journal.verify import verify
from keguan.kernel.tasks import ahead
from keguan.kernel.tests import memo

HERE = Context(uuid4(), "page")


@pytest.fixture(autouse=True)
def _table(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    memo.declare()
    with connection.cursor() as cursor:
        cursor.execute(memo.SCHEMA)


def places(table: str) -> set[str]:
    return {row["place"] for row in Rows().select(f"select distinct tableoid::regclass::text as place from {table}")}


def one_of_each(pipeline: Pipeline) -> None:
    [outcome] = pipeline.run(HERE, "memo.write", [(None, {"title": "a", "body": "b"})])
    assert isinstance(outcome, Done)
    pipeline.run(HERE, "memo.score", [(outcome.object, {"points": -1})])
    readings.note(Rows(), HERE.actor, "page", memo.MEMO, [outcome.object], ["body"], clock.now())


def test_what_is_written_now_lies_in_the_month_of_its_recording() -> None:
    one_of_each(Pipeline(memo.OpenLaw()))
    month = f"{clock.now():%Y%m}"
    for table in ("kernel_event", "kernel_attempt", "kernel_reading"):
        assert places(table) == {f"{table}_{month}"}


def test_the_job_makes_the_months_to_come_once() -> None:
    day = clock.now().date().replace(year=clock.now().year + 30)
    assert ahead(day, 3) == 9
    assert ahead(day, 3) == 0


@pytest.mark.parametrize("years", [-5, 5])
def test_a_clock_that_is_years_away_breaks_nothing_and_the_job_makes_good(years: int) -> None:
    pipeline = Pipeline(memo.OpenLaw())
    one_of_each(pipeline)
    away = clock.now() + dt.timedelta(days=365 * years)
    with clock.pinned(away):
        one_of_each(pipeline)
        seal_all()
    tables = ("kernel_event", "kernel_attempt", "kernel_reading")
    for table in tables:
        assert f"{table}_default" in places(table), "the default partition takes what has no month"
    assert verify().is_sound
    assert partitions.late() == [away.date().replace(day=1)]
    assert ahead(clock.now().date()) == 3
    for table in tables:
        assert places(table) == {f"{table}_{clock.now():%Y%m}", f"{table}_{away:%Y%m}"}
    assert partitions.late() == []
    assert verify().is_sound
    with clock.pinned(away + dt.timedelta(days=365 * 10)):
        one_of_each(pipeline)
    for place in (f"kernel_event_{away:%Y%m}", "kernel_event_default"):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            Rows().execute(f"delete from {place}")


def test_a_history_gets_its_months_before_it_is_told() -> None:
    first, last = dt.date(1999, 11, 20), dt.date(2000, 2, 3)
    assert partitions.cover(first, last) == 4 * 3
    with clock.pinned(dt.datetime(2000, 1, 1, tzinfo=dt.UTC)):
        one_of_each(Pipeline(memo.OpenLaw()))
    assert places("kernel_event") == {"kernel_event_200001"}
