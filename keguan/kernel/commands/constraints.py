"""What a violated database constraint means to people: registered beside the models that own the constraint."""

from django.db import IntegrityError

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import Label

_meanings: dict[str, tuple[Label, Label | None, str | None]] = {}


def register(constraint: str, message: Label, cure: Label | None = None, field: str | None = None) -> None:
    """Say what a violation of this constraint means and how to go on."""
    _meanings[constraint] = (message, cure, field)


def reason(error: IntegrityError) -> Reason:
    """The violated constraint as a reason."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    message, cure, field = _meanings.get(
        name, (Label(f"与已有数据冲突（{name}）", f"this conflicts with existing data ({name})"), None, None)
    )
    return Reason(message, cure, field=field, kind="invariant")
