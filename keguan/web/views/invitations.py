"""Links by which people choose their password: the sheet of them for the administrator, the page for the person."""

import io

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache

from keguan.controls import readings, scopes
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import write_sheet
from keguan.org import invitations, sign_in
from keguan.org.facts import PERSON
from keguan.web import pages
from keguan.web.components import Field
from keguan.web.doors import page, viewer
from keguan.web.shapes import reasons
from keguan.web.views.imports import download
from keguan.web.views.setup import BACKEND, UNLIKE

HEADS = (Label("姓名", "Name"), Label("登录名", "User name"), Label("设置密码的链接", "Link to choose a password"))


@page
def sheet(request: HttpRequest) -> HttpResponse:
    """Everybody who has a user name and no password yet, with his link; for whoever may grant sign-ins."""
    grants = scopes.grants(viewer(request))
    if grants is None or not grants.uses("person.grant_sign_in"):
        raise Http404
    language = str(getattr(request, "LANGUAGE_CODE", "zh-hans"))
    made = invitations.invite(invitations.waiting())
    rows = [
        [one.name, one.username, request.build_absolute_uri(reverse("web:welcome", args=[token]))]
        for one, token in made
    ]
    target = io.BytesIO()
    write_sheet(target, [head.text(language) for head in HEADS], rows)
    readings.tell(viewer(request), "page", PERSON, [one.person for one, _ in made], is_export=True)
    return download(target, Label("登录邀请.xlsx", "invitations.xlsx").text(language))


@never_cache
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password by the link, once."""
    invited = invitations.read(token)
    if invited is None:
        return render(request, "web/welcome.html", {"page": pages.Welcome()}, status=404)
    told: list[Reason] = []
    if request.method == "POST":
        password = str(request.POST.get("password", ""))
        told = sign_in.weaknesses(password, invited.username)
        if password != request.POST.get("again"):
            told.append(UNLIKE)
        if not told:
            user = sign_in.set_password(invited.person, invited.username, password)
            login(request, user, backend=BACKEND)
            return redirect("web:today")
    errors = reasons(told)
    fields = tuple(
        Field(
            name, label, "password", is_required=True, hint=sign_in.CURE if name == "password" else "", is_wide=True,
            errors=tuple(one for one in errors if one.field == name), autocomplete="new-password",
        )
        for name, label in (("password", Label("密码", "Password")), ("again", Label("再输入一次", "Once more")))
    )  # fmt: skip
    row = pages.Welcome(invited.name, invited.username, fields)
    return render(request, "web/welcome.html", {"page": row}, status=422 if told else 200)


urlpatterns = [
    path("invitations/", sheet, name="invitations"),
    path("welcome/<str:token>/", welcome, name="welcome"),
]
