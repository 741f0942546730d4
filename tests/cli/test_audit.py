"""`keguan audit`: what it prints, and its status."""

import json
from pathlib import Path
from typing import Any

import pytest

from keguan.cli.main import main
from keguan.kernel.commands.rows import Rows
from tests.audit.desk import opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_both_are_green_and_say_how_much_they_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    with opened() as desk:
        key = desk.act(desk.clerk, "customer.add", None, name="欧阳金丝雀", kind="person")
        desk.act(desk.clerk, "customer.erase", key, why="request")
        assert main(["audit", "verify"]) == 0
        said = capsys.readouterr().out
        assert "1 条已依法抹去" in said and "0 处不符" in said and "库外没有封存清单" in said
        assert main(["audit", "facts"]) == 0
        said = capsys.readouterr().out
        assert "1 条的个人信息已依法抹去" in said and "0 处不符" in said


def test_what_went_around_commands_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with opened() as desk:
        key = desk.act(desk.clerk, "customer.add", None, name="江南印务", kind="organisation", city="苏州")
        Rows().execute("update customers_customer set city = '杭州' where id = %s", [key])
        assert main(["audit", "facts", "--json"]) == 1
        body = json.loads(capsys.readouterr().out)
        assert body["differences"] == 1
        assert body["findings"] == [
            {
                "what": "changed", "type": "customer", "record": str(key), "fact": "city",
                "was_in_journal": "苏州", "is_in_table": "杭州",
            }
        ]  # fmt: skip
        assert main(["audit", "facts"]) == 1
        assert "苏州" in capsys.readouterr().out


def test_an_export_can_be_compared_with(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with opened() as desk:
        key = desk.act(desk.clerk, "customer.add", None, name="欧阳金丝雀", kind="person")
        desk.act(desk.clerk, "customer.erase", key, why="request")
        assert main(["audit", "export"]) == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["number"] for line in lines if "number" in line] == [1]
        assert [line["object"] for line in lines if "event" in line] == [str(key)]
        kept = tmp_path / "kept.jsonl"
        kept.write_text("".join(json.dumps(line) + "\n" for line in lines))
        assert main(["audit", "verify", "--against", str(kept)]) == 0
        kept.write_text(json.dumps({**lines[0], "root": "00" * 32}) + "\n")
        capsys.readouterr()
        assert main(["audit", "verify", "--json", "--against", str(kept)]) == 1
        assert json.loads(capsys.readouterr().out)["counts"] == {"seal": 1}
        assert main(["audit", "verify", "--against", str(tmp_path / "none")]) == 1
        assert "没有这个文件" in capsys.readouterr().err
