"""Fields of registers as packs write them: `text!`, `money`, `product!`, or in full with words, choices and filters."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from keguan.kernel.records.kinds import Choice, Kind, Listing, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.policies.book import BookDraft
from keguan.policies.declarations import kind_of
from keguan.policies.faults import Place

PLAIN = ("text", "long_text", "term", "integer", "number", "money", "date", "moment", "boolean", "choice")
FULL = frozenset(("kind", "zh", "en", "required", "personal", "choices", "filter", "sort", "help"))
KIND = Label("字段类型", "kind of field")


class Fields:
    """Reads the fields of one register against a draft."""

    def __init__(self, book: BookDraft, place: Place) -> None:
        self.book, self.place = book, place

    def facts(self, raw: Mapping[str, Any], taken: AbstractSet[str], *path: str) -> tuple[Fact, ...]:
        """The facts; names that are taken and kinds that are none are reported."""
        found = []
        for name, body in raw.items():
            if name in taken or not name.isidentifier() or not name.islower():
                message = Label(f"字段不能叫“{name}”", f"a field cannot be called {name}")
                self.book.report(self.place.fault(message, Label("换一个名字", "take another name"), *path, name))
                continue
            fact = read_field(name, body, self.book, self.place, *path, name)
            if fact is not None:
                found.append(fact)
        return tuple(found)

    @staticmethod
    def indexed(raw: Mapping[str, Any]) -> tuple[str, ...]:
        """The fields that lists filter or sort by."""
        return tuple(name for name, body in raw.items() if isinstance(body, Mapping)
                     and (body.get("filter") or body.get("sort")))  # fmt: skip


def words_of(raw: Any, name: str) -> Label:
    """The words written beside something, else its name."""
    if isinstance(raw, Mapping) and "zh" in raw:
        return Label(str(raw["zh"]), str(raw.get("en") or name.replace("_", " ").capitalize()))
    return Label(name, name.replace("_", " ").capitalize())


def read_field(name: str, raw: Any, book: BookDraft, place: Place, *path: str) -> Fact | None:
    """A fact from how a pack writes its field; what cannot be read is reported."""
    body: dict[str, Any] = dict(raw) if isinstance(raw, Mapping) else {"kind": str(raw)}
    written = str(body.get("kind", "text"))
    required = bool(body.get("required")) or written.endswith("!")
    if unknown := set(body) - FULL:
        book.report(place.unknown(Label("字段的项", "key of a field"), min(unknown), sorted(FULL), *path))
        return None
    kind = _kind(written.rstrip("!"), body, book, place, *path)
    if kind is None:
        return None
    return Fact(name, kind, words_of(body, name), personal=bool(body.get("personal")), required=required)


def _kind(name: str, body: Mapping[str, Any], book: BookDraft, place: Place, *path: str) -> Kind | None:
    if name == "choice":
        choices = body.get("choices") or {}
        if not choices:
            return kind_of({"kind": "text"}, book.currency)  # the paper names no options: whatever is written stands
        return Choice({str(code): words_of(words, str(code)) for code, words in choices.items()})
    if name in PLAIN:
        return kind_of({"kind": name}, book.currency)
    many = name.startswith("[") and name.endswith("]")
    target = name.strip("[]").strip()
    if target in book.vocabulary.types:
        return Listing(Reference(target)) if many else Reference(target)
    book.report(place.unknown(KIND, name, [*PLAIN, *book.vocabulary.types], *path))
    return None
