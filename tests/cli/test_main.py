"""The command line speaks in sentences and ends with the right status."""

from pathlib import Path

import pytest

from keguan.cli import main as command_line
from keguan.database.testing import run_keguan


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "建表并升级到本版"), ("en", "bring them up to date")])
def test_help_needs_no_database(tmp_path: Path, language: str, word: str) -> None:
    done = run_keguan("--help", data=tmp_path / "none", environment={"KEGUAN_LANG": language})
    assert done.returncode == 0
    assert word in done.stdout
    assert not (tmp_path / "none").exists()


def test_an_unknown_subcommand_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["nonsense"]) == 2
    assert "--help" in capsys.readouterr().err


def test_before_migrating_the_cure_is_named(tmp_path: Path) -> None:
    done = run_keguan("doctor", data=tmp_path)
    assert done.returncode == 1
    assert "keguan migrate" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_keguan("doctor", data=tmp_path / "file" / "data", environment={"KEGUAN_LANG": "en"})
    assert done.returncode == 1
    assert "KEGUAN_DATA" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_inside_is_one_sentence_and_a_traceback_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_arguments: object) -> None:
        raise ValueError("the moon is down")

    monkeypatch.setattr("keguan.cli.doctor.run", fail)
    assert command_line.main(["doctor"]) == 1
    assert "the moon is down" in capsys.readouterr().err
    with pytest.raises(ValueError, match="moon"):
        command_line.main(["--traceback", "doctor"])
