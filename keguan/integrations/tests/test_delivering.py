"""Notices leave the product: to whom, when, in which words; and what fails is kept without the address."""

import datetime as dt
import logging
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from keguan.controls import gate
from keguan.integrations import addresses, delivering, queries, routing, sending, tasks
from keguan.integrations.models import Delivery, Receiver
from keguan.integrations.tests.conftest import Hook, Office, Post
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.agreement import compare
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label
from keguan.org.notices import Message
from keguan.org.notices import send as tell
from keguan.web.tests.conftest import NOW

NIGHT = dt.datetime(2026, 5, 20, 15, tzinfo=dt.UTC)  # 23:00 in Shanghai
MORNING = dt.datetime(2026, 5, 21, 0, tzinfo=dt.UTC)  # 08:00


def add(office: Office, hook: Hook, who: str = "deputy") -> UUID:
    return office.do(who, "receiver.add", None, kind="webhook", address=hook.url).object


def told(office: Office, who: str = "deputy", text: str = "有一项申请等您决定", control: str | None = None) -> None:
    tell(Rows(), [Message(office.people[who], Label(text, "Something waits for you"), control)], clock.now())


def run() -> int:
    """What the worker does, here and now; gives how many left."""
    routing.route()
    routing.route_digests()
    return sum(delivering.deliver(message) for message in delivering.hand_out())


def test_a_notice_goes_to_the_receivers_of_its_person_and_to_nobody_else_s(office: Office, hook: Hook) -> None:
    add(office, hook)
    told(office)
    told(office, "agent", "别人的事")
    assert run() == 1
    assert hook.texts == ["有一项申请等您决定"]
    assert run() == 0, "running twice sends nothing twice"


def test_it_is_written_in_the_reader_s_language(office: Office, hook: Hook) -> None:
    add(office, hook)
    for language, text in (("en", "Something waits for you"), ("zh-hant", "有一項申請等您決定")):
        office.users["deputy"].language = language
        office.users["deputy"].save(update_fields=["language"])
        told(office)
        run()
        assert hook.texts[-1] == text
    office.users["deputy"].language = ""
    office.users["deputy"].save(update_fields=["language"])


def test_in_the_company_s_quiet_hours_it_waits_until_they_end(office: Office, hook: Hook) -> None:
    add(office, hook)
    with clock.pinned(NIGHT):
        told(office)
        assert run() == 0
    with clock.pinned(MORNING - dt.timedelta(minutes=1)):
        assert run() == 0
    with clock.pinned(MORNING):
        assert run() == 1


def test_what_leaves_together_is_one_message(office: Office, hook: Hook) -> None:
    for who in ("deputy", "agent"):
        add(office, hook, who)
    with clock.pinned(NIGHT):
        for n in range(3):
            told(office, text=f"第 {n} 件今天到期")
        told(office, "agent", "别人的事")
        office.do("agent", "receiver.try", queries.receivers(office.people["agent"])[0].id)
        assert run() == 1, "the trial, at once"
    with clock.pinned(MORNING):
        assert run() == 2
        assert run() == 0
    [trial, *messages] = hook.came
    assert "试发" in trial["message"]
    assert {one["title"]: one["message"] for one in messages} == {
        "客管 · 3 条通知": "第 0 件今天到期\n第 1 件今天到期\n第 2 件今天到期", "客管": "别人的事",
    }  # fmt: skip
    assert not Delivery.objects.filter(sent_at=None).exists()


def test_of_many_the_first_are_told_and_the_others_counted(office: Office, hook: Hook) -> None:
    add(office, hook)
    for n in range(12):
        told(office, text=f"第 {n} 件")
    assert run() == 1
    assert hook.texts[0].splitlines()[-2:] == ["第 9 件", "另有 2 条，见“通知”"]


def test_a_message_of_several_that_was_not_taken_is_sent_whole_later(office: Office, hook: Hook) -> None:
    add(office, hook)
    told(office)
    told(office, text="还有一项")
    hook.status = 500
    tasks.route(0)
    [job] = ProcrastinateJob.objects.filter(task_name="integrations.deliver")
    with pytest.raises(sending.NotDelivered):
        tasks.deliver(**job.args)
    assert set(Delivery.objects.values_list("attempts", "error")) == {(1, "Webhook没有接收这条消息")}
    hook.status = 200
    tasks.deliver(**job.args)
    assert hook.texts[-1] == "有一项申请等您决定\n还有一项"
    assert not Delivery.objects.filter(sent_at=None).exists()


def test_one_s_own_hours_come_before_the_company_s(office: Office, hook: Hook) -> None:
    add(office, hook)
    reception = office.do("deputy", "reception.set", None, quiet_from="00:00", quiet_until="00:00").object
    with clock.pinned(NIGHT):
        told(office)
        assert run() == 1
        office.do("deputy", "reception.change", reception, quiet_from="22:00", quiet_until="09:30")
        told(office)
        assert run() == 0
    assert Delivery.objects.get(sent_at=None).leaves_at == MORNING + dt.timedelta(hours=1, minutes=30)


def test_what_is_urgent_by_policy_passes(office: Office, hook: Hook) -> None:
    from keguan.policies.rulebooks import current

    add(office, hook)
    office.do("deputy", "reception.set", None, is_each_sent=False)
    [control] = [one for one in current(NOW).controls if one.id == "settle"]
    urgent = control.form.model_copy(update={"urgent": True})
    with clock.pinned(NIGHT):
        told(office, control=control.key)
        assert run() == 0
        object.__setattr__(control, "form", urgent)
        told(office, control=control.key)
        try:
            assert run() == 1
        finally:
            object.__setattr__(control, "form", control.form.model_copy(update={"urgent": False}))


def test_the_digest_comes_once_a_day_and_says_what_is_due_and_unread(office: Office, hook: Hook) -> None:
    done = office.accepted()
    add(office, hook, "agent")
    office.do("agent", "reception.set", None, is_each_sent=False, is_digest_sent=True, digest_at="10:30")
    told(office, "agent", "沈一在工单里提到了您")
    assert run() == 0
    with clock.pinned(NOW + dt.timedelta(hours=1)):
        assert run() == 1
        assert run() == 0
    [text] = hook.texts
    assert "未读通知" in text
    assert "沈一在工单里提到了您" in text
    with clock.pinned(NOW + dt.timedelta(days=8, hours=1)):
        assert run() == 1
    assert f"：{done.code}（" in hook.texts[-1]
    assert "到货三箱外包装破损" not in hook.texts[-1], "records are named by number alone"


def test_nothing_to_say_is_not_said(office: Office, hook: Hook) -> None:
    add(office, hook, "stranger")
    office.do("stranger", "reception.set", None, is_digest_sent=True, digest_at="09:00")
    assert run() == 0
    assert hook.texts == []


def test_a_removed_receiver_gets_nothing_more(office: Office, hook: Hook) -> None:
    key = add(office, hook)
    with clock.pinned(NIGHT):
        told(office)
        run()
    office.do("deputy", "receiver.remove", key)
    with clock.pinned(MORNING):
        assert run() == 0
    assert Receiver.objects.get(id=key).address is None


def test_who_has_left_is_told_nothing_more(office: Office, hook: Hook) -> None:
    add(office, hook, "salesperson")
    office.act("person.leave", office.people["salesperson"], left_on="2026-05-20")
    told(office, "salesperson")
    assert run() == 0


def test_a_trial_goes_out_at_any_hour(office: Office, hook: Hook) -> None:
    key = add(office, hook)
    with clock.pinned(NIGHT):
        office.do("deputy", "receiver.try", key)
        assert run() == 1
    assert "试发" in hook.texts[0]


def test_what_was_not_taken_is_tried_again_and_shown_without_its_address(
    office: Office, hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    key = add(office, hook)
    told(office)
    routing.route()
    [message] = delivering.hand_out()
    hook.status = 500
    with caplog.at_level(logging.DEBUG), pytest.raises(sending.NotDelivered) as told_of:
        delivering.deliver(message)
    assert "secret" not in f"{told_of.value} {caplog.text}"
    [row] = queries.receivers(office.people["deputy"])
    assert (row.id, row.masked, row.sent_at) == (key, f"http://{hook.host}/…", None)
    assert row.failed_at is not None
    kept = Delivery.objects.get(id=message[0])
    assert (kept.attempts, "secret" in kept.error) == (1, False)
    hook.status = 200
    assert delivering.deliver(message) is True
    assert Delivery.objects.get(id=message[0]).failed_at is None


def test_the_worker_hands_each_message_to_a_job_of_its_own(office: Office, hook: Hook) -> None:
    add(office, hook)
    told(office)
    tasks.route(0)
    [job] = ProcrastinateJob.objects.filter(task_name="integrations.deliver")
    assert "secret" not in str(job.args)
    assert tasks.RETRY.max_attempts == 5
    tasks.deliver(**job.args)
    assert len(hook.came) == 1


def test_nothing_is_followed_elsewhere(office: Office, hook: Hook) -> None:
    add(office, hook)
    told(office)
    hook.status = 302
    routing.route()
    with pytest.raises(sending.NotDelivered):
        delivering.deliver(delivering.hand_out()[0])
    assert [one["path"] for one in hook.came] == ["/hook/secret-token-1234"]


def test_mail_goes_through_the_company_s_server(office: Office, post: Post) -> None:
    office.do("deputy", "receiver.add", None, kind="email", address="gu@example.cn")
    told(office)
    assert run() == 1
    [letter] = post.letters
    assert "gu@example.cn" in letter
    assert "keguan@example.cn" in letter


@pytest.mark.parametrize(
    ("kind", "module", "name", "address", "field"),
    [
        ("wecom", "wecombot", "NotifyWeComBot", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4",
         "{key}"),
        ("dingtalk", "dingtalk", "NotifyDingTalk", "a" * 64, "{token}"),
        ("feishu", "feishu", "NotifyFeishu", "6e2b7d0c-1f9c-4ab2-8d", "{token}"),
    ],
)  # fmt: skip
def test_robots_are_reached(
    office: Office, hook: Hook, monkeypatch: pytest.MonkeyPatch, kind: str, module: str, name: str, address: str,
    field: str,
) -> None:  # fmt: skip
    import importlib

    plugin = getattr(importlib.import_module(f"apprise.plugins.{module}"), name)
    monkeypatch.setattr(plugin, "notify_url", f"http://{hook.host}/{field}")
    office.do("deputy", "receiver.add", None, kind=kind, address=address)
    told(office)
    assert run() == 1
    assert "有一项申请等您决定" in str(hook.came[0])


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("email", "not an address"),
        ("email", "a@b.cn?cc=c@d.cn"),
        ("wecom", "https://example.cn/send?key=693a91f6-7xxx-4bc4-97a0"),
        ("feishu", "../../etc"),
        ("webhook", "http://169.254.169.254/latest/meta-data"),
        ("webhook", "https://127.0.0.1:1/"),
        ("webhook", "file:///etc/passwd"),
        ("webhook", "https://user:pass@HOST/"),
        ("webhook", "https://HOST@example.cn/"),
        ("webhook", "https://[::1/"),
    ],
)
def test_addresses_that_lead_elsewhere_are_refused(office: Office, hook: Hook, kind: str, address: str) -> None:
    typed = address.replace("HOST", hook.host)
    with pytest.raises(BadValue):
        addresses.read(kind, typed)
    outcome = gate.run_one(
        Context(office.people["deputy"], "page"), "receiver.add", None, {"kind": kind, "address": typed}
    )
    assert isinstance(outcome, Refused)
    assert outcome.reasons[0].field == "address"


def test_a_host_that_is_no_longer_allowed_gets_nothing(
    office: Office, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(office, hook)
    told(office)
    monkeypatch.setenv("KEGUAN_NOTICE_HOSTS", "")
    routing.route()
    with pytest.raises(sending.NotDelivered):
        delivering.deliver(delivering.hand_out()[0])
    assert hook.came == []


def test_nobody_touches_another_s_and_the_journal_accounts_for_it(office: Office, hook: Hook) -> None:
    key = add(office, hook)
    for verb in ("receiver.remove", "receiver.try"):
        outcome = gate.run_one(Context(office.people["agent"], "page"), verb, key, {})
        assert isinstance(outcome, Refused)
        assert outcome.is_hidden
    first = office.do("deputy", "reception.set", None, is_digest_sent=True).object
    again = gate.run_one(Context(office.people["deputy"], "page"), "reception.set", None, {})
    assert isinstance(again, Refused)
    assert "已经有了" in again.reasons[0].message.zh
    half = gate.run_one(Context(office.people["deputy"], "page"), "reception.change", first, {"quiet_from": "22:00"})
    assert isinstance(half, Refused)
    assert [one for one in compare().findings if one.type in ("receiver", "reception")] == []


def test_a_clause_gives_the_company_s_quiet_hours(office: Office, hook: Hook) -> None:
    from keguan.controls.tests.shop import PACK as EXTRA
    from keguan.policies.adoption import adopt
    from keguan.policies.packs.pack import pack_from_texts

    policy = """
policy: evenings
title: 下班后联络规定
effective: 2020-01-01
clauses:
  - clause: 第一条
    text: 晚八时至次日九时不以消息打扰员工。
    controls:
      - setting: {id: quiet, of: notice.quiet_hours, is: 20:00-09:00}
"""
    pack, faults = pack_from_texts({"pack.yaml": EXTRA, "policies/evenings.yaml": policy})
    assert pack is not None and not faults, [fault.text() for fault in faults]
    adopt(gate.run, Context(None, "command_line"), pack)
    add(office, hook)
    with clock.pinned(NIGHT):
        told(office)
        assert run() == 0
    assert Delivery.objects.get().leaves_at == MORNING + dt.timedelta(hours=1)
