"""Approvals, notices, finding, and what a page says when there is trouble. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from keguan.web.components import Citation, Fact, Link, Paging, Reason, State, Step, Tab, Tone
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class ApprovalPart:
    """One record of a request that was made for several; `state` once it is decided."""

    id: str
    subject: Words
    state: State | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """A request for approval; of one for several records `parts` are those, and the form posts the `refused` ones.

    `read` are the facts the control read; `steps` who decides, in order. `acts` open the forms by which others decide
    too; `again_url` the form in which what was sent back is asked for again; `told` what was written to the viewer.
    """

    id: str
    headline: Words
    kind: Words
    subject: Words
    url: str
    requester: str
    asked_at: dt.datetime
    citation: Citation
    sentence: Words
    read: tuple[Fact, ...] = ()
    steps: tuple[Step, ...] = ()
    state: State | None = None
    reasons: tuple[Reason, ...] = ()
    comment: str = ""
    decided_at: dt.datetime | None = None
    withdraw_url: str = ""
    key: str = ""
    parts: tuple[ApprovalPart, ...] = ()
    acts: tuple[Link, ...] = ()
    again_url: str = ""
    told: Words = ""


@dataclass(frozen=True, slots=True)
class Approvals:
    """web/approvals.html (partial `#lines`). Each line posts `decision` (consent, reject) and `comment` to
    approval_decide; the bulk form posts `approval` (ids), `decision` = consent to `approvals`."""

    tabs: tuple[Tab, ...]
    lines: tuple[ApprovalLine, ...]
    view: Literal["waiting", "mine", "decided"] = "waiting"
    paging: Paging | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice."""

    id: str
    text: Words
    at: dt.datetime
    url: str = ""
    detail: Words = ""
    citation: Citation | None = None
    is_read: bool = False
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Notices:
    """web/notices.html. POST to notice_read marks one; POST to notices with `all=1` marks all."""

    rows: tuple[NoticeRow, ...]
    paging: Paging
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One result of the find box."""

    text: Words
    url: str
    detail: Words = ""
    state: State | None = None
    is_clause: bool = False


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """Results of one sort."""

    title: Words
    items: tuple[Found, ...]
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class Find:
    """web/find.html (partial `#results`: the list under the find box)."""

    query: str
    groups: tuple[FoundGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """403.html, 404.html: optional; what is wrong in the view's own words, with the clause and where to go on."""

    title: Words = ""
    text: Words = ""
    reasons: tuple[Reason, ...] = ()
    links: tuple[Link, ...] = ()
