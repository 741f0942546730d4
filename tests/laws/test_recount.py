"""With the live tables dropped, journal and mirror give back what they held, row for row."""

from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given

from keguan.controls.batch.recount import differences, live_obligations, recount
from keguan.controls.sweep import sweep_all
from keguan.kernel import clock
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import follow, opened
from tests.laws.company import Company
from tests.laws.conftest import tried
from tests.laws.histories import History, histories
from tests.laws.running import How, Life


@pytest.fixture
def settled(transactional_db: None) -> Company:
    """The company, committed: the mirror reads through a connection of its own."""
    return Company()


@given(history=histories())
@tried(4)
def test_the_mirror_gives_the_live_tables_back(settled: Company, tmp_path: Path, history: History) -> None:
    # histories follow each other in one journal: each is recounted with all before it
    life = Life(settled, How())
    life.live(history)
    settled.begins_at = life.now
    with clock.pinned(life.now):
        sweep_all()
        seal_all()
        follow(tmp_path)
        lived = live_obligations(life.now)
        with opened(tmp_path) as mirror:
            _, found = differences(mirror, life.now)
            assert [one.as_json() for one in found] == []
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select relname from pg_class where relkind = 'r' and relname like 'controls\\_%'")
                cursor.execute(f"drop table {', '.join(name for (name,) in cursor.fetchall())} cascade")
                assert recount(mirror, life.now).obligations == lived
                transaction.set_rollback(True)
