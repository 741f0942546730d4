"""What was typed and could not be sent. Page-shaped rows only."""

from dataclasses import dataclass

from keguan.web.components import Field


@dataclass(frozen=True, slots=True)
class TypedPage:
    """web/typed.html: the form again with what was typed (`fields`) and chosen (`hidden`), posting to `address`.

    `draft` names the draft of the form that it was, which goes when this is sent.
    """

    address: str
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    key: str = ""
    draft: str = ""
