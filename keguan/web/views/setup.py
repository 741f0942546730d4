"""First run and further packs: founding the company by the server's key, then the steps, in any order."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import path
from django.views.decorators.cache import never_cache

from keguan.controls import gate, scopes
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Fault
from keguan.kernel.commands.outcomes import Reason as Told
from keguan.kernel.records.labels import Label, about
from keguan.setup import acts, founding
from keguan.setup.acts import Bound, NotDone
from keguan.setup.facts import STEPS
from keguan.setup.offers import offer
from keguan.setup.steps import progress
from keguan.web import addresses, pages, setup_pages
from keguan.web.components import Field, Option
from keguan.web.doors import context, page, posted_key, viewer
from keguan.web.flashes import say
from keguan.web.rules import book
from keguan.web.shapes import reasons
from keguan.web.views.shell import render_page

BACKEND = "keguan.org.accounts.People"
UNLIKE = Told(Label("两次输入的密码不一样", "the two passwords differ"), field="again", kind="input")
ZONES: Mapping[str, Label] = {
    "Asia/Shanghai": Label("中国标准时间（北京）", "China (Shanghai)"),
    "Asia/Hong_Kong": Label("香港", "Hong Kong"),
    "Asia/Taipei": Label("台北", "Taipei"),
    "Asia/Singapore": Label("新加坡", "Singapore"),
    "Asia/Tokyo": Label("东京", "Tokyo"),
    "Europe/Berlin": Label("柏林", "Berlin"),
    "UTC": Label("协调世界时", "UTC"),
}
DONE: Mapping[str, Label] = {
    "pack": Label("已选定", "chosen"),
    "posts": Label("岗位已对应", "the posts are bound"),
    "parameters": Label("参数已记下", "the parameters are noted"),
    "records": Label("已记下", "noted"),
    "adopt": Label("制度包已施行", "the pack is in force"),
    "pass": Label("已略过，随时可以再做", "left out; it can be done at any time"),
    "finish": Label("启用完成", "the setup is finished"),
}
UNSET = Label(
    "参数已记下；还有 {n} 项没有设，所在的条款先不运行",
    "the parameters are noted; {n} {n:is not set, and its clause does|are not set, and their clauses do} not run until "
    "{n:it is|they are}",
)


@never_cache
def found(request: HttpRequest, key: str = "") -> HttpResponse:
    """The company and its first administrator, while nobody can sign in; the key is what the server printed."""
    if not founding.is_empty():
        return redirect("web:setup")
    if not founding.opens(key):
        return render(request, "web/setup_found.html", {"page": pages.SetupFounding()}, status=404 if key else 200)
    if request.method != "POST":
        return _founding(request, ())
    told = _found(request)
    return _founding(request, told) if told else redirect("web:setup")


def _found(request: HttpRequest) -> tuple[Told, ...]:
    """Found the company as posted and sign its administrator in; or why it was not founded."""
    posted = {name: str(request.POST.get(name, "")).strip() for name in ("company", "zone", "name", "username")}
    password, again = str(request.POST.get("password", "")), str(request.POST.get("again", ""))
    if password != again:
        return (UNLIKE,)
    try:
        user = founding.found(gate.run, Context(None, "page"), founding.Founding(**posted, password=password))
    except (founding.NotFounded, Fault) as refused:
        return tuple(refused.reasons)
    login(request, user, backend=BACKEND)
    return ()


def _founding(request: HttpRequest, told: tuple[Told, ...]) -> HttpResponse:
    posted = request.POST
    errors = reasons(told)

    def field(name: str, zh: str, en: str, kind: str = "text", **more: Any) -> Field:
        wrong = tuple(one for one in errors if one.field == name)
        value = "" if kind == "password" else str(posted.get(name, more.pop("value", "")))
        return Field(name, Label(zh, en), kind, value, is_required=True, errors=wrong, is_wide=True, **more)

    zones = tuple(Option(zone, words) for zone, words in ZONES.items())
    hint = Label("至少十个字符，不要用常见密码", "at least ten characters, no common password")
    fields = (
        field("company", "公司名称", "The company's name", longest=120),
        field("zone", "时区", "Time zone", "choice", value=next(iter(ZONES)), options=zones),
        field("name", "您的姓名", "Your name", longest=60, autocomplete="name"),
        field("username", "登录名", "The name you sign in by", longest=60, autocomplete="username"),
        field("password", "密码", "Password", "password", hint=hint, autocomplete="new-password"),
        field("again", "再输入一次", "Once more", "password", autocomplete="new-password"),
    )
    known = {one.name for one in fields}
    first = next((one.name for one in fields if one.errors), "company")
    inputs = tuple(replace(one, is_autofocus=one.name == first) for one in fields)
    others = tuple(one for one in errors if one.field not in known)
    row = pages.SetupFounding(inputs, others)
    return render(request, "web/setup_found.html", {"page": row}, status=422 if told else 200)


class FirstRun:
    """Middleware: where nobody can sign in yet, the page to sign in gives way to the one that says how to begin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Asks the database only where somebody is to sign in."""
        is_sign_in = request.method == "GET" and request.path == resolve_url(settings.LOGIN_URL)
        return redirect("web:setup_closed") if is_sign_in and founding.is_empty() else self.get_response(request)


def _allowed(request: HttpRequest) -> None:
    """404 for whoever may not set a pack up."""
    grants = scopes.grants(viewer(request))
    if grants is None or not grants.uses("setup.begin"):
        raise Http404


def _shown(request: HttpRequest, name: str, told: tuple[Told, ...] = (), posted: Any = None) -> HttpResponse:
    rules = book()
    row = setup_pages.page_of(progress(acts.current(), rules), name, rules, reasons(told), posted)
    return render_page(request, "web/setup_page.html", row, status=422 if told else 200)


@page
def setup(request: HttpRequest) -> HttpResponse:
    """The overview; POST ends the setup."""
    _allowed(request)
    if request.method != "POST":
        return _shown(request, "")
    try:
        acts.finish(gate.run, context(request, posted_key(request)))
    except NotDone as refused:
        return _shown(request, "", tuple(refused.reasons))
    say(request, DONE["finish"])
    return redirect("web:today")


@page
def setup_step(request: HttpRequest, step: str) -> HttpResponse:
    """One step: what it shows, and what its form does."""
    _allowed(request)
    if step not in STEPS or step == "company":
        raise Http404
    if request.method != "POST":
        return _shown(request, step)
    ctx = context(request, posted_key(request))
    is_passed = request.POST.get("intent") == "pass"
    try:
        if is_passed:
            acts.pass_over(gate.run, ctx, step)
        elif step in FORMS:
            FORMS[step](request, ctx)
    except NotDone as refused:
        return _shown(request, step, tuple(refused.reasons), request.POST)
    except Fault as fault:
        return _shown(request, step, tuple(fault.reasons), request.POST)
    say(request, DONE["pass" if is_passed else step] if is_passed or step != "parameters" else _noted())
    # more posts may be bound: the page is shown again
    following = step if step == "posts" and not is_passed else STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]
    return redirect("web:setup_step", following)


def _choose(request: HttpRequest, ctx: Context) -> None:
    acts.choose(gate.run, ctx, str(request.POST.get("pack", "")))


def _bind(request: HttpRequest, ctx: Context) -> None:
    given = []
    for name, value in request.POST.items():
        code = name.removeprefix("unit_")
        if code == name:
            continue
        unit, new = str(value), str(request.POST.get(f"new_{code}", "")).strip()
        person, title = str(request.POST.get(f"person_{code}", "")), str(request.POST.get(f"title_{code}", "")).strip()
        if unit or new:
            is_head = request.POST.get(f"head_{code}") == "true"
            given.append(Bound(code, "" if new else unit, new, title, person, is_head))
        elif person or title:
            words = about(_role(code), Label("还要说是哪个部门", "say in which unit"))
            raise NotDone([Told(words, field=f"unit_{code}", kind="input")])
    if not given:
        raise NotDone([Told(Label("还没有填部门", "no unit is given"), kind="input")])
    acts.bind(gate.run, ctx, given)


def _role(code: str) -> Label:
    """What the pack calls a role."""
    chosen = acts.current()
    found = offer(chosen.pack) if chosen else None
    return found.roles.get(code, Label.typed(code)) if found else Label.typed(code)


def _set(request: HttpRequest, ctx: Context) -> None:
    typed = {name: str(value) for name, value in request.POST.items()}
    acts.set_values(gate.run, ctx, typed, take_suggestions=request.POST.get("intent") == "suggested")


def _decide(request: HttpRequest, ctx: Context) -> None:
    running = str(request.POST.get("running", "")) or None
    day = acts.day(str(request.POST.get("effective_on", "")))
    acts.plan(gate.run, ctx, running=running, effective_on=day)


def _noted() -> Label:
    """What is said once parameters are noted: also how many are still open, as nothing else on the next step shows."""
    unset = len(progress(acts.current(), book()).unset)
    return UNSET.format(n=unset) if unset else DONE["parameters"]


def _adopt(_request: HttpRequest, ctx: Context) -> None:
    acts.put_in_force(gate.run, ctx)


FORMS: Mapping[str, Callable[[HttpRequest, Context], None]] = {
    "pack": _choose,
    "posts": _bind,
    "parameters": _set,
    "records": _decide,
    "adopt": _adopt,
}


@page
def setup_pack(request: HttpRequest, code: str) -> HttpResponse:
    """A pack of the shelf as its policies read, before anything of it is in force."""
    _allowed(request)
    one = offer(code)
    if one is None:
        raise Http404
    row = pages.PackText(one.title, one.about, setup_pages.pack_clauses(one), addresses.setup_url("pack"))
    return render_page(request, "web/setup_pack.html", row)


urlpatterns = [
    path("setup/", setup, name="setup"),
    path("setup/found/", found, name="setup_closed"),
    path("setup/found/<str:key>/", found, name="setup_found"),
    path("setup/packs/<str:code>/", setup_pack, name="setup_pack"),
    path("setup/<str:step>/", setup_step, name="setup_step"),
]
