"""What the forms of several engines share: words in two languages, one or several values, described fields."""

from typing import Annotated, Any

from pydantic import BaseModel as Model
from pydantic import BeforeValidator, ConfigDict, Field

from keguan.kernel.records.labels import Label


def described(zh: str, en: str, default: Any = ..., alias: str | None = None) -> Any:
    """A field of a form with its help in both languages; required where no default is given."""
    return Field(default, alias=alias, description=f"{zh} / {en}", json_schema_extra={"zh": zh, "en": en})


def _several(raw: Any) -> Any:
    return (raw,) if isinstance(raw, str) else raw


Several = Annotated[tuple[str, ...], BeforeValidator(_several)]


def _words(raw: Any) -> Any:
    return {"zh": raw, "en": raw} if isinstance(raw, str) else raw


class _Words(Model):
    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str

    @property
    def label(self) -> Label:
        """The words as a label."""
        return Label(self.zh, self.en)


Words = Annotated[_Words, BeforeValidator(_words)]


class Part(Model):
    """A map inside a control's form; a key that is not declared is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
