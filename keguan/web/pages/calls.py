"""Calls: page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.web.components import Fieldset, Reason, State
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call in a list or on the banner. `take_url` registers a case from it; the other addresses may be empty."""

    number: Words
    at: dt.datetime
    state: State
    extension: str = ""
    person: str = ""
    customer: str = ""
    customer_url: str = ""
    case: str = ""
    case_url: str = ""
    seconds: dt.timedelta | None = None
    take_url: str = ""


@dataclass(frozen=True, slots=True)
class Calls:
    """web/call_list.html: where the viewer sits, and the last calls; `extension` is empty where he sits nowhere."""

    lines: tuple[CallLine, ...]
    is_missed: bool = False
    may_sit: bool = False
    extension: str = ""
    fieldsets: tuple[Fieldset, ...] = ()
    reasons: tuple[Reason, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    """web/parts/ringing.html: what rings for the viewer now."""

    lines: tuple[CallLine, ...]
