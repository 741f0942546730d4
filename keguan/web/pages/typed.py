"""What was typed and could not be sent. Page-shaped rows only."""

from dataclasses import dataclass

from keguan.web.components import Field


@dataclass(frozen=True, slots=True)
class TypedPage:
    """web/typed.html: the form again with what was typed (`fields`) and chosen (`hidden`), posting to `address`."""

    address: str
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    key: str = ""
