"""The law of recount: with the live tables gone, journal and mirror give them back, row for row."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import connection, transaction

from keguan.controls.batch.recount import differences, live_obligations, recount
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.kernel import clock
from keguan.mirror import opened

Mirrored = Callable[[], Path]


@contextlib.contextmanager
def dropped() -> Iterator[None]:
    """No live table of the controls is there for the block."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'r' and relname like 'controls\\_%'")
        names = [name for (name,) in cursor.fetchall()]
        assert "controls_obligation" in names
        cursor.execute(f"drop table {', '.join(names)} cascade")
        yield
        transaction.set_rollback(True)


def lived(firm: Firm) -> dt.datetime:
    """A history with everything in it: kept, late, broken, running, refused by clauses and by access."""
    kept, late, broken = firm.found(), firm.found(), firm.accepted()
    firm.do("苏敏", "case.close", kept)
    firm.do("韩立", "case.accept", firm.case())
    firm.do("罗平", "case.note", kept, text="看看")
    firm.do("韩立", "case.settle", firm.found(), amount="100", handling="discount")
    with clock.pinned(MORNING + dt.timedelta(days=2)):
        firm.do("韩立", "case.settle", kept, amount="200", handling="discount")
        firm.do("苏敏", "case.settle", late, amount="3000", handling="discount")
        firm.do("苏敏", "case.reply", kept, reply_channel="phone", reply="好")
        firm.do("苏敏", "case.close", kept)
    now = MORNING + dt.timedelta(days=9)
    with clock.pinned(now):
        sweep_all()
        firm.do("何川", "case.settle", late, amount="3000", handling="discount")
        firm.do("苏敏", "case.reply", late, reply_channel="phone", reply="好")
        firm.do("苏敏", "case.close", late)
        firm.do("季安", "case.accept", broken)
        firm.case()
    return now


def test_the_mirror_gives_the_live_tables_back(past: Firm, mirrored: Mirrored) -> None:
    now = lived(past)
    place = mirrored()
    before = live_obligations(now)
    assert {row["state"] for row in before.values()} >= {"kept", "kept_late", "broken"}
    with opened(place) as mirror, dropped():
        found = recount(mirror, now)
    assert found.obligations == before


def test_refusals_are_refused_again_by_the_same_clauses(past: Firm, mirrored: Mirrored) -> None:
    now = lived(past)
    with opened(mirrored()) as mirror:
        counted, found = differences(mirror, now)
    assert found == []
    assert {"access"} in counted.attempts.values()
    assert {"complaints#stages"} in counted.attempts.values()


def test_a_row_that_was_tampered_with_is_named(past: Firm, mirrored: Mirrored) -> None:
    now = lived(past)
    place = mirrored()
    with connection.cursor() as cursor:
        cursor.execute("update controls_obligation set due_at = due_at + interval '1 day' where state = 'kept'")
    with opened(place) as mirror:
        _, found = differences(mirror, now)
    assert [(one.what, one.live["state"]) for one in found] == [("obligation", "kept")]
