"""The course of a record: nobody is told what was given to other records, or is masked, that he may not know."""

import datetime as dt
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from keguan.controls import scopes
from keguan.controls.live.grants import Grants
from keguan.kernel.journal.read import Passage
from keguan.org.directory import Profile

AT = dt.datetime(2026, 5, 20, 2, tzinfo=dt.UTC)
VIEWER = uuid4()
PHONE = frozenset({"contact_phone"})


def entry(verb: str, **parts: Any) -> Passage:
    return Passage(uuid4(), verb, UUID(int=7), "page", AT, AT, **parts)


def knowing(see: tuple[str, ...], scope: str = "all", mask: tuple[tuple[str, str], ...] = ()) -> Grants:
    nobody = frozenset[Any]()
    profile = Profile(VIEWER, "季安", nobody, nobody, nobody, nobody, nobody)
    grant: Any = SimpleNamespace(see=frozenset(see), scope=scope, mask=frozenset(mask), verbs=nobody)
    return Grants(profile, (grant,))


def told(passage: Passage, hidden: frozenset[str] = frozenset(), known: Grants | None = None, of: str = "case") -> Any:
    [found] = scopes.course(VIEWER, of, [passage], hidden, known or knowing((of,)))
    return found


def test_without_anything_to_hide_the_course_is_what_the_journal_has() -> None:
    entries = [
        entry("case.note", args={"text": "已联系"}, lines={"notes": [["add", "1", {"text": "已联系"}]]}),
        entry("case.accept", changes={"stage": ("registered", "accepted")}),
        entry("gone.verb", args={"any": 1}),
    ]
    assert scopes.course(VIEWER, "case", entries, known=knowing(("case",))) == entries


@pytest.mark.parametrize(
    ("known", "is_told"),
    [
        (knowing(("case", "task")), True),
        (knowing(("case", "task"), scope="department"), False),
        (knowing(("case",)), False),
    ],
)
def test_what_another_record_was_given_is_told_to_whom_all_of_its_type_are_shown(known: Grants, is_told: bool) -> None:
    passage = entry(
        "task.finish", args={"result": "已换货"}, lines={"any": [["add", "1", {}]]}, changes={"stage": ("a", "b")}
    )
    found = told(passage, known=known)
    assert (found.args, found.lines) == ((passage.args, passage.lines) if is_told else ({}, {}))
    assert (found.verb, found.actor, found.changes) == (passage.verb, passage.actor, passage.changes)


def test_what_machinery_wrote_about_any_record_is_told() -> None:
    asked = entry("approval.request", args={"verb": "case.settle", "by_zh": "总经理"})
    assert told(asked) == asked


def test_what_is_masked_is_in_no_part_of_an_entry() -> None:
    opened = entry(
        "case.open",
        args={"title": "到货破损", "contact_phone": "13812345678", "channel": "phone",
              "extra": {"colour": "红", "size": 3}},
        changes={"title": (None, "到货破损"), "contact_phone": (None, "13812345678"), "extra.colour": (None, "红"),
                 "extra.size": (None, 3)},
        lines={"notes": [["add", "1", {"text": "请回电"}]], "attachments": [["add", "2", {"name": "照片.jpg"}]]},
    )  # fmt: skip
    found = told(opened, PHONE | {"colour", "notes.text"})
    assert found.args == {"title": "到货破损", "channel": "phone", "extra": {"size": 3}}
    assert found.changes == {"title": (None, "到货破损"), "extra.size": (None, 3)}
    assert found.lines == {"attachments": opened.lines["attachments"]}


def test_personal_words_that_became_no_fact_may_hold_what_is_masked() -> None:
    assert told(entry("case.note", args={"text": "电话 13812345678"}), PHONE).args == {}
    assert told(entry("gone.verb", args={"contact": "13812345678"}), PHONE).args == {}
    refused = entry("case.reply", args={"reply": "请拨 13812345678", "reply_channel": "phone"}, is_attempt=True)
    assert told(refused, PHONE).args == {"reply_channel": "phone"}


def test_an_argument_called_like_a_fact_of_the_record_may_be_that_of_a_line() -> None:
    added = entry(
        "contact.add", args={"name": "赵敏", "email": "zhao@example.com", "is_primary": True},
        changes={"primary_contact": (None, "1")}, lines={"contacts": [["add", "1", {"name": "赵敏"}]]},
    )  # fmt: skip
    found = told(added, frozenset({"contacts.name", "contacts.email"}), of="customer")
    assert (found.args, found.lines) == ({"is_primary": True}, {})


def test_what_is_masked_of_the_other_record_is_not_told_with_its_act() -> None:
    given = entry("task.open", args={"title": "回电 13812345678", "due_on": "2026-06-01"})
    assert told(given, known=knowing(("case", "task"), mask=(("task", "title"),))).args == {"due_on": "2026-06-01"}
