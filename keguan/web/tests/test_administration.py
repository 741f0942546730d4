"""Who may do what, who read what, and how the installation is: pages of the administration."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django import app

from keguan.integrations.models import Delivery, Receiver
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.rows import Rows
from keguan.kernel.ids import uuid7
from keguan.lists import bulk
from keguan.org.models import Notice
from keguan.site import backups
from keguan.site.job_words import TASKS
from keguan.web.tests.conftest import NOW, Office

ACCESS, READINGS, INSTALLATION = "web:access_matrix", "web:reading_log", "installation"


def cells(page: str, act: str) -> list[list[str]]:
    row = re.search(rf"<tr><th scope=\"row\">{act}</th>(.*?)</tr>", page, re.DOTALL)
    assert row, act
    return [re.sub(r"<[^>]+>", " ", cell).split() for cell in re.findall(r"<td>(.*?)</td>", row[1], re.DOTALL)]


def heads(page: str) -> list[str]:
    return re.findall(r"<th scope=\"col\">([^<]+)</th>", page)[1:]


def test_each_yes_names_its_scope_and_its_clause(office: Office) -> None:
    page = office.browser("agent").get(reverse(ACCESS) + "?type=case").content.decode()
    roles = heads(page)
    opening = dict(zip(roles, cells(page, "登记工单"), strict=True))
    assert opening["客户服务专员"] == ["全部", "第四条"]
    assert opening["销售人员"] == ["本人经手的", "第六条"]
    assert opening["服务人员"] == []


def test_what_stays_masked_is_told(office: Office) -> None:
    page = office.browser("agent").get(reverse(ACCESS) + "?type=customer").content.decode()
    seeing = dict(zip(heads(page), cells(page, "查看"), strict=True))
    assert "遮盖：" in seeing["服务人员"]
    assert "遮盖：" not in seeing["客户服务专员"]


def test_an_unknown_type_shows_the_first(office: Office) -> None:
    assert office.browser("agent").get(reverse(ACCESS) + "?type=nonsense").status_code == 200


@pytest.mark.parametrize("name", [READINGS, INSTALLATION])
def test_only_who_looks_after_the_installation_opens_it(office: Office, name: str) -> None:
    assert office.browser("admin").get(reverse(name)).status_code == 200
    assert office.browser("agent").get(reverse(name)).status_code == 404


@pytest.mark.parametrize(
    ("noted", "tone", "says"),
    [
        (None, "soon", "备份：还没有做过"),
        ({"made_at": "", "file": "", "bytes": 0, "fault": "磁盘已满"}, "broken", "昨夜的备份没有做成：磁盘已满"),
        ({"made_at": "2026-05-19T18:30:00+00:00", "file": "a.backup", "bytes": 9, "fault": ""}, "kept", "a.backup"),
    ],
    ids=["none was ever made", "the first one failed", "made last night"],
)
def test_a_backup_is_good_only_once_it_was_made(
    office: Office, settings: Any, tmp_path: Path, noted: dict[str, Any] | None, tone: str, says: str
) -> None:
    settings.DATA_DIR = tmp_path
    if noted is not None:
        backups.folder().mkdir()
        (backups.folder() / "last.json").write_text(json.dumps(noted))
    page = office.browser("admin").get(reverse(INSTALLATION)).content.decode()
    [row] = [row for row in re.findall(r"<li>.*?</li>", page, re.DOTALL) if "备份" in row]
    assert f'class="tone-{tone}"' in row
    assert says in row
    assert ("还没有做过" in page.split("最近一次备份")[-1]) is (tone != "kept")


def read(office: Office, names: list[str]) -> None:
    """The agent looks at new customers."""
    for name in names:
        code = office.do("agent", "customer.update", office.customer(name), city="杭州").code
        assert office.browser("agent").get(reverse("web:customer_page", args=[code])).status_code == 200


def test_without_a_clause_nothing_is_kept_and_the_page_says_so(office: Office) -> None:
    read(office, ["江南印务有限公司"])
    page = office.browser("admin").get(reverse(READINGS)).content.decode()
    assert "没有要求记录查阅" in page
    assert "没有查阅记录" in page


def test_readings_are_told_by_person_and_facts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keguan.kernel.journal.readings.is_kept", lambda *_, **__: True)
    read(office, ["江南印务有限公司"])
    admin = office.browser("admin")
    page = admin.get(reverse(READINGS)).content.decode()
    assert re.search(r"程小满</td><td class=\"full\" data-label=\"对象\">客户", page)
    assert "名称" in page
    other = admin.get(reverse(READINGS) + f"?person={office.people['finance']}").content.decode()
    assert "没有查阅记录" in other


def test_many_readings_cost_as_many_statements_as_few(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keguan.kernel.journal.readings.is_kept", lambda *_, **__: True)
    admin = office.browser("admin")

    def statements() -> int:
        with CaptureQueriesContext(connection) as found:
            admin.get(reverse(READINGS))
        return len(found)

    read(office, ["甲"])
    few = statements()
    read(office, ["乙", "丙", "丁"])
    assert statements() == few


def test_a_failed_job_is_shown_and_done_again(office: Office) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (task_name, queue_name, status, attempts, args) "
            "values ('site:back_up', 'site', 'failed', 3, '{}') returning id"
        )
        [key] = cursor.fetchone()
    admin = office.browser("admin")
    page = admin.get(reverse(INSTALLATION)).content.decode()
    assert "夜间备份" in page
    assert "试过 3 次" in page
    assert admin.post(reverse(INSTALLATION), {"job": str(key)}).status_code == 302
    assert Rows().select("select status::text as s from procrastinate_jobs where id = %s", [key]) == [{"s": "todo"}]
    assert "没有失败的任务" in admin.get(reverse(INSTALLATION)).content.decode()
    again = admin.post(reverse(INSTALLATION), {"job": str(key)}, follow=True).content.decode()
    assert "已经不在失败的任务里" in again


def failed(task: str, args: dict[str, object]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_jobs (task_name, queue_name, status, attempts, args) "
            "values (%s, 'q', 'failed', 6, %s) returning id",
            [task, json.dumps(args)],
        )
        return int(cursor.fetchone()[0])


def test_a_message_that_did_not_leave_is_named_by_person_and_record_never_by_its_words(office: Office) -> None:
    waiting = office.asked()
    [notice] = Notice.objects.filter(person=office.people["deputy"], object_id__isnull=False)[:1]
    person = office.people["deputy"]
    receiver = Receiver.objects.create(
        id=uuid7(NOW), person_id=person, kind="wecom", address="693a91f6-7xxx-4bc4", title="我的群", opened_at=NOW
    )
    delivery = Delivery.objects.create(
        id=uuid7(NOW), receiver=receiver, notice=notice, leaves_at=NOW, handed_at=NOW, failed_at=NOW,
        error="企业微信群机器人没有接收这条消息",
    )  # fmt: skip
    failed("integrations.deliver", {"key": str(delivery.id)})
    page = office.browser("admin").get(reverse(INSTALLATION)).content.decode()
    assert "把通知发到外部" in page
    assert f'href="/records/person/of/{person}/">顾怀瑾</a>' in page
    assert "企业微信群机器人没有接收这条消息" in page
    assert "4bc4" not in page
    assert str(waiting.object) not in page, "the administrator does not see the case"
    assert notice.zh not in page


def test_the_same_work_stands_once_and_is_let_go(office: Office) -> None:
    keys = [failed("controls.sweep", {"timestamp": n}) for n in range(3)]
    admin = office.browser("admin")
    page = admin.get(reverse(INSTALLATION)).content.decode()
    assert page.count("判定到期的事项") == 1
    assert "失败 3 次" in page
    told = admin.post(reverse(INSTALLATION), {"job": str(keys[-1]), "act": "let_go"}, follow=True).content.decode()
    assert "已放弃：判定到期的事项" in told
    assert Rows().select("select id from procrastinate_jobs where id = any(%s)", [keys]) == []


def test_done_again_the_older_ones_are_gone_and_one_that_waits_already_is_not_handed_in_twice(office: Office) -> None:
    keys = [failed("controls.sweep", {"timestamp": n}) for n in range(2)]
    admin = office.browser("admin")
    admin.post(reverse(INSTALLATION), {"job": str(keys[-1]), "act": "again"})
    states = "select id, status::text as status from procrastinate_jobs where task_name = 'controls.sweep'"
    assert Rows().select(states) == [{"id": keys[-1], "status": "todo"}]
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set queueing_lock = 'one' where id = %s", [keys[-1]])
        again = failed("controls.sweep", {"timestamp": 9})
        cursor.execute("update procrastinate_jobs set queueing_lock = 'one' where id = %s", [again])
    told = admin.post(reverse(INSTALLATION), {"job": str(again), "act": "again"}, follow=True).content.decode()
    assert "已经在排队" in told
    assert Rows().select(states) == [{"id": keys[-1], "status": "todo"}]


def test_long_work_that_failed_says_whose_it_was(office: Office) -> None:
    case = office.accepted().object
    key = bulk.start(
        Context(office.people["agent"], "page"), "case.assign", {"owner": office.people["manager"]}, [case]
    )
    failed("longwork.carry_on", {"kind": "bulk", "key": str(key)})
    page = office.browser("admin").get(reverse(INSTALLATION)).content.decode()
    assert "办理长任务" in page
    assert "程小满 办理 1 件" in page


def test_every_task_of_the_worker_has_words() -> None:
    own = {name for name in app.tasks if "builtin" not in name}
    assert own == set(TASKS)


def test_the_administration_leads_to_them(office: Office) -> None:
    admin = office.browser("admin")
    page = admin.get(reverse("web:administration")).content.decode()
    for name in (ACCESS, READINGS, INSTALLATION):
        assert reverse(name) in page
        assert f'class="back" href="{reverse("web:administration")}"' in admin.get(reverse(name)).content.decode()
