"""Pages of what was observed of people's conduct, and of what clauses propose. Duties and clauses are said in words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from keguan.controls.engines.conduct import ConductControl
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import Value
from keguan.lists.table import said
from keguan.policies.engines import Rulebook
from keguan.web import pages
from keguan.web.components import Field, Link, Option
from keguan.web.language import Words
from keguan.web.records.forms import Forms
from keguan.web.records.lists import Asked, RecordList
from keguan.web.records.places import to_registers
from keguan.web.records.record import Looked, RecordPages
from keguan.web.records.standing import cited_by
from keguan.web.rules import book

OFFENCE = Label("违反", "offence")


class ObservationForms(Forms):
    """Observing: the duties in force to choose from, and the ways in which they are seen."""

    def dress(self, act: Verb, field: Field) -> Field:
        """Duties and ways as choices."""
        if act.name != "observation.observe" or field.name not in ("control", "source"):
            return field
        duties = [one for one in book().of_engine("conduct") if isinstance(one, ConductControl)]
        if field.name == "control":
            options = tuple(Option(one.key, Label(f"{one.clause}　{one.says.zh}", f"{one.clause} {one.says.en}"))
                            for one in duties)  # fmt: skip
            return replace(field, kind="choice", options=options, is_wide=True)
        ways = dict.fromkeys(way for one in duties for way in one.seen_in)
        return replace(field, kind="choice", options=tuple(Option(way, way) for way in ways)) if ways else field


class BesideList(RecordList):
    """A list that the page of the registers leads to."""

    def back(self) -> Link | None:
        """That page."""
        return to_registers()


class ObservationList(BesideList):
    """What was observed of people's conduct."""

    called = Label("行为观察", "Observations")
    placeholder = Label("情况、途径、违规代码", "What was seen, where, offence code")
    bulk = ("observation.confirm", "offence.confirm", "observation.dismiss")

    @property
    def speaking(self) -> tuple[str, ...]:
        """The duty says what it is about."""
        return ("control",)

    def title_of(self, asked: Asked, values: Mapping[str, Any], words: Mapping[str, Value]) -> str:
        """The duty in words."""
        return duty(asked.rules, str(values.get("control") or "")).text(asked.language) or said(words.get("control"))

    def notes(self, asked: Asked, values: Mapping[str, Any]) -> tuple[Words, ...]:
        """Its clause."""
        cited = cited_by(str(values.get("control") or ""), asked.rules)
        return (cited.clause,) if cited else ()


class ObservationPages(RecordPages):
    """An observation."""

    lists = ObservationList
    forms = ObservationForms()
    usual = ("person", "is_offence", "source", "seen_on")

    def title(self, looked: Looked) -> str:
        """The duty in words."""
        key = str(looked.values.get("control") or "")
        return duty(looked.asked.rules, key).text(looked.asked.language) or super().title(looked)

    def summary(self, looked: Looked) -> Words:
        """Whether it was kept or broken."""
        if not looked.values.get("is_offence"):
            return self.type.label
        return Label(f"{self.type.label.zh} · {OFFENCE.zh}", f"{self.type.label.en} · {OFFENCE.en}")


class ProposalList(BesideList):
    """What clauses propose."""

    called = Label("提议", "Proposals")
    placeholder = Label("对象、意见", "Record, comment")


class ProposalPages(RecordPages):
    """A proposal: decided on Today, where what it proposes can be changed; looked up here."""

    lists = ProposalList
    usual = ("verb", "by_zh", "subject", "made_at")
    apart = frozenset(("proposal.accept",))
    hidden = frozenset(("object_type", "target", "row", "is_free", "by_en"))

    def beside(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """The record that it is about stands among its facts."""
        return ()


def duty(rules: Rulebook, key: str) -> Label:
    """A duty of conduct in words; nothing where it is no longer in force."""
    found = rules.by_key.get(key)
    return found.says if found else Label("", "")
