"""What `keguan doctor` sees, as a page for whoever looks after the installation; failed jobs are done again from it."""

import datetime as dt
import logging
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from keguan.controls import scopes
from keguan.kernel.failed_jobs import do_again, failed_jobs, let_go
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label
from keguan.site import backups, diagnosis, job_words
from keguan.web import pages
from keguan.web.components import Fact
from keguan.web.doors import page, viewer
from keguan.web.flashes import say
from keguan.web.records.places import runs_installation
from keguan.web.rules import book
from keguan.web.views.shell import render_page

MOST = 50
NO_BACKUP = Label("还没有做过", "None yet")
logger = logging.getLogger(__name__)
SEALS = "select max(number), max(made_at) from kernel_seal"


@page
def installation(request: HttpRequest) -> HttpResponse:
    """Findings, seals, the last backup and failed jobs; POST does a failed job again, or lets it go."""
    who = viewer(request)
    grants = scopes.grants(who)
    if not runs_installation(grants):
        raise Http404
    if request.method == "POST":
        return _decide(request)
    row = pages.Installation(
        findings=tuple(pages.FindingRow(Label(one.zh, one.en), one.tone) for one in diagnosis.findings()),
        jobs=job_words.rows(who, grants, book(), failed_jobs(MOST)),
        facts=_facts(),
    )
    return render_page(request, "web/installation.html", row)


def _decide(request: HttpRequest) -> HttpResponse:
    asked = str(request.POST.get("job", ""))
    job = next((one for one in failed_jobs(MOST) if str(one.key) == asked), None)
    if job is None:
        say(request, Label("这个任务已经不在失败的任务里", "this job is not among those that failed any more"))
    elif request.POST.get("act") == "let_go":
        let_go(job.keys)
        logger.warning("%s let go of a failed job: %s %s", request.user.get_username(), job.task, dict(job.args))
        say(request, Label("已放弃：{what}", "Let go: {what}").format(what=job_words.name(job)))
    elif do_again(job):
        say(request, Label("已重新排队：{what}", "In its queue again: {what}").format(what=job_words.name(job)))
    else:
        say(request, Label("同样的任务已经在排队", "the same job waits already"))
    return redirect("installation")


def _facts() -> tuple[Fact, ...]:
    number, made_at = _rows(SEALS)[0]
    found = []
    if number is not None:
        words = Label("第 {number} 号，{at}", "Number {number}, {at}").format(number=number, at=_said(made_at))
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
