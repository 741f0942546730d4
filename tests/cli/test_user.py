"""`keguan user add`, called as the command line calls it, on a database in which the base policy is adopted."""

import io
from collections.abc import Iterator
from typing import Any

import pytest

from keguan.cli.main import main
from keguan.controls import gate
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Holding, Person, User
from keguan.policies.adoption import ensure_base
from keguan.policies.rulebooks import forget

PASSWORD = "合规 才能 安心 42"


@pytest.fixture(autouse=True)
def _company(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    forget()
    system = Context(None, "command_line")
    ensure_base(gate.run, system)
    gate.run_one(system, "company.found", None, {"name": "青禾软件"})
    gate.run_one(system, "unit.open", None, {"name": "总部", "code": "HQ"})
    monkeypatch.setenv("KEGUAN_PASSWORD", PASSWORD)
    monkeypatch.setenv("KEGUAN_LANG", "en")
    yield
    forget()


def test_a_person_is_added_with_a_post_and_may_sign_in() -> None:
    assert main(["user", "add", "周岚", "--role", "administrator", "--unit", "HQ", "--head"]) == 0
    user = User.objects.select_related("person").get()
    assert (user.username, user.person.name, user.person.username) == ("周岚", "周岚", "周岚")
    assert user.check_password(PASSWORD)
    holding = Holding.objects.select_related("post__role").get()
    assert (holding.person_id, holding.post.role.code, holding.post.is_head) == (user.person_id, "administrator", True)


def test_two_people_share_a_post() -> None:
    for name in ("周岚", "沈一"):
        assert main(["user", "add", name, "--role", "administrator", "--unit", "总部"]) == 0
    assert Holding.objects.values("post").distinct().count() == 1
    assert Holding.objects.count() == 2


def test_the_password_is_read_from_standard_input_and_never_journalled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KEGUAN_PASSWORD")
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert main(["user", "add", "周岚", "--name", "周小岚", "--code", "A7"]) == 0
    assert User.objects.get().check_password(PASSWORD)
    assert Person.objects.get().name == "周小岚"
    journal = Rows().select("select envelope as body from kernel_event union all select body from kernel_payload")
    assert not any(PASSWORD in row["body"] for row in journal)


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["--role", "administrator"], 2, "go together"),
        (["--role", "adminstrator", "--unit", "HQ"], 1, "administrator"),
        (["--role", "administrator", "--unit", "分部"], 1, "总部"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(capsys: Any, arguments: list[str], status: int, says: str) -> None:
    assert main(["user", "add", "周岚", *arguments]) == status
    assert says in capsys.readouterr().err
    assert not Person.objects.exists()


def test_a_weak_password_adds_nobody(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("KEGUAN_PASSWORD", "12345")
    assert main(["user", "add", "周岚"]) == 1
    assert "too short" in capsys.readouterr().err
    assert not Person.objects.exists()


def test_a_name_that_is_taken_adds_nobody(capsys: Any) -> None:
    assert main(["user", "add", "Zhou"]) == 0
    assert main(["user", "add", "zhou"]) == 1
    assert "choose another name" in capsys.readouterr().err
    assert Person.objects.count() == 1
