"""First run and further packs: the overview, the founding form, each step. Page-shaped rows only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from keguan.web.components import Citation, Field, Figure, Link, Reason, State
from keguan.web.language import Words
from keguan.web.pages.policies import Clause


@dataclass(frozen=True, slots=True)
class SetupFounding:
    """web/setup_found.html: the company and its first administrator. Without `fields` it says how to go on."""

    fields: tuple[Field, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A step in the list beside every page of the setup, with what is missing."""

    number: int
    label: Words
    url: str
    state: Literal["done", "todo", "passed"]
    badge: State
    detail: Words = ""
    missing: tuple[Words, ...] = ()
    more: int = 0
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class PackCard:
    """A pack on the shelf."""

    code: str
    title: Words
    about: Words
    figures: tuple[Figure, ...]
    state: State | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class SetupPost:
    """A post that a role is bound to; no `holders`: vacant."""

    unit: str
    title: str
    is_head: bool
    holders: Words
    url: str


@dataclass(frozen=True, slots=True)
class SetupRole:
    """A role with its posts, and the inputs of one more: posts `unit_<code>`, `new_<code>`, `title_<code>`, …"""

    code: str
    label: Words
    posts: tuple[SetupPost, ...]
    fields: tuple[Field, ...]
    is_missing: bool


@dataclass(frozen=True, slots=True)
class SetupParameter:
    """A parameter with the clauses in which it stands, as they read."""

    field: Field
    citations: tuple[Citation, ...] = ()
    text: str = ""
    suggestion: Words = ""


@dataclass(frozen=True, slots=True)
class SetupLine:
    """Something with a number, and where it leads."""

    label: Words
    detail: Words = ""
    count: str = ""
    links: tuple[Link, ...] = ()
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class SetupPage:
    """web/setup_page.html: one step, or the overview (`name` empty). Each step's form posts to its own address.

    `may_pass`: the step can be left out (posts `intent=pass`). `is_locked`: too late to change anything here.
    """

    name: str
    title: Words
    lead: Words
    steps: tuple[SetupStep, ...]
    missing: tuple[Words, ...] = ()
    reasons: tuple[Reason, ...] = ()
    packs: tuple[PackCard, ...] = ()
    roles: tuple[SetupRole, ...] = ()
    parameters: tuple[SetupParameter, ...] = ()
    stated: tuple[SetupParameter, ...] = ()
    fields: tuple[Field, ...] = ()
    lines: tuple[SetupLine, ...] = ()
    figures: tuple[Figure, ...] = ()
    links: tuple[Link, ...] = ()
    next: Link | None = None
    may_pass: bool = False
    may_finish: bool = False
    is_locked: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class PackText:
    """web/setup_pack.html: the policies of a pack, each with its clauses."""

    title: Words
    about: Words
    policies: tuple[tuple[str, Sequence[Clause]], ...]
    back_url: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """web/welcome.html: somebody chooses his password. Without `fields`: the link does not work (any more)."""

    name: str = ""
    username: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameters:
    """web/parameters.html: parameters of policies in force; posts each by its name, and `effective_on`."""

    parameters: tuple[SetupParameter, ...]
    stated: tuple[SetupParameter, ...]
    fields: tuple[Field, ...] = ()
    reasons: tuple[Reason, ...] = ()
    key: str = ""
    name: str = ""
    is_locked: bool = False
    links: tuple[Link, ...] = ()
