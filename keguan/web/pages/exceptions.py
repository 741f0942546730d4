"""Overrides and signatures: page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.web.components import Citation, Fact, Fieldset, Reason, State
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """An override. `is_open`: the viewer may confirm it; `use_url`: where it is used; `withdraw_url`: where undone."""

    id: str
    act: Words
    subject: Words
    url: str
    citation: Citation | None
    sentence: Words
    reason: str
    requester: str
    asked_at: dt.datetime
    minutes: int
    state: State
    decided_by: str = ""
    comment: str = ""
    expires_at: dt.datetime | None = None
    is_open: bool = False
    use_url: str = ""
    withdraw_url: str = ""
    reasons: tuple[Reason, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class Overrides:
    """web/overrides.html. Each open line posts `decision` (confirm, reject, withdraw) and `comment` to its address."""

    waiting: tuple[OverrideLine, ...]
    mine: tuple[OverrideLine, ...]


@dataclass(frozen=True, slots=True)
class OverrideAsk:
    """web/override_ask.html: asks for an exception from one clause for one act; hidden fields carry what it is for."""

    act: Words
    subject: Words
    sentence: Words
    citation: Citation | None
    back_url: str
    fieldsets: tuple[Fieldset, ...]
    hidden: tuple[tuple[str, str], ...]
    reasons: tuple[Reason, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round that is over, with what stood in the record when it ended."""

    title: Words
    began_at: dt.datetime
    ended_at: dt.datetime
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class SigningRow:
    """Signatures for one act: who signed, who is missing; `may_sign` shows the button."""

    act: str
    label: Words
    citation: Citation | None
    signed: str = ""
    void: str = ""
    missing: Words = ""
    may_sign: bool = False
