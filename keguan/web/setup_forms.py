"""What the steps of the setup ask for: who stands for a role, which figures hold, what becomes of open records.

Each part gives fields, with what was typed where a form comes back. Reads only.
"""

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from keguan.controls.terms import as_typed, span
from keguan.kernel.commands.verbs import Argument
from keguan.kernel.records.kinds import Boolean, MoneyKind
from keguan.kernel.records.labels import Label
from keguan.org import queries as org
from keguan.policies.commands import RUNNING
from keguan.policies.engines import Rulebook
from keguan.setup.offers import Asked
from keguan.setup.steps import Progress, RoleLine
from keguan.web import addresses, pages, verb_forms
from keguan.web.components import Citation, Field, Link, Option
from keguan.web.language import language_of, text_of
from keguan.web.shapes import anchor


def roles(found: Progress, _rules: Rulebook, posted: QueryDict | None) -> dict[str, Any]:
    """The roles of the pack, each with the posts it has and the fields that give it another; those missing first."""
    units = tuple(Option(str(key), name) for key, name in org.unit_options())
    people = verb_forms.people()
    rows = sorted(found.roles, key=lambda one: not one.is_missing)
    return {
        "roles": tuple(_role(one, units, people, posted) for one in rows),
        "links": (
            Link(Label("从表格导入部门", "Import units from a sheet"), reverse("web:import_start", args=["unit"])),
        ),
    }


def _role(
    one: RoleLine, units: tuple[Option, ...], people: tuple[Option, ...], posted: QueryDict | None
) -> pages.SetupRole:
    # a post that is vacant stands there already, so that only its holder is missing
    vacant = one.posts[0] if one.posts and one.is_missing else None
    known = {"unit": str(vacant.unit_id), "title": vacant.title} if vacant else {}

    def value(part: str) -> str:
        return str(posted.get(f"{part}_{one.code}", "")) if posted else known.get(part, "")

    fields = (
        Field(f"unit_{one.code}", Label("部门", "Unit"), "reference", value("unit"), options=units),
        Field(f"new_{one.code}", Label("或新设部门", "or a new unit"), "text", value("new"), longest=80),
        Field(f"title_{one.code}", Label("公司里的叫法", "What you call it"), "text", value("title"), longest=80),
        Field(f"person_{one.code}", Label("由谁担任", "Who holds it"), "reference", value("person"), options=people),
        Field(f"head_{one.code}", Label("部门负责人", "Heads the unit"), "reference", value("head"), options=(
            Option("true", Label("是", "Yes")),
        )),
    )  # fmt: skip
    posts = tuple(
        pages.SetupPost(post.unit, post.title, post.is_head, post.holders, addresses.page_url("post", str(post.id)))
        for post in one.posts
    )
    return pages.SetupRole(one.code, one.label, posts, fields, one.is_missing)


def parameters(found: Progress, _rules: Rulebook, posted: QueryDict | None) -> dict[str, Any]:
    """The figures that the policies leave open, and those that they state, with the clauses that need them."""
    asked = found.offer.asked if found.offer else ()
    values = posted.dict() if posted is not None else dict(found.values)
    text = reverse("web:setup_pack", args=[found.offer.code]) if found.offer else ""
    return {
        "parameters": tuple(_parameter(one, str(values.get(one.name, "")), text) for one in asked if not one.stated),
        "stated": tuple(
            _parameter(one, str(values.get(one.name, "")) or one.stated, text) for one in asked if one.stated
        ),
        "is_locked": found.is_adopted,
        "links": () if found.offer else (choose_first(),),
    }


def choose_first() -> Link:
    """Where to go from a step that needs a pack."""
    return Link(Label("先选制度包", "Choose a pack first"), addresses.setup_url("pack"))


def clause_anchor(policy: str, clause: str) -> str:
    """The fragment of a clause on the page of a pack, which holds several policies."""
    return anchor(f"{policy} {clause}")


def _parameter(one: Asked, value: str, text_url: str) -> pages.SetupParameter:
    field = verb_forms.field(Argument(one.name, one.kind, one.label, help=one.help), verb_forms.Asked({}))
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
    return pages.SetupParameter(
        field, citations, one.places[0].text if one.places else "", suggestion if one.suggestion else ""
    )


def records(found: Progress, _rules: Rulebook, _posted: QueryDict | None) -> dict[str, Any]:
    """What is open, what shall become of it, and from which day the policies run."""
    setup = found.setup
    options = tuple(Option(code, label) for code, label in RUNNING.items())
    running = (setup.running if setup else None) or ""
    day = setup.effective_on.isoformat() if setup and setup.effective_on else ""
    return {
        "lines": tuple(pages.SetupLine(one.label, count=f"{one.count:,}") for one in found.open_records),
        "fields": (
            Field("running", Label("办理中的事项", "What is open"), "choice", running, options=options, is_wide=True),
            Field("effective_on", Label("施行日期", "In force from"), "date", day,
                  hint=Label("不填则照制度所写，或自今日", "as the policy says, or today, where left empty")),
        ),
        "is_locked": found.is_adopted,
    }  # fmt: skip
