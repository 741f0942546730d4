"""How a person is told: receivers and reception. Page-shaped rows only."""

import datetime as dt
from dataclasses import dataclass

from keguan.kernel.records.labels import Label
from keguan.web.components import Fieldset, Reason, State
from keguan.web.language import Words


@dataclass(frozen=True, slots=True)
class ReceiverLine:
    """Where notices go: its kind, its name, what may be shown of its address, and how the last one fared."""

    id: str
    kind: Words
    title: str
    masked: str
    state: State | None = None
    at: dt.datetime | None = None
    reasons: tuple[Reason, ...] = ()
    key: str = ""


@dataclass(frozen=True, slots=True)
class ReceptionPage:
    """web/reception.html. `times` is the form of when, `adding` the form of where (empty: nothing can be added here).

    `company` says what holds where nothing is chosen, `plan` what becomes of the viewer's notices as it is set now;
    `told` are the reasons of the form of when, `refused` of where.
    """

    receivers: tuple[ReceiverLine, ...]
    times: tuple[Fieldset, ...]
    adding: tuple[Fieldset, ...] = ()
    company: Label | None = None
    plan: tuple[Label, ...] = ()
    told: tuple[Reason, ...] = ()
    refused: tuple[Reason, ...] = ()
    key: str = ""
