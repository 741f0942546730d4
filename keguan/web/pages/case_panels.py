"""What stands on a case's page beside its stages: what happened, tasks, other cases, hints. Page-shaped rows."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from keguan.web.components import Action, Link, State
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class HappenedRow:
    """Something that happened: what in a few words, the text that was written, by whom and when."""

    what: Words
    text: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class HappenedPanel:
    """Visits, promises or liability of a case; `action` adds to them, or says which clause forbids it."""

    name: str
    title: Words
    rows: tuple[HappenedRow, ...]
    total: Words = ""
    action: Action | None = None
    template: Literal["web/parts/case/happened.html"] = "web/parts/case/happened.html"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task: what, whose, by when; `doings` are what the viewer may do with it."""

    code: str
    title: str
    url: str
    owner: str
    due_on: dt.date | None
    state: State
    result: str = ""
    doings: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class TasksPanel:
    """The tasks of a case; `new_url` gives another one."""

    rows: tuple[TaskLine, ...]
    done: int
    new_url: str = ""
    template: Literal["web/parts/case/tasks.html"] = "web/parts/case/tasks.html"


@dataclass(frozen=True, slots=True)
class OtherLine:
    """Another case that this one has to do with; `unlink` is the id to post to `unlink_url`."""

    code: str
    title: str
    url: str
    how: Words
    state: State
    opened_at: dt.datetime
    unlink: str = ""


@dataclass(frozen=True, slots=True)
class OthersPanel:
    """Cases linked, merged or split."""

    rows: tuple[OtherLine, ...]
    unlink_url: str = ""
    template: Literal["web/parts/case/others.html"] = "web/parts/case/others.html"


@dataclass(frozen=True, slots=True)
class AlikeLine:
    """A case that may be about the same matter, and why; `id` is what merging and linking post."""

    id: str
    code: str
    title: str
    url: str
    why: Words
    state: State
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class AlikePanel:
    """Hints at cases that may be the same; with addresses, it can be merged or linked from here."""

    rows: tuple[AlikeLine, ...]
    merge_url: str = ""
    link_url: str = ""


CasePanel = HappenedPanel | TasksPanel | OthersPanel


@dataclass(frozen=True, slots=True)
class PrintMenu:
    """Printing: all copies, or one of them."""

    url: str
    copies: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Followers:
    """Who follows a case, and how the viewer begins or ends it (a POST to `url`)."""

    names: Words
    url: str = ""
    is_mine: bool = False
