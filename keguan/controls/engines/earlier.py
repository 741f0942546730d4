"""Earlier acts that a requirement asks for: of a verb, under a condition, by some people, since a moment."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from keguan.controls.conditions import ALWAYS, Condition
from keguan.controls.conditions.names import Name, UnknownName
from keguan.controls.engines.guard import Asked, Needs, needs_of
from keguan.controls.engines.reading import Reader, Who, several
from keguan.controls.names import ObjectNames
from keguan.controls.scene import Deed, Scene
from keguan.kernel.commands.arguments import parse
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import COMPANY_ZONE, Date, Moment
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import RecordType

KEYS = ("verb", "when", "by", "since")


@dataclass(frozen=True)
class Earlier:
    """Any one of some acts, done before. `since`: only after a verb was last done, or from a day or moment on."""

    verbs: tuple[Verb, ...]
    when: Condition = ALWAYS
    by: Who | None = None
    since: Name | str | dt.date | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is enough that the verb was ever done."""
        return self.when.is_always and self.by is None and self.since is None

    @property
    def needs(self) -> Needs:
        """What must be loaded to look at the acts."""
        names = frozenset(verb.name for verb in self.verbs)
        if self.is_plain:
            return Needs(acts=names)
        since = frozenset((self.since,)) if isinstance(self.since, str) else frozenset[str]()
        return Needs(deeds=names | since) | needs_of(self.when, self.verbs[0].on)

    def questions(self, scene: Scene) -> list[Asked]:
        """Who must have done it."""
        return [Asked(self.by.people, self.by.words, scene)] if self.by else []

    def was_done(self, scene: Scene, people: Sequence[UUID] | None) -> bool | None:
        """Whether such an act was done; unknown where an act's own facts do not tell, or `since` has no value."""
        if self.is_plain:
            return scene.done(tuple(verb.name for verb in self.verbs))
        edge = self._edge(scene)
        if edge is None and isinstance(self.since, Name):
            return None
        answers = {self._counts(scene, deed, people, edge) for verb in self.verbs
                   for deed in (scene.deeds or {}).get(verb.name, ())}  # fmt: skip
        return True if True in answers else None if None in answers else False

    def _counts(self, scene: Scene, deed: Deed, people: Sequence[UUID] | None, edge: object) -> bool | None:
        if people is not None and deed.actor not in people:
            return False
        if isinstance(edge, UUID) and deed.event < edge:
            return False
        if isinstance(edge, dt.datetime) and deed.at < edge:
            return False
        verb = next(one for one in self.verbs if one.name == deed.verb)
        args, _ = parse(verb, {name: value for name, value in deed.args.items() if verb.argument(name)})
        return self.when.test(replace(scene, verb=verb, args=args, at=deed.at))

    def _edge(self, scene: Scene) -> UUID | dt.datetime | None:
        """From where on acts count: after an event, or from a moment on."""
        since = scene.get(self.since.path) if isinstance(self.since, Name) else self.since
        if isinstance(since, str):
            last = (scene.deeds or {}).get(since, ())
            return last[-1].event if last else None
        if isinstance(since, dt.datetime):
            return since
        return dt.datetime.combine(since, dt.time(), COMPANY_ZONE) if isinstance(since, dt.date) else None

    @property
    def label(self) -> Label:
        """The acts in words."""
        label = join([Label(f"“{verb.label.zh}”", f"“{verb.label.en}”") for verb in self.verbs], "或", " or ")
        zh, en = [], []
        if self.by:
            zh.append(f"由{self.by.words.zh}")
            en.append(f"by {self.by.words.en}")
        if not self.when.is_always:
            zh.append(self.when.label().zh)
            en.append(self.when.label().en)
        if isinstance(self.since, Name):
            zh.append(f"自{self.since.label.zh}起")
            en.append(f"since {self.since.label.en.lower()}")
        elif self.since is not None:
            zh.append(f"自{self.since}起")
            en.append(f"since {self.since}")
        return Label(
            label.zh + (f"（{'，'.join(zh)}）" if zh else ""), label.en + (f" ({', '.join(en)})" if en else "")
        )


def read_earlier(read: Reader, raw: Any, record_type: RecordType, *path: str | int) -> tuple[Earlier, ...]:
    """Earlier acts as written: each of a list is needed; `[a, b]` inside the list or under `verb` means any one."""
    parts = [raw] if isinstance(raw, Mapping) else several(raw)
    is_list = not isinstance(raw, str | Mapping)
    found = (_one(read, part, record_type, *((*path, i) if is_list else path)) for i, part in enumerate(parts))
    return tuple(one for one in found if one is not None)


def _one(read: Reader, raw: Any, record_type: RecordType, *path: str | int) -> Earlier | None:
    written = raw if isinstance(raw, Mapping) else {"verb": raw}
    for key in written:
        if key not in KEYS:
            read.book.report(read.place.unknown(Label("键", "key"), str(key), KEYS, *path, key))
    verbs = [read.book.verb(str(name), read.place, *path) for name in several(written.get("verb"))]
    known = tuple(verb for verb in verbs if verb is not None)
    if len(known) < len(verbs) or not known:
        if not verbs:
            read.fault("缺少 verb", "verb is missing", "写上动作，如 case.find", "name an act", *path)
        return None
    for verb in known:
        if verb.on != record_type.name:
            read.fault(f"{verb.name} 办理的不是“{record_type.label.zh}”",
                       f"{verb.name} does not act on {record_type.name}",
                       f"换成 {record_type.name}.* 的动作", f"use a verb of {record_type.name}", *path)  # fmt: skip
    names = read.names(record_type, *known)
    when = read.condition(written.get("when"), names, *path, "when") if written.get("when") else ALWAYS
    for name in when.names():
        argument = next((found for verb in known if (found := verb.argument(name.path[0]))), None)
        if len(name.path) == 1 and argument is not None and argument.personal:
            read.fault(
                f"“{argument.label.zh}”是个人信息，事后不能再查",
                f"{argument.name} is personal and cannot be read later",
                "换一个不涉个人信息的条件", "use a condition on facts that are not personal", *path, "when",
            )  # fmt: skip
    by = read.people(written["by"], names, *path, "by") if written.get("by") is not None else None
    return Earlier(known, when, by, _since(read, written.get("since"), names, *path, "since"))


def _since(read: Reader, raw: Any, names: ObjectNames, *path: str | int) -> Name | str | dt.date | None:
    if raw is None:
        return None
    if isinstance(raw, dt.date):
        return raw
    text = str(raw)
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        pass
    if text in read.book.vocabulary.verbs:
        return text
    read.condition({text.removeprefix("$"): "set"}, names, *path)
    try:
        found = names.resolve(text.removeprefix("$"))
    except UnknownName:
        return None  # reported above
    if not isinstance(found.kind, Date | Moment):
        read.fault(f"“{found.label.zh}”不是日期", f"“{found.label.en}” is no date", "写日期事实、日期或动作",
                   "write a date, a fact that holds one, or a verb", *path)  # fmt: skip
    return found
