"""What `keguan doctor` sees, as a page for whoever looks after the installation; failed jobs are done again from it."""

import datetime as dt
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from procrastinate.contrib.django import app
from procrastinate.exceptions import ProcrastinateException

from keguan.controls import scopes
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label
from keguan.site import backups, diagnosis
from keguan.web import pages
from keguan.web.components import Fact
from keguan.web.doors import page, viewer
from keguan.web.flashes import say
from keguan.web.records.places import runs_installation
from keguan.web.views.shell import render_page

MOST = 50
FAILED = """
    select j.id, j.task_name, j.attempts,
    (select max(e.at) from procrastinate_events e where e.job_id = j.id and e.type = 'failed') as at
    from procrastinate_jobs j where j.status = 'failed' order by j.id desc limit %s
"""
NO_BACKUP = Label("还没有做过", "none yet")
SEALS = "select max(number), max(made_at) from kernel_seal"


@page
def installation(request: HttpRequest) -> HttpResponse:
    """Findings, seals, the last backup and failed jobs; POST puts one failed job back in its queue."""
    if not runs_installation(scopes.grants(viewer(request))):
        raise Http404
    if request.method == "POST":
        return _again(request)
    row = pages.Installation(
        findings=tuple(pages.FindingRow(Label(one.zh, one.en), one.tone) for one in diagnosis.findings()),
        jobs=tuple(pages.JobRow(key, name, at, attempts) for key, name, attempts, at in _rows(FAILED, [MOST])),
        facts=_facts(),
    )
    return render_page(request, "web/installation.html", row)


def _again(request: HttpRequest) -> HttpResponse:
    key = str(request.POST.get("job", ""))
    known = [row[0] for row in _rows(FAILED, [MOST])]
    if not key.isdigit() or int(key) not in known:
        say(request, Label("这个任务已经不在失败的任务里", "this job is not among those that failed any more"))
        return redirect("installation")
    try:
        app.job_manager.retry_job_by_id(int(key), clock.now())
    except ProcrastinateException:
        say(request, Label("同样的任务已经在排队", "the same job waits already"))
    else:
        say(request, Label("任务已重新排队", "the job is in its queue again"))
    return redirect("installation")


def _facts() -> tuple[Fact, ...]:
    number, made_at = _rows(SEALS)[0]
    found = []
    if number is not None:
        words = Label("第 {number} 号，{at}", "number {number}, {at}").format(number=number, at=_said(made_at))
        found.append(Fact(Label("最近一次封存", "Last seal"), words))
    last = backups.last()
    made = f"{last.file} · {_said(dt.datetime.fromisoformat(last.made_at))}" if last and last.made_at else NO_BACKUP
    found.append(Fact(Label("最近一次备份", "Last backup"), made))
    return tuple(found)


def _said(at: dt.datetime) -> str:
    return f"{at.astimezone(COMPANY_ZONE):%Y-%m-%d %H:%M}"


def _rows(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
