"""In which language programs without a page speak: `KEGUAN_LANG` (`zh-hans`, the default, or `en`)."""

import os
import sys


def language() -> str:
    """`zh-hans` or `en`. The terminal's locale is not asked: on servers it is `C` more often than meant."""
    return "en" if os.environ.get("KEGUAN_LANG", "").lower().startswith("en") else "zh-hans"


def worded(zh: str, en: str) -> str:
    """The one of both that is to be said."""
    return en if language() == "en" else zh


def counted(number: int, one: str, several: str = "") -> str:
    """`1 case`, `2 cases`: the English words for a number of things."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def say(zh: str, en: str, *, is_fault: bool = False) -> None:
    """Print one sentence at once, faults to standard error."""
    print(worded(zh, en), file=sys.stderr if is_fault else sys.stdout, flush=True)  # its one place
