"""The forms of a pack's files, as pydantic models: what may be written where. A key that is not here is a fault."""

import datetime as dt
from typing import Annotated, Any, ClassVar, Literal

import pydantic
from pydantic import Field

CODE = r"^[a-z][a-z0-9_]*$"
DASHED = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
Code = Annotated[str, Field(pattern=CODE, max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=400)]


class Form(pydantic.BaseModel):
    """A form in which nothing may be misspelt."""

    model_config: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(extra="forbid", frozen=True)


class Named(Form):
    """Something with a name in both languages."""

    zh: Words
    en: Words


class ChoiceField(Named):
    """One of the values of a choice."""


class DeclaredField(Named):
    """A field that the pack adds to a record type, or a parameter's kind of value."""

    kind: Literal["text", "long_text", "integer", "number", "money", "date", "moment", "boolean", "choice"] = "text"
    required: bool = False
    choices: dict[Code, Named] = {}
    personal: bool = False
    help: Named | None = None


class DeclaredParameter(Named):
    """A figure that the company sets when it adopts the pack."""

    kind: Literal["term", "text", "integer", "number", "money", "date", "boolean", "choice", "map"]
    choices: dict[Code, Named] = {}
    value: str | int | bool | dict[str, str | int] | None = None
    suggestion: str | int | bool | dict[str, str | int] | None = None
    help: Named | None = None


class PackForm(Form):
    """`pack.yaml`."""

    pack: Annotated[str, Field(pattern=DASHED, max_length=80)]
    title: Named
    about: Named | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "CNY"
    roles: dict[Code, Named] = {}
    fields: dict[str, dict[Code, DeclaredField]] = {}
    parameters: dict[Code, DeclaredParameter] = {}


class ClauseForm(Form):
    """A clause: its number as printed, its words, its controls and the clauses under it."""

    clause: Words
    heading: Words | None = None
    text: Annotated[str, Field(max_length=20_000)] = ""
    rules: tuple[str, ...] = ()
    controls: list[dict[str, Any]] = []
    clauses: "list[ClauseForm]" = []


Running = Literal["keep", "switch", "from today"]


class PolicyForm(Form):
    """One policy."""

    policy: Annotated[str, Field(pattern=DASHED, max_length=60)]
    title: Words
    effective: dt.date | None = None
    until: dt.date | None = None
    running: Running | dict[str, Running] = "keep"
    clauses: list[ClauseForm]


class PostForm(Form):
    """A post that a person of the cast holds."""

    unit: Code
    role: Code
    head: bool = False


class UnitForm(Form):
    """A unit and the units under it."""

    unit: Code
    zh: Words
    en: Words | None = None
    units: "list[UnitForm]" = []


class PersonForm(Form):
    """Somebody of the invented cast."""

    person: Code
    name: Words
    posts: list[PostForm] = []
    leaves: dt.date | None = None


class OrganisationForm(Form):
    """`organisation.yaml`: units and people for scenarios and the demo; `values` of parameters, for scenarios."""

    company: Named
    values: dict[str, Any] = {}
    units: list[UnitForm]
    people: list[PersonForm]


FORMS_OF_FOLDERS: dict[str, type[Form]] = {"policies": PolicyForm}
