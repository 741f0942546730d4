"""Background jobs in words: what each does, and for a failed one whom and which record it was about."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from keguan.controls.live.grants import Grants
from keguan.imports.models import Import
from keguan.integrations.addresses import KINDS
from keguan.integrations.handed import Handed, handed
from keguan.kernel.failed_jobs import FailedJob
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists.models import Bulk
from keguan.policies.engines import Rulebook
from keguan.web import addresses, pages
from keguan.web.components import Link
from keguan.web.language import Words
from keguan.web.rules import cited
from keguan.web.subjects import Subject, subjects

DELIVER, CARRY_ON = "integrations.deliver", "longwork.carry_on"
TASKS = {
    DELIVER: Label("把通知发到外部", "Send a notice out"),
    "integrations.route": Label("分发新通知", "Put new notices on their way"),
    CARRY_ON: Label("办理长任务", "Carry on long work"),
    "longwork.resume": Label("接着办中断的长任务", "Take up long work that was cut off"),
    "controls.sweep": Label("判定到期的事项", "Judge what has become due"),
    "kernel.seal": Label("封存日志", "Seal the journal"),
    "kernel.partitions": Label("准备日志的下几个月", "Make room in the journal for the months to come"),
    "kernel.clear": Label("清理过期的草稿和请求号", "Clear what need not be kept"),
    "mirror.follow": Label("更新统计用的镜像", "Bring the mirror up to date"),
    "site:back_up": Label("夜间备份", "Nightly backup"),
    "site:rescue_stalled": Label("找回中断的任务", "Take up jobs of workers that are gone"),
}
NOTICE, TRIAL = Label("通知", "a notice"), Label("试发", "a trial")
DIGEST = Label("{day} 的每日摘要", "the digest of {day}")
BY = Label("{person} 办理 {n} 件", "{n} records, by {person}")
SHEET = Label("{person} 导入 {n} 行", "{n} rows, imported by {person}")
GONE = Label("要发的通知已不在", "what was to be sent is gone")
AGAIN = Label("每次到点会自动再做", "is done again by itself when its time comes")


def name(job: FailedJob) -> Label:
    """What a job does; one of which nothing is said here by the name that the worker has for it."""
    return TASKS.get(job.task, Label.typed(job.task))


def rows(viewer: UUID, grants: Grants | None, rules: Rulebook, jobs: Sequence[FailedJob]) -> tuple[pages.JobRow, ...]:
    """Failed jobs as rows of a page; records only those that the viewer may see. A fixed number of statements."""
    messages = {job.key: _keys(job) for job in jobs if job.task == DELIVER}
    sent = handed({key for keys in messages.values() for key in keys})
    asked = [(one.object_type, one.object_id) for one in sent.values() if one.object_type != "delegation"]
    seen = subjects(viewer, asked, grants, "failed_jobs")
    works = _works(jobs)
    found = []
    for job in jobs:
        if job.task == DELIVER:
            found.append(_message(job, [sent[key] for key in messages[job.key] if key in sent], seen, rules))
        else:
            about = works.get(str(job.args.get("key", "")), () if job.args else (AGAIN,))
            found.append(pages.JobRow(job.key, name(job), job.at, job.attempts, len(job.keys), about))
    return tuple(found)


def _keys(job: FailedJob) -> list[UUID]:
    return [UUID(key) for key in (job.args["key"], *job.args.get("also", ()))]


def _message(job: FailedJob, parts: Sequence[Handed], seen: Mapping[UUID, Subject], rules: Rulebook) -> pages.JobRow:
    if not parts:
        return pages.JobRow(job.key, name(job), job.at, job.attempts, about=(GONE,))
    to = parts[0]
    about = [one.object_id for one in parts if one.object_id]
    links = {key: _link(seen[key]) for key in about if key in seen}
    controls = dict.fromkeys(one.control for one in parts if one.control)
    return pages.JobRow(
        job.key,
        name(job),
        job.at,
        job.attempts,
        about=(KINDS.get(to.kind, Label.typed(to.kind)), *dict.fromkeys(map(_what, parts))),
        person=Link(to.person_name, addresses.page_url("person", str(to.person))),
        records=tuple(links.values()),
        citations=tuple(cited(rules, control) for control in controls),
        error=next((one.error for one in parts if one.error), ""),
    )


def _what(one: Handed) -> Label:
    if one.is_notice:
        return NOTICE
    return DIGEST.format(day=str(one.day)) if one.day else TRIAL


def _link(subject: Subject) -> Link:
    return Link(subject.name, subject.url)


def _works(jobs: Iterable[FailedJob]) -> dict[str, tuple[Words, ...]]:
    """By key, whose long work it was: a verb on many records, or a sheet."""
    keys: dict[str, list[str]] = {}
    for job in jobs:
        if job.task == CARRY_ON:
            keys.setdefault(str(job.args["kind"]), []).append(str(job.args["key"]))
    found: dict[str, tuple[Words, ...]] = {}
    for bulk in Bulk.objects.filter(id__in=keys.get("bulk", ())).select_related("opened_by"):
        who = BY.format(person=bulk.opened_by.name, n=bulk.total)
        found[str(bulk.id)] = (vocabulary.verbs[bulk.verb].label, who)
    for sheet in Import.objects.filter(id__in=keys.get("import", ())).select_related("opened_by"):
        who = SHEET.format(person=sheet.opened_by.name if sheet.opened_by else "", n=sheet.total)
        found[str(sheet.id)] = (vocabulary.types["import"].label, who)
    return found
