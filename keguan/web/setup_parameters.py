"""Parameters of a pack as inputs, each beside the clauses in which it stands. Reads only."""

from collections.abc import Mapping
from dataclasses import replace

from django.urls import reverse

from keguan.controls.terms import as_typed, span
from keguan.kernel.commands.verbs import Argument
from keguan.kernel.records.kinds import Boolean, MoneyKind
from keguan.kernel.records.labels import Label
from keguan.setup.offers import Asked, Offer
from keguan.web import pages, verb_forms
from keguan.web.components import Citation, Option, Reason
from keguan.web.language import language_of, text_of
from keguan.web.shapes import anchor

Shown = tuple[tuple[pages.SetupParameter, ...], tuple[pages.SetupParameter, ...]]


def parameters_of(found: Offer, values: Mapping[str, str], told: tuple[Reason, ...] = ()) -> Shown:
    """Those that the company decides, and those that the policy states itself."""
    text = reverse("web:setup_pack", args=[found.code])
    open_ones = tuple(_parameter(one, values.get(one.name, ""), text, told) for one in found.asked if not one.stated)
    stated = (one for one in found.asked if one.stated)
    return open_ones, tuple(_parameter(one, values.get(one.name, "") or one.stated, text, told) for one in stated)


def clause_anchor(policy: str, clause: str) -> str:
    """The fragment of a clause on the page of a pack, which holds several policies."""
    return anchor(f"{policy} {clause}")


def _parameter(one: Asked, value: str, text_url: str, told: tuple[Reason, ...]) -> pages.SetupParameter:
    field = verb_forms.field(Argument(one.name, one.kind, one.label, help=one.help), verb_forms.Asked({}, told))
    kind = field.kind
    if isinstance(one.kind, Boolean):
        kind = "choice"
        field = replace(field, options=(Option("true", Label("是", "Yes")), Option("false", Label("否", "No"))))
    if isinstance(one.kind, MoneyKind):
        kind = "number"
    is_term = one.kind_name == "term"
    suggestion = as_typed(one.suggestion) if is_term and one.suggestion else Label.typed(one.suggestion)
    example = {"term": span(3, "working_day"), "map": Label.typed("a: 1; b: 2")}.get(one.kind_name, Label("", ""))
    field = replace(
        field,
        kind=kind,
        value=text_of(as_typed(value), language_of({})) if is_term else value,
        placeholder=suggestion if one.suggestion else example,
    )
    citations = tuple(
        Citation(place.policy_title, place.clause, f"{text_url}#{clause_anchor(place.policy, place.clause)}")
        for place in one.places
    )
    text = one.places[0].text if one.places else ""
    return pages.SetupParameter(field, citations, text, suggestion if one.suggestion else "")
