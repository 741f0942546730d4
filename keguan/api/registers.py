"""Addresses of registers: like those of any record type, but known only once the policies in force are."""

import itertools
import threading
from functools import lru_cache

from django.urls import URLResolver
from django.urls.resolvers import RegexPattern

from keguan.api.build import build
from keguan.controls.engines.register_types import register_types
from keguan.controls.engines.registers import RegisterControl
from keguan.kernel import clock
from keguan.kernel.records.types import RecordType
from keguan.policies.rulebooks import current

_numbers = itertools.count(1)
_lock = threading.Lock()


def registers() -> URLResolver:
    """The addresses of the registers in force, made anew when one was added or got more fields."""
    names = sorted(
        control.plan.name
        for control in current(clock.now()).of_engine("register")
        if isinstance(control, RegisterControl)
    )
    known = tuple((name, id(register_types[name].type)) for name in names if name in register_types)
    with _lock:
        return _resolver(known)


@lru_cache(maxsize=4)
def _resolver(known: tuple[tuple[str, int], ...]) -> URLResolver:
    types: dict[str, RecordType] = {name: register_types[name].type for name, _ in known}
    patterns, _, _ = build(types, f"registers-{next(_numbers)}").urls
    return URLResolver(RegexPattern(r""), patterns)
