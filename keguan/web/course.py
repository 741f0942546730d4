"""The course of a record in words: each journal entry as a line of the timeline. Reads nothing but what it is given."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from keguan.kernel.journal.read import Passage
from keguan.kernel.records.kinds import BadValue, Fields, Kind, Listing, Moment, Reference, Text
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.web.coded import coded
from keguan.web.components import Citation, Entry
from keguan.web.rules import cited
from keguan.web.setting_right import undoable
from keguan.web.shapes import citation

CLOCK = Label("时钟", "The clock")
SYSTEM = Label("系统", "The system")
SHOWN = Moment()
EMPTY, NOTHING = Label("", ""), Label("空", "empty")
SPOKEN = frozenset(("waiting", "broken", "warned", "refused", "recorded", "overridden", "timed_out", "lapsed"))
HIDDEN = frozenset(("verb", "object_type", "object", "object_label", "args", "read", "control", "how", "rulebook",
                    "requester", "by_zh", "by_en", "steps"))  # fmt: skip


def entries(
    course: Iterable[Passage], names: Mapping[UUID, str], rules: Rulebook, undo: Callable[[UUID], str] | None = None
) -> tuple[Entry, ...]:
    """Entries as the timeline shows them, in the order given; `undo` gives the address that takes the newest back."""
    passages = list(course)
    moved = {passage.corrects[0]: passage.corrects[2] for passage in reversed(passages) if passage.corrects}
    free = undoable(passages) if undo is not None else None
    shown = tuple(_entry(passage, names, rules, moved.get(passage.id)) for passage in passages)
    return tuple(
        replace(entry, undo_url=undo(passage.id)) if undo is not None and passage.id == free else entry
        for entry, passage in zip(shown, passages, strict=True)
    )


def _entry(passage: Passage, names: Mapping[UUID, str], rules: Rulebook, corrected: dt.datetime | None) -> Entry:
    clauses = _clauses(passage, rules)
    detail, quote = _told(passage, names)
    what, tone = _act(passage), ""
    if passage.is_attempt:
        what, tone = _refused(what), "broken"
        quote = ""
        detail = join([reason.message for reason in passage.reasons], "；", "; ")
    elif passage.verb in ("obligation.break", "obligation.escalate"):
        tone = "broken" if passage.verb == "obligation.break" else ""
    if passage.corrects or passage.verb.endswith(".correct"):
        detail = join([*_set_right(passage, names), *([detail] if detail.zh else [])], "；", "; ")
    if corrected is not None:
        said = SHOWN.show(corrected)
        detail = join(
            [Label(f"时间已更正为 {said}", f"time corrected to {said}"), *([detail] if detail.zh else [])], "；", "; "
        )
    late = passage.recorded_at if (passage.recorded_at - passage.happened_at).total_seconds() > 60 else None
    return Entry(
        at=passage.happened_at,
        who=_who(passage, names),
        what=what,
        citations=clauses,
        detail=detail,
        quote=quote,
        tone="broken" if tone else "",
        recorded_at=late,
    )


def _set_right(passage: Passage, names: Mapping[UUID, str]) -> list[Label]:
    """What a correction changed: was → is."""
    found: list[Label] = []
    if passage.corrects:
        was, now = SHOWN.show(passage.corrects[1]), SHOWN.show(passage.corrects[2])
        found.append(Label(f"发生时间 {was} → {now}", f"happened {was} → {now}"))
    facts = vocabulary.types[passage.verb.partition(".")[0]].by_name
    for name, (before, after) in passage.changes.items():
        fact = facts.get(name)
        if fact is not None and not (passage.corrects and fact.kind.name == "moment"):
            one, two = words(fact.kind, before, names) or EMPTY, words(fact.kind, after, names) or EMPTY
            said = Label("{fact} {one} → {two}", "{fact} {one} → {two}")
            found.append(said.format(fact=fact.label, one=one if one.zh else NOTHING, two=two if two.zh else NOTHING))
    return found


def _who(passage: Passage, names: Mapping[UUID, str]) -> Label | str:
    """Who acted, and in whose place."""
    if passage.actor is None:
        return CLOCK if passage.channel == "clock" else SYSTEM
    name, principal = names.get(passage.actor, "—"), names.get(passage.on_behalf_of or passage.actor)
    if passage.on_behalf_of is None or principal is None:
        return name
    return Label("{name}（代{principal}）", "{name} (for {principal})").format(name=name, principal=principal)


def _act(passage: Passage) -> Label:
    found = vocabulary.verbs.get(passage.verb)
    label = found.label if found else Label(passage.verb, passage.verb)
    if passage.verb == "approval.request" and (asked := vocabulary.verbs.get(passage.args.get("verb", ""))):
        return Label(f"申请“{asked.label.zh}”", f"asked for “{asked.label.en}”")
    return label


def _refused(what: Label) -> Label:
    return Label(f"想“{what.zh}”，未通过", f"tried “{what.en}”: refused")


def _clauses(passage: Passage, rules: Rulebook) -> tuple[Citation, ...]:
    """The clauses that spoke: of the reasons of a refusal, or of controls that did more than let it pass."""
    if passage.is_attempt:
        found = [citation(reason.citation) for reason in passage.reasons]
    else:
        found = [cited(rules, key) for key, outcome in passage.controls if outcome in SPOKEN]
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _told(passage: Passage, names: Mapping[UUID, str]) -> tuple[Label, str]:
    """What was given with the act: short values in a line, the longest words as a quotation."""
    declared = _declared(passage.verb)
    shorts: list[Label] = []
    quote = ""
    for name, value in passage.args.items():
        known = declared.get(name)
        if known is None or value in (None, "", [], {}) or isinstance(known.kind, Fields) or name in HIDDEN:
            continue
        if isinstance(known.kind, Text) and known.kind.lines:
            quote = quote or str(value)
            continue
        if name in ("digest", "media_type", "size"):
            continue
        said = coded(name, value) or words(known.kind, value, names)
        if said is not None:
            shorts.append(Label("{what}：{said}", "{what}: {said}").format(what=known.label, said=said))
    if passage.verb == "approval.request":
        by = Label(str(passage.args.get("by_zh") or ""), str(passage.args.get("by_en") or ""))
        shorts.append(Label(f"等{by.zh}决定", f"Waits for {by.en}"))
    return join(shorts[:6], " · ", " · "), quote


def _declared(verb: str) -> Mapping[str, Any]:
    found = vocabulary.verbs.get(verb)
    return {argument.name: argument for argument in found.arguments} if found else {}


def words(kind: Kind, value: Any, names: Mapping[UUID, str]) -> Label | None:
    """A value from the journal in words; nothing where it points to what the viewer is not told."""
    try:
        typed = kind.from_json(value)
    except (BadValue, TypeError, ValueError):
        return Label.typed(str(value))
    if isinstance(kind, Reference):
        name = names.get(typed)
        return Label.typed(name) if name else None
    if isinstance(kind, Listing) and isinstance(kind.of, Reference):
        found = [names[each] for each in typed or () if each in names]
        return join([Label.typed(one) for one in found]) if found else None
    return kind.label(typed)


def mentioned(course: Iterable[Passage], kind_name: str) -> set[UUID]:
    """Ids of a record type that the entries' arguments point to; of people, those too in whose place others acted."""
    found: set[UUID] = set()
    for passage in course:
        if kind_name == "person" and passage.on_behalf_of is not None:
            found.add(passage.on_behalf_of)
        for name, known in _declared(passage.verb).items():
            kind = known.kind.of if isinstance(known.kind, Listing) else known.kind
            if isinstance(kind, Reference) and kind.to == kind_name and passage.args.get(name):
                value = passage.args[name]
                found.update(UUID(str(each)) for each in (value if isinstance(value, list) else [value]))
    return found
