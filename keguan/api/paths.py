"""Addresses made from names: a record type gives the plural segment, a verb the word after its noun."""

IRREGULAR = {"person": "people"}


def plural(name: str) -> str:
    """The segment of a record type: `case` → `cases`, `person` → `people`, `category` → `categories`."""
    if name in IRREGULAR:
        return IRREGULAR[name]
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    if name.endswith(("s", "x", "z", "ch", "sh")):
        return f"{name}es"
    return f"{name}s"


def act(verb: str, record_type: str) -> str:
    """The segment of a verb: `case.settle` → `settle`; with its noun where that is another: `contact_add`."""
    noun, _, word = verb.partition(".")
    return word if noun == record_type else f"{noun}_{word}"
