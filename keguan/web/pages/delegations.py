"""Delegation from a person's own corner: page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.web.components import Citation, Fieldset, Reason, State
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """A delegation. `other`: who stands in, or whom the viewer stands in for; `end_url` ends it, where he may."""

    id: str
    other: str
    scope: Words
    starts_at: dt.datetime
    ends_at: dt.datetime | None
    state: State
    reason: str = ""
    entered_by: str = ""
    end_url: str = ""
    is_ahead: bool = False
    reasons: tuple[Reason, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Delegations:
    """web/delegations.html: what the viewer gave, what he was given, and (`may_begin`) the form that gives one."""

    mine: tuple[DelegationLine, ...]
    lent: tuple[DelegationLine, ...]
    fieldsets: tuple[Fieldset, ...] = ()
    citation: Citation | None = None
    may_begin: bool = False
    reasons: tuple[Reason, ...] = ()
    key: str = ""
