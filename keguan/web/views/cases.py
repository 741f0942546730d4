"""Addresses of the case screens."""

from django.urls import path

from keguan.web.views.case_act import case_act, case_act_many
from keguan.web.views.case_list import case_list
from keguan.web.views.case_page import case_file, case_note, case_page
from keguan.web.views.case_take import case_take, customer_options

urlpatterns = [
    path("cases/", case_list, name="case_list"),
    path("cases/take/", case_take, name="case_take"),
    path("cases/act/<slug:verb>/", case_act_many, name="case_act_many"),
    path("cases/<str:code>/", case_page, name="case_page"),
    path("cases/<str:code>/note/", case_note, name="case_note"),
    path("cases/<str:code>/files/<uuid:key>/", case_file, name="case_file"),
    path("cases/<str:code>/act/<slug:verb>/", case_act, name="case_act"),
    path("customers/options/", customer_options, name="customer_options"),
]
