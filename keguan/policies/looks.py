"""What a scenario may look at: forms of the checks under `then`. Reads nothing that is recorded."""

import datetime as dt
from typing import Annotated, Any, Literal, Self

import pydantic
from pydantic import BeforeValidator, Field

from keguan.kernel.records.kinds import BadValue, Moment
from keguan.kernel.records.labels import Label
from keguan.policies.packs.forms import Form

EVERYBODY = "everyone"
Width = Literal["own", "team", "department", "all"]


def _moment(raw: Any) -> dt.datetime:
    try:
        value: dt.datetime = Moment().parse(raw)
    except BadValue as error:
        raise ValueError(error.label, Label("写成 2026-03-02 09:10", "write 2026-03-02 09:10")) from error
    return value


At = Annotated[dt.datetime, BeforeValidator(_moment)]


class FactCheck(Form):
    """Facts of a record, by name."""

    of: str
    are: dict[str, Any]


class ObligationCheck(Form):
    """The obligation that a control opened on a record: its state and due moment, or that there is none."""

    of: str
    control: str
    state: Literal["running", "kept", "broken", "kept_late", "cancelled", "waived", "none"]
    due: At | None = None
    people: list[str] | None = None


class NoticeCheck(Form):
    """How many notices a control sent a person about a record so far."""

    to: str
    control: str
    of: str | None = None
    times: int = 1


class EvidenceCheck(Form):
    """How often a control's evidence on a record says this so far."""

    of: str
    control: str
    outcome: str
    times: int | None = None


class SightCheck(Form):
    """Whether a person sees a record at all."""

    who: str
    of: str
    sees: bool


class ClauseCheck(Form):
    """A clause as it is published (the policy whole where none is named).

    `says`: words that stand in it; `parts`: the headings right below it; `controls`: what runs at it or below it.
    """

    policy: str
    clause: str | None = None
    says: tuple[str, ...] = ()
    parts: tuple[str, ...] | None = None
    controls: tuple[str, ...] = ()


class RightsCheck(Form):
    """All that a person's posts let him do and see beyond what everybody may; `everyone` for that.

    Verbs and record types stand by the widest scope in which he has them, `case.*` for all of a noun; `mask` are facts
    of what he sees. What is not named he has not.
    """

    who: str
    may: dict[Width, tuple[str, ...]] = Field({})
    see: dict[Width, tuple[str, ...]] = Field({})
    export: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()


class FormCheck(Form):
    """A register as it is filled in: what must be given, what is personal, its stages, who keeps its copies.

    `lines` gives what each line of a list must hold.
    """

    type: str
    required: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    lines: dict[str, tuple[str, ...]] = Field({})
    copies: tuple[str, ...] = ()


class SettingsCheck(Form):
    """Values that clauses give to settings of a record's type, by their names without the type."""

    of: str
    are: dict[str, Any]


class Check(Form):
    """One look at what is recorded."""

    fact: FactCheck | None = None
    obligation: ObligationCheck | None = None
    notice: NoticeCheck | None = None
    evidence: EvidenceCheck | None = None
    sight: SightCheck | None = None
    clause: ClauseCheck | None = None
    rights: RightsCheck | None = None
    form: FormCheck | None = None
    settings: SettingsCheck | None = None

    @pydantic.model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in self.__dict__.values()) != 1:
            raise ValueError(
                Label("每一项只查一样", "each entry looks at one thing"),
                Label(
                    "写 fact、obligation、notice、evidence、sight、clause、rights、form 或 settings",
                    "fact, obligation, notice, evidence, sight, clause, rights, form or settings",
                ),
            )
        return self
