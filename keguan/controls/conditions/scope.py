"""Where a condition reads its facts. Owns the protocol `Scope` and a plain one over mappings; a scope never writes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from keguan.controls.conditions.names import ACT, OUTSIDE


class Scope(Protocol):
    """The facts of one item at one moment. None always means "not known"."""

    def get(self, path: tuple[str, ...]) -> Any:
        """The value of the fact, as its kind holds it; None where it is missing."""
        ...

    def lines(self, path: tuple[str, ...]) -> Sequence[Mapping[str, Any]] | None:
        """The lines of a list, each as field → value; None where the list is not known."""
        ...

    def parameter(self, name: str) -> Any:
        """The value of an adopted parameter, as written or as its kind holds it; None where it was not set."""
        ...

    def done(self, verbs: tuple[str, ...]) -> bool | None:
        """Whether any of the verbs was done on the object."""
        ...

    def past_acts(self, verbs: frozenset[str]) -> Sequence[Mapping[str, Any]] | None:
        """The acts of these verbs on the object, oldest first; None where they are not known.

        Each has `verb`, `by` (who did it), `role` (the roles he held then), `at`, `happened_on`, and `a_<argument>`.
        """
        ...

    def covered(self, control: str) -> bool | None:
        """Whether the approval `control` covers the command (design.md, pending approvals)."""
        ...

    def today(self) -> dt.date:
        """The company's day of the moment that is judged."""
        ...


@dataclass(frozen=True)
class PlainScope:
    """A scope over mappings: for tests, previews and facts that are already loaded."""

    facts: Mapping[tuple[str, ...], Any] = field(default_factory=dict)
    line_lists: Mapping[tuple[str, ...], Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    verbs_done: frozenset[str] = frozenset()
    controls_covering: frozenset[str] = frozenset()
    day: dt.date = dt.date(2026, 1, 1)
    acts_done: Sequence[Mapping[str, Any]] = ()

    def get(self, path: tuple[str, ...]) -> Any:
        """The value at the path."""
        return self.facts.get(path)

    def lines(self, path: tuple[str, ...]) -> Sequence[Mapping[str, Any]] | None:
        """The lines at the path."""
        return self.line_lists.get(path)

    def parameter(self, name: str) -> Any:
        """The parameter's value."""
        return self.parameters.get(name)

    def done(self, verbs: tuple[str, ...]) -> bool | None:
        """Whether one of the verbs is among those done."""
        return not self.verbs_done.isdisjoint(verbs)

    def past_acts(self, verbs: frozenset[str]) -> Sequence[Mapping[str, Any]] | None:
        """Those of the acts that are of these verbs."""
        return [one for one in self.acts_done if one["verb"] in verbs]

    def covered(self, control: str) -> bool | None:
        """Whether the control is among those covering."""
        return control in self.controls_covering

    def today(self) -> dt.date:
        """The day given."""
        return self.day


class _Inside:
    """What stands inside an object: of everything but facts, it knows what the object knows."""

    __slots__ = ("_outer",)

    def __init__(self, outer: Scope) -> None:
        self._outer = outer

    def lines(self, path: tuple[str, ...]) -> Sequence[Mapping[str, Any]] | None:
        """The object's lines."""
        return self._outer.lines(path)

    def parameter(self, name: str) -> Any:
        """The object's parameter."""
        return self._outer.parameter(name)

    def done(self, verbs: tuple[str, ...]) -> bool | None:
        """Of the object."""
        return self._outer.done(verbs)

    def past_acts(self, verbs: frozenset[str]) -> Sequence[Mapping[str, Any]] | None:
        """Of the object."""
        return self._outer.past_acts(verbs)

    def covered(self, control: str) -> bool | None:
        """Of the object."""
        return self._outer.covered(control)

    def today(self) -> dt.date:
        """The day that is judged."""
        return self._outer.today()


class LineScope(_Inside):
    """One line inside its object: the line's own fields, else what the object knows."""

    __slots__ = ("_depth", "_path", "_values")

    def __init__(self, outer: Scope, path: tuple[str, ...], values: Mapping[str, Any]) -> None:
        super().__init__(outer)
        self._path = path
        self._depth = len(path)
        self._values = values

    def get(self, path: tuple[str, ...]) -> Any:
        """The line's field where the path leads into its list, else the object's fact."""
        if len(path) == self._depth + 1 and path[: self._depth] == self._path:
            return self._values.get(path[-1])
        return self._outer.get(path)


class ActScope(_Inside):
    """One act that was done, inside the scope that asks about it: the act's own values, else what is known outside."""

    __slots__ = ("_act",)

    def __init__(self, outer: Scope, act: Mapping[str, Any]) -> None:
        super().__init__(outer)
        self._act = act

    def get(self, path: tuple[str, ...]) -> Any:
        """The act's own value, else the fact outside."""
        return self._act.get(path[1]) if path[0] == ACT else self._outer.get(path)


class NestedScope:
    """A key's facts (`Nested`) inside the scope of what opened it; everything but names outside is the key's."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, inner: Scope, outer: Scope) -> None:
        self._inner = inner
        self._outer = outer

    def get(self, path: tuple[str, ...]) -> Any:
        """The key's fact, or the one outside."""
        return self._outer.get(path[1:]) if path[0] == OUTSIDE else self._inner.get(path)

    def lines(self, path: tuple[str, ...]) -> Sequence[Mapping[str, Any]] | None:
        """The key's lines."""
        return self._inner.lines(path)

    def parameter(self, name: str) -> Any:
        """A parameter, alike inside and outside."""
        return self._inner.parameter(name)

    def done(self, verbs: tuple[str, ...]) -> bool | None:
        """Of the key."""
        return self._inner.done(verbs)

    def past_acts(self, verbs: frozenset[str]) -> Sequence[Mapping[str, Any]] | None:
        """Of the key."""
        return self._inner.past_acts(verbs)

    def covered(self, control: str) -> bool | None:
        """Of the command outside."""
        return self._outer.covered(control)

    def today(self) -> dt.date:
        """The day of the key's scope."""
        return self._inner.today()
