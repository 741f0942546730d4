"""Addresses of the case screens."""

from collections.abc import Collection
from uuid import UUID

from django.http import QueryDict
from django.urls import path

from keguan.cases import page as case_view
from keguan.cases import queries
from keguan.controls import scopes
from keguan.web.doors import page
from keguan.web.records import showing
from keguan.web.records.door import Door, Subject
from keguan.web.views.acts import act_view, undo_view
from keguan.web.views.bulk import act_many_view
from keguan.web.views.case_actions import APART
from keguan.web.views.case_files import case_file
from keguan.web.views.case_list import CASES, filters_of
from keguan.web.views.case_notes import case_note, case_sign, people_named
from keguan.web.views.case_page import case_page
from keguan.web.views.case_take import case_alike, case_take, customer_options


def _case(who: UUID, code: str) -> Subject | None:
    found = case_view.case(who, code)
    return Subject(found.id, found.code, found.title, found.record) if found else None


def _named(who: UUID, keys: Collection[UUID]) -> list[Subject]:
    is_untold = "title" in scopes.masked(who, "case")
    found = queries.visible_to(who).filter(id__in=keys).only("id", "code", "title")
    return [Subject(case.id, case.code or "", "" if is_untold else case.title or "", {}) for case in found]


def _coded(who: UUID, codes: Collection[str]) -> list[UUID]:
    found = dict(queries.visible_to(who).filter(code__in=codes).values_list("code", "id"))
    return [found[code] for code in codes if code in found]


def _listed(who: UUID, given: QueryDict, most: int) -> list[UUID]:
    return list(queries.found(who, filters_of(given, who)).values_list("id", flat=True)[:most])


DOOR = Door("case", _case, _named, _coded, _listed, APART)

urlpatterns = [
    path("cases/", page(lambda request: showing.show(request, CASES)), name="case_list"),
    path("cases/export/", page(lambda request: showing.sheet(request, CASES)), name="case_export"),
    path("cases/take/", case_take, name="case_take"),
    path("cases/alike/", case_alike, name="case_alike"),
    path("cases/act/<slug:verb>/", act_many_view(DOOR), name="case_act_many"),
    path("cases/<str:code>/", case_page, name="case_page"),
    path("cases/<str:code>/note/", case_note, name="case_note"),
    path("cases/<str:code>/signature/", case_sign, name="case_sign"),
    path("cases/<str:code>/undo/<uuid:event>/", undo_view(DOOR), name="case_undo"),
    path("cases/<str:code>/files/<uuid:key>/", case_file, name="case_file"),
    path("cases/<str:code>/act/<slug:verb>/", act_view(DOOR), name="case_act"),
    path("people/named/", people_named, name="people_named"),
    path("customers/options/", customer_options, name="customer_options"),
]
