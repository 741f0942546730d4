"""What the steps of the setup ask for: who stands for a role, which figures hold, what becomes of open records.

Each part gives fields, with what was typed where a form comes back. Reads only.
"""

from typing import Any

from django.http import QueryDict
from django.urls import reverse

from keguan.kernel.records.labels import Label, typed
from keguan.org import queries as org
from keguan.policies.commands import RUNNING
from keguan.policies.engines import Rulebook
from keguan.setup.steps import Progress, RoleLine
from keguan.web import addresses, pages, verb_forms
from keguan.web.components import Field, Link, Option
from keguan.web.setup_parameters import parameters_of


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
        pages.SetupPost(
            post.unit, post.title, post.is_head, typed(post.holders), addresses.page_url("post", str(post.id))
        )
        for post in one.posts
    )
    return pages.SetupRole(one.code, one.label, posts, fields, one.is_missing)


def parameters(found: Progress, _rules: Rulebook, posted: QueryDict | None) -> dict[str, Any]:
    """The figures that the policies leave open, and those that they state, with the clauses that need them."""
    if found.offer is None:
        return {"is_locked": found.is_adopted, "links": (choose_first(),)}
    values = posted.dict() if posted is not None else dict(found.values)
    asked, stated = parameters_of(found.offer, {name: str(value) for name, value in values.items()})
    later = (Link(Label("设定参数", "Set parameters"), reverse("web:parameters")),) if found.is_adopted else ()
    return {"parameters": asked, "stated": stated, "is_locked": found.is_adopted, "links": later}


def choose_first() -> Link:
    """Where to go from a step that needs a pack."""
    return Link(Label("先选制度包", "Choose a pack first"), addresses.setup_url("pack"))


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
