"""Addresses of registers, and their part of the document: known only once the policies in force are."""

import itertools
import threading
from functools import lru_cache

from django.urls import URLResolver
from django.urls.resolvers import RegexPattern

from keguan.api.build import Api, build
from keguan.controls.engines.register_types import register_types
from keguan.controls.engines.registers import RegisterControl
from keguan.kernel import clock
from keguan.kernel.records.types import RecordType
from keguan.policies.rulebooks import current

_numbers = itertools.count(1)
_lock = threading.Lock()


def registers() -> URLResolver:
    """The addresses of the registers in force, made anew when one was added or got more fields."""
    return _made()[1]


def register_api() -> Api:
    """The API of the registers in force, for the document that describes everything."""
    return _made()[0]


def _made() -> tuple[Api, URLResolver]:
    names = sorted(
        control.plan.name
        for control in current(clock.now()).of_engine("register")
        if isinstance(control, RegisterControl)
    )
    known = tuple((name, id(register_types[name].type)) for name in names if name in register_types)
    with _lock:
        return _of(known)


@lru_cache(maxsize=4)
def _of(known: tuple[tuple[str, int], ...]) -> tuple[Api, URLResolver]:
    types: dict[str, RecordType] = {name: register_types[name].type for name, _ in known}
    api = build(types, f"registers-{next(_numbers)}")
    patterns, _, _ = api.urls
    return api, URLResolver(RegexPattern(r""), patterns)
