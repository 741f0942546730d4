"""Mentioning and following: who is told of what, and who sees a case because of it."""

from uuid import UUID

from keguan.cases import queries
from keguan.cases.models import Case, Note
from keguan.cases.tests.conftest import Desk
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Notice


def told(person: UUID) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("en", flat=True))


def code(key: UUID) -> str:
    return Case.objects.get(id=key).code or ""


def test_whom_a_note_mentions_is_told_sees_the_case_and_follows_it(desk: Desk) -> None:
    key = desk.open()
    assert not queries.is_visible(desk.other, key)
    desk.act("case.note", key, text="@唐果 请看一下", mentions=[desk.other])
    assert Note.objects.get(case=key).mentions == [desk.other]
    assert Case.objects.get(id=key).followers == [desk.other]
    assert told(desk.other) == [f"季安 mentioned you in the case {code(key)}"]
    assert queries.is_visible(desk.other, key)
    assert [row.id for row in queries.cases(desk.other).rows] == [key]
    assert isinstance(desk.try_("case.reply", key, actor=desk.other, reply="好", reply_channel="phone"), Refused)


def test_a_mention_shows_nothing_to_whom_no_clause_lets_see_cases(desk: Desk) -> None:
    key = desk.open()
    desk.act("case.note", key, text="@韩立", mentions=[desk.outsider])
    assert not queries.is_visible(desk.outsider, key)
    assert len(told(desk.outsider)) == 1


def test_who_follows_is_told_of_notes_and_steps_and_the_actor_of_nothing(desk: Desk) -> None:
    key = desk.open()
    for _ in range(2):
        desk.act("case.follow", key, actor=desk.manager)
    assert Case.objects.get(id=key).followers == [desk.manager]
    desk.act("case.follow", key)
    desk.act("case.accept", key)
    desk.act("case.note", key, text="客户又来电话了")
    desk.act("case.note", key, text="知道了", actor=desk.manager)
    assert told(desk.manager) == [
        f"{code(key)}, which you follow: “Accept” by 季安", f"{code(key)}, which you follow: 季安 wrote a note",
    ]  # fmt: skip
    assert told(desk.clerk) == [f"{code(key)}, which you follow: 苏敏 wrote a note"]
    desk.act("case.unfollow", key, actor=desk.manager)
    desk.act("case.note", key, text="再记一笔")
    assert len(told(desk.manager)) == 2


def test_notices_hold_nothing_of_what_was_written(desk: Desk) -> None:
    key = desk.open(title="秘密事由")
    desk.act("case.note", key, text="秘密内容", mentions=[desk.other])
    assert not any("秘密" in text for text in Notice.objects.values_list("zh", flat=True))


def test_many_notes_cost_the_statements_of_one(desk: Desk) -> None:
    def statements(number: int) -> int:
        keys = [desk.open() for _ in range(number)]
        before = Rows.total
        outcomes = desk.run("case.note", [(key, {"text": "记录", "mentions": [desk.other]}) for key in keys])
        assert all(isinstance(outcome, Done) for outcome in outcomes)
        return Rows.total - before

    assert statements(1) == statements(20)
