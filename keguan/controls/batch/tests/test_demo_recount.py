"""The demo company's own weeks, recounted: nothing in its tables but what its journal says."""

from pathlib import Path

import pytest

from keguan.cli.demo import prepare
from keguan.controls.batch.recount import differences
from keguan.controls.sweep import sweep_all
from keguan.kernel import clock
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import follow, opened


@pytest.mark.slow
def test_the_demo_is_what_its_journal_says(transactional_db: None, tmp_path: Path) -> None:
    assert prepare("weeks")
    sweep_all()
    now = clock.now()
    seal_all()
    follow(tmp_path)
    with opened(tmp_path) as mirror:
        counted, found = differences(mirror, now)
    assert [one.as_json() for one in found] == []
    assert {row["state"] for row in counted.obligations.values()} > {"kept"}
    assert counted.attempts
