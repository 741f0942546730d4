"""Terms as people type them into a form: `3 个工作日`, `24小时`, `当日`. Policies write `3 working days`."""

import re

from keguan.controls.conditions.faults import TermFault
from keguan.controls.terms.grammar import CHINESE, parse_term
from keguan.controls.terms.term import Form, span
from keguan.kernel.records.labels import Label
from keguan.kernel.records.scripts import folded

_SPAN = re.compile(rf"(\d+)\s*({'|'.join(sorted(CHINESE, key=len, reverse=True))})(?:之?内|以内)?")
_SAME_DAY = ("当日", "当天", "当日内", "当天内")
TODAY = Label("当日", "same day")


def canonical(text: str) -> str:
    """What was typed as a policy writes it; what is no term in Chinese stays as it is."""
    words = "".join(folded(text).split())
    if words in _SAME_DAY:
        return parse_term(TODAY.en).text
    found = _SPAN.fullmatch(words)
    try:
        return parse_term(f"{found[1]} {CHINESE[found[2]]}").text if found else text
    except TermFault:
        return text


def as_typed(text: str) -> Label:
    """A term in the words in which people type it; one that they write as policies do stays as it is."""
    try:
        term = parse_term(text)
    except TermFault:
        return Label.typed(text)
    if term.form is Form.SAME_DAY:
        return TODAY
    plain = term.form is Form.SPAN and not term.to_the_minute and not term.parameter and term.unit != "ring"
    return span(term.count, term.unit) if plain else Label.typed(text)
