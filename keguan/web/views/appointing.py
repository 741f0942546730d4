"""A post given to somebody from his own page: which one and for which days. The command is the post's."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from keguan.controls import scopes
from keguan.kernel.commands.outcomes import Reason as Said
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import posts
from keguan.web import addresses, pages, verb_forms
from keguan.web.components import Field, Fieldset, Link, Option, Reason
from keguan.web.doors import new_key, page, posted_key, viewer
from keguan.web.flashes import tell
from keguan.web.giving import Stopped, give
from keguan.web.places import key_of
from keguan.web.records.registry import door_of
from keguan.web.shapes import reasons
from keguan.web.views.acts import go_on
from keguan.web.views.shell import render_page

POST, PERSON, ASSIGN = "post", "person", "post.assign"
CALLED = Label("岗位", "Post")
WHICH = Said(
    Label("还没有选岗位", "no post is chosen"), Label("请选择一个岗位", "choose a post"), field=POST, kind="input"
)


@page
def appoint(request: HttpRequest, key: str) -> HttpResponse:
    """The form that gives the person a post, and the command; for who may assign posts."""
    who = viewer(request)
    grants = scopes.grants(who)
    person = door_of(PERSON).find(who, key)
    if person is None or grants is None or not grants.uses(ASSIGN):
        raise Http404
    link = Link(person.words, person.code)
    if request.method != "POST":
        return _form(request, link, {}, ())
    args = {**_typed(request), "person": person.id}
    chosen = key_of(str(request.POST.get(POST, "")))
    if chosen is None:
        return _form(request, link, args, reasons([WHICH]), 422)
    outcome = give(request, ASSIGN, chosen, verb_forms.given(args))
    if isinstance(outcome, Stopped):
        return _form(request, link, {**args, POST: chosen}, outcome.reasons, outcome.status)
    tell(request, vocabulary.verbs[ASSIGN].label, outcome)
    return go_on(request, addresses.page_url(PERSON, person.code))


def _typed(request: HttpRequest) -> dict[str, Any]:
    return verb_forms.read(_days(), request.POST)


def _days() -> list[Any]:
    return [one for one in vocabulary.verbs[ASSIGN].arguments if one.name != PERSON]


def _form(
    request: HttpRequest, person: Link, values: dict[str, Any], found: tuple[Reason, ...], status: int = 200
) -> HttpResponse:
    act, who = vocabulary.verbs[ASSIGN], viewer(request)
    seen = scopes.records(who, vocabulary.types[POST]).values("pk")
    which = Field(
        POST, CALLED, "reference", str(values.get(POST, "")), is_required=True, is_wide=True,
        options=tuple(Option(str(key), words) for key, words in posts.offered(seen)),
        errors=tuple(one for one in found if one.field == POST),
    )  # fmt: skip
    days = verb_forms.fields(_days(), verb_forms.Asked(values, found))
    row = pages.CaseAct(
        verb=act.name,
        title=act.label,
        url=addresses.appoint_url(person.url),
        back_url=addresses.page_url(PERSON, person.url),
        subjects=(person,),
        fieldsets=(Fieldset((which, *days)),),
        reasons=found,
        key=new_key() if status != 200 or request.method != "POST" else posted_key(request),
    )
    partial = "form" if request.method == "POST" else "dialog"
    return render_page(request, "web/case_act.html", row, status=status, partial=partial)


urlpatterns = [path("records/person/of/<str:key>/post/", appoint, name="appoint")]
