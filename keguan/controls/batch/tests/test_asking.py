"""The command line: figures and list in words and JSON, faults with their line, the mirror mended on the way."""

import json
from pathlib import Path
from typing import Any

import pytest

from keguan.cli.main import main
from keguan.controls.batch.tests.test_backtest import NOW, Drafted, drafted, history
from keguan.controls.tests.conftest import Firm
from keguan.kernel import clock
from keguan.mirror import manifest as manifests

__all__ = ["drafted"]


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "mirror_directory", lambda: tmp_path / "mirror")
    for module in ("following", "opening"):
        monkeypatch.setattr(f"keguan.mirror.{module}.mirror_directory", lambda: tmp_path / "mirror")


def changes(body: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    """Then and now of what differs under the term that was changed."""
    return [(one["then"], one["now"]) for one in body["changes"] if one["control"] == "complaints#close"]


def test_figures_and_list(past: Firm, drafted: Drafted, capsys: pytest.CaptureFixture[str]) -> None:
    history(past)
    draft = drafted(("within: 6 days", "within: 3 days"))
    with clock.pinned(NOW):
        assert main(["backtest", draft, "--json"]) == 0
    told = capsys.readouterr()
    body = json.loads(told.out)
    close = next(one for one in body["controls"] if one["control"] == "complaints#close")
    assert close["then"]["opened"] == close["now"]["opened"] == 4
    assert changes(body) == [("kept", "kept_late")]
    assert {one["control"] for one in body["changes"]} == {"complaints#close", "complaints#late"}
    assert "第" in told.err
    assert main(["backtest", draft]) == 0
    assert "做到 → 逾期后做到" in capsys.readouterr().out


def test_one_policy_put_over_what_is_in_force(past: Firm, drafted: Drafted, capsys: pytest.CaptureFixture[str]) -> None:
    history(past)
    draft = Path(drafted(("within: 6 days", "within: 3 days"))) / "policies" / "complaints.yaml"
    assert main(["backtest", str(draft), "--json"]) == 0
    assert len(changes(json.loads(capsys.readouterr().out))) == 1
    draft.write_text(draft.read_text(encoding="utf-8").replace("of: case.settle", "of: case.setle"), encoding="utf-8")
    assert main(["backtest", str(draft)]) == 1
    told = capsys.readouterr().err
    assert "complaints.yaml:" in told
    assert "case.settle" in told


@pytest.mark.parametrize("wrong", [["--since", "soon"], ["--since", "2026-02-01", "--until", "2026-01-01"], []])
def test_asked_wrongly(db: None, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "no-such-pack", *wrong]) == (2 if wrong else 1)
    assert capsys.readouterr().err


def test_recount_says_that_all_is_well_and_mends_the_mirror(
    past: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history(past)
    with clock.pinned(NOW):
        assert main(["audit", "recount"]) == 0
    assert "0 处不同" in capsys.readouterr().out
    [file] = manifests.load(tmp_path / "mirror").files("stream_case")
    (tmp_path / "mirror" / file.path).unlink()
    assert main(["mirror", "status"]) == 1
    assert file.path in capsys.readouterr().err
    with clock.pinned(NOW):
        assert main(["audit", "recount", "--json"]) == 0
    told = capsys.readouterr()
    assert file.path in told.err
    assert json.loads(told.out)["differences"] == []
    assert main(["mirror", "rebuild"]) == 0
    assert main(["mirror", "status", "--json"]) == 0
