"""Which words of a page hold characters of Simplified Chinese: what a reader of Traditional should never meet."""

import functools
import re

from keguan.kernel.records.scripts import traditional

SWITCHES = re.compile(r'<form class="languages".*?</form>', re.DOTALL)
ADDRESSES = re.compile(r'\b(?:href|id|action|src|hx-[a-z]+)="[^"]*"')


@functools.cache
def is_simplified(character: str) -> bool:
    """Whether a character is written in Simplified Chinese only: it is converted, and no Traditional table has it."""
    if character.isascii() or traditional(character) == character:
        return False
    try:
        character.encode("big5")
    except UnicodeEncodeError:
        return True
    return False


def left_over(html: str, typed: tuple[str, ...]) -> set[str]:
    """The words of a page that hold Simplified characters though nobody typed them; attributes are words too."""
    text = ADDRESSES.sub("", SWITCHES.sub("", html))
    for words in sorted(typed, key=len, reverse=True):
        text = text.replace(words, "")
    return {run for run in re.findall(r"[\u3400-\u9fff]+", text) if any(map(is_simplified, run))}
