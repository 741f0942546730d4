"""The page of one record type, made from its declaration: course, deadlines, acts, facts, lines, history, clauses.

A subclass says what a type has of its own: what it is called, which panels stand on it, what its forms offer.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from keguan.controls import queries, readings, scopes
from keguan.controls.live.grants import Grants
from keguan.controls.queries import page as side
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.journal.read import Passage, timeline
from keguan.kernel.records.kinds import Fields, Listing, Text
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact as Declared
from keguan.kernel.records.types import LineType, RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import codes, naming
from keguan.lists.naming import Names
from keguan.lists.reading import Seen, lines_of, masked_lines, seen
from keguan.lists.table import HIDDEN
from keguan.web import addresses, course, pages
from keguan.web.components import Action, Citation, Fact, Link, Reason, State, Step
from keguan.web.doors import new_key, viewer
from keguan.web.language import Words, language_of
from keguan.web.records import standing
from keguan.web.records.actions import actions
from keguan.web.records.door import Door, Subject, subject_of
from keguan.web.records.forms import AS_DECLARED, Forms
from keguan.web.records.lists import Asked, RecordList
from keguan.web.records.revealing import Revealing, revealed
from keguan.web.records.stages import fits, leads_on, stage_state, steps
from keguan.web.records.values import course_names, shown
from keguan.web.rules import book
from keguan.web.views.shell import render_page

LONG = 40


@dataclass(frozen=True, slots=True)
class Looked:
    """A record with everything that its page says of it: who looks, what he may know, what things are called."""

    request: HttpRequest
    asked: Asked
    seen: Seen
    names: Names
    passages: tuple[Passage, ...]
    lines: Mapping[str, list[dict[str, Any]]]
    revealing: Revealing

    @property
    def id(self) -> UUID:
        """The record."""
        return self.seen.record.id

    @property
    def values(self) -> Mapping[str, Any]:
        """Its facts without those that are masked."""
        masked = self.seen.sight.masked
        return {name: value for name, value in self.seen.record.values.items() if name not in masked}

    def called(self, to: str, key: object) -> str:
        """What a record that it points to is called."""
        found = self.names.get(to, {}).get(key) if isinstance(key, UUID) else None
        return found.words.text(self.asked.language) if found else ""


class RecordPages:
    """The list and the page of a record type."""

    lists: type[RecordList] = RecordList
    forms: Forms = AS_DECLARED
    usual: tuple[str, ...] = ()
    apart: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    is_printed: bool = True

    def __init__(self, record_type: RecordType) -> None:
        self.type = record_type

    def list_for(self, who: UUID, known: Grants | None) -> RecordList:
        """The list as somebody sees it."""
        return self.lists(self.type, scopes.masked(who, self.type.name, known), self.usual)

    def citation(self) -> Citation | None:
        """The clause that the record type comes from."""
        return None

    def passages(self, looked: Looked) -> tuple[Passage, ...]:
        """Its journal entries, as the timeline tells them."""
        return looked.passages

    def title(self, looked: Looked) -> str:
        """What the record is called: its title, else its first words, else its code."""
        values, kind = looked.values, self.type
        for name in (kind.title, *self.list_for(looked.asked.who, looked.asked.grants).speaking, kind.code):
            if name and (said := self._said(looked, name, values)):
                return said
        return kind.label.text(looked.asked.language)

    def _said(self, looked: Looked, name: str, values: Mapping[str, Any]) -> str:
        fact = self.type.by_name[name]
        found = shown(fact, values.get(name), looked.names, looked.asked.language)
        return " ".join(found.text.split())[:80]

    def summary(self, looked: Looked) -> Words:
        """What stands above the title, beside the code."""
        return self.type.label

    def state(self, looked: Looked, *, is_waiting: bool) -> State | None:
        """The badge in the head."""
        if is_waiting:
            return State(Label("等核准", "Waiting"), "wait")
        stage = looked.values.get(self.type.stage or "")
        return stage_state(self.type, str(stage)) if stage and self.type.stages else None

    def panels(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """What stands under the facts: every list of lines."""
        return tuple(
            self.line_panel(looked, line) for line in self.type.lines if line.name not in looked.seen.sight.masked
        )

    @property
    def at_side(self) -> tuple[str, ...]:
        """The facts that name a record to which this one belongs: they stand at the side."""
        return tuple(
            fact.name
            for fact in self.type.facts
            if naming.target(fact.kind) not in ("", "person", "unit", "role", "post")
            and not isinstance(fact.kind, Listing)
        )

    def beside(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """What stands at the side, under the clauses: the record that this one belongs to."""
        return tuple(
            pages.CardPanel(
                fact.label,
                found.beside(fact.label),
                addresses.page_url(to, found.key),
            )
            for fact in (self.type.by_name[name] for name in self.at_side)
            if (found := looked.names.get(to := naming.target(fact.kind), {}).get(looked.values.get(fact.name)))  # type: ignore[arg-type]
        )

    def leads_on(self, verb: Verb, looked: Looked) -> bool:
        """Whether an act is the one that comes next."""
        return leads_on(self.type, verb, looked.values)

    def door(self) -> Door:
        """How the acts of the type are reached."""
        return Door(self.type.name, self._find, self._named, self._coded, self._listed, self.apart, self.forms)

    def look(self, request: HttpRequest, key: str) -> Looked:
        """The record with this key as the viewer may know it; 404 where it is out of sight."""
        who = viewer(request)
        known = scopes.grants(who)
        found = seen(who, self.type, key, known)
        if found is None:
            raise Http404
        url = addresses.page_url(self.type.name, key)
        revealing = revealed(request, self.type, found.record.id, found.sight.masked, url)
        found = replace(found, sight=replace(found.sight, masked=found.sight.masked - revealing.facts))
        readings.tell(who, "page", self.type, [found.record.id], found.sight.masked, is_export=bool(revealing.facts))
        lines = {line.name: lines_of(found, line) for line in self.type.lines if line.name not in found.sight.masked}
        entries = timeline(found.record.id, is_own=True)
        passages = tuple(scopes.course(who, self.type.name, entries, found.sight.masked, known))
        facts = [fact for fact in self.type.facts if fact.name not in found.sight.masked]
        pointed = naming.pointed_to(facts, [found.record.values])
        for line in self.type.lines:
            for to, keys in naming.pointed_to(line.facts, lines.get(line.name, ())).items():
                pointed.setdefault(to, set()).update(keys)
        names = naming.named(who, course_names(passages, pointed), known)
        asked = Asked(who, request.GET, language_of({"request": request}), known, book())
        return Looked(request, asked, found, names, passages, lines, revealing)

    def show(self, request: HttpRequest, key: str, told: tuple[Reason, ...] = ()) -> HttpResponse:
        """The page."""
        looked = self.look(request, key)
        status = 422 if told or looked.revealing.reasons else 200
        return render_page(request, "web/record_page.html", self.page(looked, key, told), status=status)

    def page(self, looked: Looked, key: str, told: tuple[Reason, ...] = ()) -> pages.RecordPage:
        """The page as its template takes it."""
        who, name, record = looked.asked.who, self.type.name, looked.id
        rules = looked.asked.rules
        unsettled = queries.unsettled_of(who, record)
        waiting = [one for one in unsettled if one.state == "waiting"]
        values = looked.values
        facts, story = self.facts(looked)
        title = self.title(looked)
        language = looked.asked.language
        flat = {one: found.words.text(language) for by_id in looked.names.values() for one, found in by_id.items()}
        return pages.RecordPage(
            code=str(values.get(self.type.code or "") or ""),
            title=title,
            summary=self.summary(looked),
            state=self.state(looked, is_waiting=bool(waiting)),
            actions=self.actions(looked, key, {row.verb: row for row in waiting}),
            facts=facts,
            entries=course.entries(
                self.passages(looked), flat, rules, lambda event: addresses.undo_url(name, key, event)
            ),
            entries_total=len(looked.passages),
            applies=standing.applies(who, name, record),
            steps=self.steps(looked),
            terms=standing.terms(who, name, record),
            story="" if " ".join(story.split()) == title else story,
            signings=standing.signing_rows(who, name, record),
            rounds=standing.round_rows(who, name, record, flat),
            pending=standing.pending(unsettled, key),
            panels=self.panels(looked),
            beside=self.beside(looked),
            back=Link(self.list_for(who, looked.asked.grants).title, addresses.list_url(name)),
            citation=self.citation(),
            sign_url=addresses.sign_url(name, key),
            prints=standing.prints(self.type, key, record) if self.is_printed else None,
            key=new_key(),
            reasons=(*told, *looked.revealing.reasons),
        )

    def actions(self, looked: Looked, key: str, waiting: Mapping[str, queries.ApprovalTold]) -> tuple[Action, ...]:
        """What the viewer may do on it."""
        name = self.type.name
        acts = side.actions(looked.asked.who, name, looked.id)
        return actions(
            [act for act in acts if self.fits(vocabulary.verbs[act.verb], looked)],
            looked.asked.rules,
            waiting,
            lambda verb: addresses.act_url(name, key, verb),
            lambda verb: self.leads_on(verb, looked),
            self.apart,
        )

    def fits(self, verb: Verb, looked: Looked) -> bool:
        """Whether an act makes sense here at all."""
        return fits(self.type, verb, looked.values, looked.asked.rules)

    def steps(self, looked: Looked) -> tuple[Step, ...]:
        """The stages in their order, with when each was entered."""
        return steps(self.type, looked.values, looked.passages)

    def facts(self, looked: Looked) -> tuple[tuple[Fact, ...], str]:
        """What is recorded, in the order of the declaration; the first long text stands before it as the story."""
        kind, masked = self.type, looked.seen.sight.masked
        apart = {kind.code, kind.title, kind.stage if kind.stages else None, *self.hidden, *self.at_side}
        found: list[Fact] = []
        story = ""
        for fact in kind.facts:
            if fact.derived or fact.name in apart or fact.is_file or isinstance(fact.kind, Fields):
                continue
            if fact.name in masked:
                found.append(looked.revealing.masked(fact.name, fact.label))
                continue
            said = shown(fact, looked.values.get(fact.name), looked.names, looked.asked.language)
            if not said.text:
                continue
            if not story and isinstance(fact.kind, Text) and fact.kind.lines:
                story = said.text
                continue
            found.append(Fact(fact.label, said.text, said.url, is_wide=len(said.text) > LONG))
        return (*found, *self._masked_lines(looked)), story

    def _masked_lines(self, looked: Looked) -> Iterator[Fact]:
        """What is masked of the lists that stand below, with what reveals it."""
        masked = looked.seen.sight.masked
        for line in self.type.lines if looked.revealing.url else ():
            if line.name in masked:
                yield looked.revealing.masked(line.name, line.label)
            for fact in line.facts:
                if f"{line.name}.{fact.name}" in masked:
                    words = Label("{line}：{fact}", "{line}: {fact}").format(line=line.label, fact=fact.label)
                    yield looked.revealing.masked(f"{line.name}.{fact.name}", words)

    def line_panel(self, looked: Looked, line: LineType) -> pages.LinesPanel:
        """One list of lines as a table; a verb that adds to it is its button."""
        masked = masked_lines(looked.seen.sight, line.name)
        facts = [
            fact for fact in line.facts if not fact.derived and not fact.is_file and not isinstance(fact.kind, Fields)
        ]
        heads = tuple(pages.Head(fact.name, fact.label) for fact in facts)
        rows = tuple(
            tuple(
                self.line_cell(looked, line, fact, row.get(fact.name), is_masked=fact.name in masked) for fact in facts
            )
            for row in looked.lines.get(line.name, ())
        )
        return pages.LinesPanel(line.label, heads, rows)

    def line_cell(self, looked: Looked, line: LineType, fact: Declared, value: Any, *, is_masked: bool) -> pages.Cell:
        """One fact of a line."""
        return pages.Cell(HIDDEN if is_masked else shown(fact, value, looked.names, looked.asked.language).text)

    def _find(self, who: UUID, key: str) -> Subject | None:
        found = seen(who, self.type, key)
        if found is None:
            return None
        masked = found.sight.masked
        values = {name: value for name, value in found.record.values.items() if name not in masked}
        [subject] = self._named(who, [found.record.id]) or [Subject(found.record.id, key, "", {})]
        return Subject(subject.id, subject.code, subject.title, values)

    def _named(self, who: UUID, keys: Collection[UUID]) -> list[Subject]:
        names = naming.named(who, {self.type.name: keys}).get(self.type.name, {})
        return [
            subject_of(key, names.get(key))
            for key in self._visible(who).filter(pk__in=list(keys)).values_list("pk", flat=True)
        ]

    def _coded(self, who: UUID, keys: Collection[str]) -> list[UUID]:
        ids = codes.ids(self.type, keys)
        visible = set(self._visible(who).filter(pk__in=list(ids.values())).values_list("pk", flat=True))
        return [ids[key] for key in keys if ids[key] in visible]

    def _listed(self, who: UUID, given: QueryDict, most: int) -> list[UUID]:
        known = scopes.grants(who)
        asked = Asked(who, given, "zh-hans", known, book())
        return list(self.list_for(who, known).found(asked).values_list("pk", flat=True)[:most])

    def _visible(self, who: UUID) -> Any:
        return scopes.records(who, self.type)
