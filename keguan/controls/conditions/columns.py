"""Where the batch reading of a condition finds its facts: the protocol `Columns`, `Scope` over whole tables.

Values are ibis expressions over one table; NULL is "missing", as None is in a scope. A fact for which there is no
column at all (`get` gives None) was never recorded: every test on it is unknown, `set` and `empty` included.
"""

from typing import TYPE_CHECKING, Any, Protocol

from keguan.controls.conditions.names import ACT, OUTSIDE

if TYPE_CHECKING:
    from ibis.expr.types import ArrayValue, BooleanValue, DateValue, StringValue, StructValue, Value


class Columns(Protocol):
    """The facts of all items of a table, each at its moment."""

    def get(self, path: tuple[str, ...]) -> "Value | None":
        """The fact's column; None where the table has none.

        Typed by the fact's kind: text, choice and reference string, integer int64, number and the amount of money
        decimal, date date, moment timestamp (UTC), boolean boolean, a list an array of its members (where they are
        strings, each as `Kind.to_json` writes it).
        """
        ...

    def currency(self, path: tuple[str, ...]) -> "StringValue | None":
        """The currency beside the amount of a money fact."""
        ...

    def lines(self, path: tuple[str, ...]) -> "ArrayValue | None":
        """A list as an array of structs, one field per fact and `<fact>_currency` beside money; NULL: not known."""
        ...

    def parameter(self, name: str) -> Any:
        """The adopted parameter as a Python value; None where it was not set."""
        ...

    def done(self, verbs: tuple[str, ...]) -> "BooleanValue | None":
        """Whether any of the verbs was done on the object before."""
        ...

    def past_acts(self) -> "ArrayValue | None":
        """The acts done before, in order, as an array of structs (`Scope.past_acts`, and `n`, their order)."""
        ...

    def covered(self, control: str) -> "BooleanValue | None":
        """Whether the approval `control` covers the command."""
        ...

    def today(self) -> "DateValue":
        """The company's day of the moment that is judged."""
        ...


class LineColumns:
    """One line (a struct inside its array) inside its object: the line's fields, else what the object has."""

    def __init__(self, outer: Columns, path: tuple[str, ...], line: "StructValue") -> None:
        self._outer = outer
        self._path = path
        self._line = line
        self._fields = frozenset(line.type().names)

    def get(self, path: tuple[str, ...]) -> "Value | None":
        """The line's field where the path leads into its list, else the object's column."""
        if path[:-1] == self._path:
            return self._line[path[-1]] if path[-1] in self._fields else None
        return self._outer.get(path)

    def currency(self, path: tuple[str, ...]) -> "StringValue | None":
        """The currency of the line's field, else of the object's fact."""
        if path[:-1] == self._path:
            field = f"{path[-1]}_currency"
            return self._line[field] if field in self._fields else None
        return self._outer.currency(path)

    def lines(self, path: tuple[str, ...]) -> "ArrayValue | None":
        """The object's lines."""
        return self._outer.lines(path)

    def parameter(self, name: str) -> Any:
        """The object's parameter."""
        return self._outer.parameter(name)

    def done(self, verbs: tuple[str, ...]) -> "BooleanValue | None":
        """Of the object."""
        return self._outer.done(verbs)

    def past_acts(self) -> "ArrayValue | None":
        """Of the object."""
        return self._outer.past_acts()

    def covered(self, control: str) -> "BooleanValue | None":
        """Of the object."""
        return self._outer.covered(control)

    def today(self) -> "DateValue":
        """Of the object."""
        return self._outer.today()


class ActColumns(LineColumns):
    """One act (a struct inside its array) inside what asks about it: the act's own values, else what is outside."""

    def __init__(self, outer: Columns, act: "StructValue") -> None:
        super().__init__(outer, (ACT,), act)


class NestedColumns:
    """A key's columns inside those of what opened it (`names.Nested`), joined in one table."""

    def __init__(self, inner: Columns, outer: Columns) -> None:
        self._inner = inner
        self._outer = outer

    def get(self, path: tuple[str, ...]) -> "Value | None":
        """The key's column, or the one outside."""
        return self._outer.get(path[1:]) if path[0] == OUTSIDE else self._inner.get(path)

    def currency(self, path: tuple[str, ...]) -> "StringValue | None":
        """The currency beside the key's amount, or beside the one outside."""
        return self._outer.currency(path[1:]) if path[0] == OUTSIDE else self._inner.currency(path)

    def lines(self, path: tuple[str, ...]) -> "ArrayValue | None":
        """The key's lines."""
        return self._inner.lines(path)

    def parameter(self, name: str) -> Any:
        """A parameter, alike inside and outside."""
        return self._inner.parameter(name)

    def done(self, verbs: tuple[str, ...]) -> "BooleanValue | None":
        """Of the key."""
        return self._inner.done(verbs)

    def past_acts(self) -> "ArrayValue | None":
        """Of the key."""
        return self._inner.past_acts()

    def covered(self, control: str) -> "BooleanValue | None":
        """Of the act outside."""
        return self._outer.covered(control)

    def today(self) -> "DateValue":
        """The day of the key's moment."""
        return self._inner.today()
