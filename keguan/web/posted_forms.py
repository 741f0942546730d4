"""Which inputs a form had that was posted to an address: those of the verb behind it. Reads only."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from keguan.kernel import clock
from keguan.kernel.commands.verbs import Argument
from keguan.kernel.records.kinds import Fields
from keguan.kernel.records.types import Fact
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.rulebooks import current

TAKING = {"": "case.open", "new_": "customer.add"}
EXTRA = "extra_"

Inputs = Mapping[str, tuple[str, Argument | Fact]]
"""By the name of an input: the prefix that its form gave it, and the argument or declared field that it is for."""


def inputs_of(address: str) -> Inputs:
    """The inputs of the form behind an address; none where no verb is behind it."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return {}
    if match.url_name == "case_take":
        return _inputs(TAKING)
    short = match.kwargs.get("verb", "")
    kind = match.kwargs.get("name") or (match.url_name or "").partition("_")[0]
    verb = next((one for one in (f"{kind}.{short}", short) if one in vocabulary.verbs), None)
    return _inputs({"": verb}) if verb else {}


def _inputs(verbs: Mapping[str, str]) -> Inputs:
    found: dict[str, tuple[str, Argument | Fact]] = {}
    for prefix, name in verbs.items():
        verb = vocabulary.verbs[name]
        found |= {prefix + one.name: (prefix, one) for one in verb.arguments if not isinstance(one.kind, Fields)}
        if not prefix and verb.argument("extra"):
            declared = current(clock.now()).declared.get(verb.on, {})
            found |= {EXTRA + one: (EXTRA, fact) for one, fact in declared.items()}
    return found
