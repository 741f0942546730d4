"""What a delivery says: the notice, the day's digest, or a trial; in the language of whoever reads it. Reads only."""

import datetime as dt
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from keguan.controls import queries
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label
from keguan.org import queries as org
from keguan.org.models import Notice, User

FEW = 10
TRIAL = Label(
    "这是试发的一条。能看到它，说明接收方式可用。", "This is a trial. If you can read it, the receiver works."
)
NAME = Label("客管", "Keguan")
SEVERAL = Label("客管 · {n} 条通知", "Keguan · {n} {n:notice|notices}")
COUNTED = Label(
    "逾期 {late} 项，今天到期 {due} 项，等您审批 {approvals} 项，未读通知 {unread} 条",
    "{late} overdue, {due} due today, {approvals} for your approval, {unread} unread {unread:notice|notices}",
)


@dataclass(frozen=True, slots=True)
class Written:
    """A message: title and text."""

    title: str
    body: str


def notices(keys: Collection[UUID], person: UUID) -> Written | None:
    """Notices as one message, the first ones in full; nothing where they were erased meanwhile."""
    rows = list(Notice.objects.filter(id__in=keys, person=person).order_by("created_at", "id"))
    if not rows:
        return None
    parts = [Label(row.zh, row.en, row.hant or "") for row in rows[:FEW]]
    if more := len(rows) - len(parts):
        parts.append(Label(f"另有 {more} 条，见“通知”", f"and {more} more, under Notices"))
    title = SEVERAL.format(n=len(rows)) if len(rows) > 1 else NAME
    return _written(language_of(person), title, parts, "notices/")


def trial(person: UUID) -> Written:
    """What a trial says."""
    return _written(language_of(person), NAME, [TRIAL], "notices/")


def digest(person: UUID, day: dt.date) -> Written | None:
    """The day's digest: what is due, what waits, what was said; nothing where there is nothing to say."""
    now = clock.now()
    ends = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), COMPANY_ZONE).astimezone(dt.UTC)
    counts = queries.counts(person, now, ends)
    unread = org.unread_notices(person)
    if not (counts.late or counts.due or counts.approvals or unread):
        return None
    parts = [
        COUNTED.format(late=counts.late, due=counts.due, approvals=counts.approvals, unread=unread),
    ]
    due = [one for one in queries.owed_by(person, FEW) if one.is_broken or one.due_at < ends]
    parts += [_owed(one) for one in due]
    # notices name records by number alone: what stands in them is for the page, which asks who may see it
    parts += [row.text for row in org.notices(person, limit=FEW) if row.read_at is None]
    title = Label(f"客管 · {day.month}月{day.day}日摘要", f"Keguan · digest of {day:%Y-%m-%d}")
    return _written(language_of(person), title, parts)


def language_of(person: UUID) -> str:
    """The language that the person reads in."""
    found = User.objects.filter(person=person).values_list("language", flat=True).first()
    return found or "zh-hans"


def _owed(one: queries.Owed) -> Label:
    code = one.subject.code or ""
    return Label("{act}：{code}（{left}）", "{act}: {code} ({left})").format(act=one.act, code=code, left=one.left)


def _written(language: str, title: Label, parts: Sequence[Label], place: str = "") -> Written:
    lines = [part.text(language) for part in parts]
    if url := os.environ.get("KEGUAN_URL", "").rstrip("/"):
        lines.append(f"{url}/{place}")
    return Written(title.text(language), "\n".join(lines))
