"""Addresses of the screens. Each module of views names its own; here they stand together."""

from django.urls import URLPattern, URLResolver, path

from keguan.web.doors import page
from keguan.web.gallery.views import gallery, gallery_page
from keguan.web.records.registry import door_of
from keguan.web.views import (
    administration,
    approval_acts,
    approvals,
    bulk,
    calls,
    cases,
    customers,
    delegations,
    evidence,
    find,
    imports,
    invitations,
    language,
    notices,
    overrides,
    parameters,
    policies,
    printing,
    proposals,
    reception,
    records,
    saved_views,
    setup,
    statistics,
    team,
    today,
    typed,
)

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    *today.urlpatterns,
    *typed.urlpatterns,
    *team.urlpatterns,
    *administration.urlpatterns,
    *calls.urlpatterns,
    *cases.urlpatterns,
    *customers.urlpatterns,
    *imports.urlpatterns,
    *invitations.urlpatterns,
    *setup.urlpatterns,
    *records.urlpatterns,
    path("bulk/<uuid:key>/", bulk.bulk_view(door_of), name="bulk_page"),
    *approvals.urlpatterns,
    *approval_acts.urlpatterns,
    *proposals.urlpatterns,
    *printing.urlpatterns,
    *notices.urlpatterns,
    *reception.urlpatterns,
    *overrides.urlpatterns,
    *delegations.urlpatterns,
    *parameters.urlpatterns,
    *policies.urlpatterns,
    *evidence.urlpatterns,
    *statistics.urlpatterns,
    *find.urlpatterns,
    *saved_views.urlpatterns,
    *language.urlpatterns,
    path("gallery/", page(gallery), name="gallery"),
    path("gallery/<str:name>/", page(gallery_page), name="gallery_page"),
]
