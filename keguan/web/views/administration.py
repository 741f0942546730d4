"""Administration beside the company's records: who may do what by which clause, and who read personal data."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse

from keguan.controls import scopes
from keguan.controls.queries import access, readings
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import queries as org
from keguan.web import pages, verb_forms
from keguan.web.components import Option
from keguan.web.doors import page, viewer
from keguan.web.places import key_of
from keguan.web.records import places
from keguan.web.rules import book, cited
from keguan.web.subjects import subjects
from keguan.web.views.shell import render_page

READINGS = 50
DOORS = {
    "page": Label("页面", "page"),
    "rest": Label("接口", "API"),
    "command_line": Label("命令行", "command line"),
    "import": Label("导入", "import"),
}


@page
def access_matrix(request: HttpRequest) -> HttpResponse:
    """Who may do what with records of a type: each yes names the clause that says so."""
    grants, rules = scopes.grants(viewer(request)), book()
    if grants is None or not grants.sees_some("pack"):
        raise Http404
    types = access.types(rules)
    chosen = next((one for one in types if one.name == request.GET.get("type")), types[0] if types else None)
    if chosen is None:
        raise Http404
    found = access.matrix(rules, chosen)
    lines = tuple(
        pages.ActLine(
            row.label,
            tuple(
                tuple(
                    pages.AllowedRow(
                        one.scope, cited(rules, one.grant.key), join(list(one.masked)) if one.masked else ""
                    )
                    for one in cell
                )
                for cell in row.cells
            ),
        )
        for row in found.rows
    )
    options = tuple(Option(one.name, one.label) for one in types)
    row = pages.AccessMatrix(chosen.label, options, chosen.name, found.roles, lines)
    return render_page(request, "web/access_matrix.html", row)


@page
def reading_log(request: HttpRequest) -> HttpResponse:
    """Who saw which personal facts, when and through which door; for those who run the installation."""
    who, rules = viewer(request), book()
    grants = scopes.grants(who)
    if not places.runs_installation(grants):
        raise Http404
    person = key_of(request.GET.get("person", ""))
    found = readings.readings(person, key_of(request.GET.get("before", "")), READINGS + 1)
    more, found = len(found) > READINGS, found[:READINGS]
    known = org.people_by_id({one.actor for one in found if one.actor})
    about = subjects(who, [(one.type, one.object) for one in found if one.object], grants, "reading")
    asking = readings.asking(rules)
    person_query = f"person={person}&" if person else ""
    row = pages.Readings(
        rows=tuple(
            pages.ReadingRow(
                one.recorded_at,
                known[one.actor].name if one.actor in known else "",
                DOORS.get(one.channel, Label(one.channel, one.channel)),
                _what(one),
                about[one.object].name if one.object in about else "",
                about[one.object].url if one.object in about else "",
                join([access.fact_label(vocabulary.types[one.type], name) for name in one.facts]),
            )
            for one in found
        ),
        people=verb_forms.people(),
        person=str(person or ""),
        next_url=f"{reverse('web:reading_log')}?{person_query}before={found[-1].id}" if more else "",
        is_kept=asking is not None,
        citation=cited(rules, asking.key) if asking is not None else None,
    )
    return render_page(request, "web/readings.html", row)


def _what(one: readings.Reading) -> Label:
    label = vocabulary.types[one.type].label
    if one.object is not None:
        return label
    how = Label("导出", "exported") if one.is_export else Label("列表", "a list of")
    return Label(f"{how.zh} {one.count} 条{label.zh}", f"{how.en} {one.count} × {label.en}")


urlpatterns = [
    path("administration/access/", access_matrix, name="access_matrix"),
    path("administration/readings/", reading_log, name="reading_log"),
]
