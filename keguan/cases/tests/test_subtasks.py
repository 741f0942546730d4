"""Tasks of a case: given, told, handed over, finished, dropped, taken up again; who sees them; what they erase."""

import datetime as dt
from typing import Any
from uuid import UUID

from keguan.cases.models import Task
from keguan.cases.page import case
from keguan.cases.tests.conftest import AT, Desk
from keguan.cases.tests.test_commands import reasons
from keguan.cases.tests.test_notes import told
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.agreement import compare
from keguan.kernel.records.vocabulary import vocabulary


def given(desk: Desk, key: UUID, **args: Any) -> UUID:
    told: dict[str, Any] = {"case": key, "title": "联系承运方取证", "owner": desk.other, **args}
    return desk.act("task.open", None, **told)


def test_a_task_is_given_told_and_finished(desk: Desk) -> None:
    key = desk.open()
    task = given(desk, key, due_on="2026-05-22", text="要签收单")
    row = Task.objects.get(id=task)
    assert (row.code, row.stage, row.opened_by_id) == ("RW-202605-001", "open", desk.clerk)
    assert told(desk.other)[0].startswith("季安 gave you a task on the case KS-")
    desk.act("task.finish", task, actor=desk.other, result="已取回")
    assert "“Finish”" not in told(desk.clerk)[0]
    assert told(desk.clerk)[0].endswith(": Finish")
    assert reasons(desk.try_("task.finish", task)) == ["this task has ended"]
    desk.act("task.reopen", task)
    desk.act("task.assign", task, owner=desk.manager)
    desk.act("task.drop", task, result="客户撤回")
    assert Task.objects.get(id=task).stage == "dropped"
    assert reasons(desk.try_("task.reopen", given(desk, key))) == ["this task has not ended"]


def test_a_finished_or_voided_case_gets_no_tasks(desk: Desk) -> None:
    done, gone = desk.open(), desk.open()
    for verb in ("case.accept", "case.close"):
        desk.act(verb, done)
    desk.act("case.void", gone, reason="登错")
    assert "closed already" in reasons(desk.try_("task.open", None, case=done, title="试", owner=desk.other))[0]
    assert reasons(desk.try_("task.open", None, case=gone, title="试", owner=desk.other)) == ["this record was voided"]


def test_the_case_shows_its_tasks_to_who_may_see_them(desk: Desk) -> None:
    key = desk.open()
    given(desk, key, due_on="2026-05-19")
    desk.act("task.finish", given(desk, key, owner=desk.clerk))
    found = case(desk.clerk, key)
    assert found is not None
    assert [(one.code[-3:], one.is_open, one.is_late) for one in found.panels.tasks] == [
        ("001", True, True), ("002", False, False),
    ]  # fmt: skip
    assert found.names[desk.other] == "唐果"
    reader = case(desk.accountant, key)
    assert reader is not None
    assert reader.panels.tasks == ()


def test_every_verb_of_a_task_is_refused_to_a_stranger_and_to_who_may_only_read(desk: Desk) -> None:
    key = desk.open()
    task = given(desk, key, owner=desk.clerk)
    before = Task.objects.values().get(id=task)
    args: dict[str, dict[str, Any]] = {
        "task.assign": {"owner": desk.other},
        "task.correct": {"facts": {"title": "改"}, "reason": "错"},
    }
    for verb in vocabulary.verbs_on("task"):
        if verb.creates:
            continue
        outcome = desk.try_(verb.name, task, actor=desk.other, **args.get(verb.name, {}))
        assert isinstance(outcome, Refused)
        assert outcome.is_hidden
    outcome = desk.try_("task.open", None, actor=desk.accountant, case=key, title="试", owner=desk.other)
    assert isinstance(outcome, Refused)
    assert outcome.reasons[0].kind == "access"
    assert Task.objects.values().get(id=task) == before


def test_many_are_given_in_the_statements_of_one_and_the_journal_accounts_for_them(desk: Desk) -> None:
    key = desk.open()

    def statements(number: int) -> int:
        before = Rows.total
        items = [(None, {"case": key, "title": f"第 {n} 件", "owner": desk.other}) for n in range(number)]
        assert all(isinstance(outcome, Done) for outcome in desk.run("task.open", items))
        return Rows.total - before

    assert statements(1) == statements(20)
    assert [one for one in compare().findings if one.type == "task"] == []


def test_erasing_the_customer_erases_what_tasks_say_of_him(desk: Desk) -> None:
    key = desk.open()
    task = given(desk, key, text="客户在住院")
    with clock.pinned(AT + dt.timedelta(hours=1)):
        desk.act("customer.erase", desk.customer, actor=desk.manager, why="request")
    row = Task.objects.get(id=task)
    assert (row.title, row.text) == (None, None)
