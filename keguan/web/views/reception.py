"""怎样通知我: where the viewer's notices go beside the product, and when they may; everybody sets it for himself."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from keguan.integrations import addresses, queries, routing, sending
from keguan.integrations.quiet import Hours
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.web import pages, telling, verb_forms
from keguan.web.components import Field, Fieldset, Option, Reason, State
from keguan.web.doors import new_key, page, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give
from keguan.web.places import key_of
from keguan.web.views.shell import render_page

ADD, SET, CHANGE = "receiver.add", "reception.set", "reception.change"
TIMES = ("quiet_from", "quiet_until", "digest_at")
CLOCK = Label("时:分", "hh:mm")
ACTS = {
    "remove": ("receiver.remove", Label("已删除。", "Removed.")),
    "try": ("receiver.try", Label("已发出一条，请看有没有收到。", "One is on its way: see whether it arrives.")),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands on the page again after something was refused."""

    times: Mapping[str, Any] | None = None
    adding: Mapping[str, Any] = field(default_factory=dict)
    told: tuple[Reason, ...] = ()
    refused: tuple[Reason, ...] = ()
    at: UUID | None = None


@page
def reception(request: HttpRequest) -> HttpResponse:
    """The viewer's receivers and reception; POST sets when and how."""
    if request.method != "POST":
        return _show(request, Kept())
    known = queries.reception(viewer(request))
    verb = CHANGE if known else SET
    args = verb_forms.read(vocabulary.verbs[verb].arguments, request.POST)
    outcome = give(request, verb, known.id if known else None, args if known else verb_forms.given(args))
    if isinstance(outcome, Stopped):
        return _show(request, Kept(times=args, told=outcome.reasons), outcome.status)
    say(request, Label("已保存。", "Saved."))
    return redirect("web:reception")


@page
@require_POST
def receiver_add(request: HttpRequest) -> HttpResponse:
    """Have notices sent to an address as well."""
    args = verb_forms.given(verb_forms.read(vocabulary.verbs[ADD].arguments, request.POST))
    outcome = give(request, ADD, None, args)
    if isinstance(outcome, Stopped):
        return _show(request, Kept(adding=args, refused=outcome.reasons), outcome.status)
    say(request, Label("已添加，可以试发一条。", "Added; you can send a trial."))
    return redirect("web:reception")


@page
@require_POST
def receiver_act(request: HttpRequest, id: str, act: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """Remove one of the viewer's receivers, or send a trial there."""
    key = key_of(id)
    if key is None or act not in ACTS:
        raise Http404
    verb, said = ACTS[act]
    outcome = give(request, verb, key, {})
    if isinstance(outcome, Stopped):
        return _show(request, Kept(refused=outcome.reasons, at=key), outcome.status)
    say(request, said)
    return redirect("web:reception")


def _show(request: HttpRequest, kept: Kept, status: int = 200) -> HttpResponse:
    who = viewer(request)
    rows, known = queries.receivers(who), queries.reception(who)
    stored = {name: getattr(known, name, None) for name in (*TIMES, "is_each_sent", "is_digest_sent")}
    stored["is_each_sent"] = stored["is_each_sent"] is not False
    stored["is_digest_sent"] = bool(stored["is_digest_sent"])
    company = queries.company()
    here = kept.refused if kept.at is None or kept.at not in {row.id for row in rows} else ()
    shown = pages.ReceptionPage(
        receivers=tuple(_line(row, kept.refused if row.id == kept.at else ()) for row in rows),
        times=_times(kept.times if kept.times is not None else stored, kept.told, *company),
        adding=_adding(kept.adding, here),
        company=_company(*company),
        plan=telling.told(routing.wish(stored, *company), has_receiver=bool(rows)),
        told=kept.told,
        refused=here,
        key=new_key(),
    )
    return render_page(request, "web/reception.html", shown, status)


def _line(row: queries.ReceiverRow, told: tuple[Reason, ...]) -> pages.ReceiverLine:
    has_failed = row.failed_at is not None and (row.sent_at is None or row.sent_at < row.failed_at)
    state = None
    if has_failed and row.is_given_up:
        words = Label(
            "没有送达，已不再试：请核对后试发一条", "did not arrive and was given up: check it and send a trial"
        )
        state = State(words, "broken")
    elif has_failed:
        state = State(Label("上次没有送达，会再试", "the last one did not arrive; it is tried again"), "broken")
    elif row.sent_at is not None:
        state = State(Label("已送达", "arrives"), "kept")
    kind = addresses.KINDS.get(row.kind, Label(row.kind, row.kind))
    at = row.failed_at if has_failed else row.sent_at
    return pages.ReceiverLine(str(row.id), kind, row.title, row.masked, state, at, told, new_key())


def _times(
    values: Mapping[str, Any], told: tuple[Reason, ...], hours: Hours | None, digest_at: dt.time | None
) -> tuple[Fieldset, ...]:
    """The inputs of when and how; an empty one shows the company's own time, which then counts."""
    asked = verb_forms.Asked(values, told)
    found = {one.name: one for one in verb_forms.fields(vocabulary.verbs[CHANGE].arguments, asked)}
    for name, own in zip(TIMES, (*(hours or (None, None)), digest_at), strict=True):
        found[name] = replace(found[name], placeholder=f"{own:%H:%M}" if own else CLOCK)
    quiet = (found["quiet_from"], found["quiet_until"])
    hint = Label("空着即按公司的规定；两个时刻相同即不设", "left empty: the company's own; the same time twice: none")
    return (
        Fieldset((found["is_each_sent"], found["is_digest_sent"], found["digest_at"])),
        Fieldset(quiet, Label("免打扰时段", "Quiet hours"), hint=hint),
    )


def _adding(values: Mapping[str, Any], told: tuple[Reason, ...]) -> tuple[Fieldset, ...]:
    kinds = sending.offered()
    asked = verb_forms.Asked(values, told)
    found = [_dressed(one, kinds) for one in verb_forms.fields(vocabulary.verbs[ADD].arguments, asked)]
    return (Fieldset(tuple(found)),)


def _dressed(one: Field, kinds: list[str]) -> Field:
    if one.name == "kind":
        return replace(one, options=tuple(Option(kind, addresses.KINDS[kind]) for kind in kinds))
    if one.name == "address":
        words = Label("；", "; ")
        hints = [
            Label("{kind}：{hint}", "{kind}: {hint}").format(kind=addresses.KINDS[kind], hint=addresses.HINTS[kind])
            for kind in kinds
        ]
        return replace(
            one, is_wide=True, hint=Label(words.zh.join(h.zh for h in hints), words.en.join(h.en for h in hints))
        )
    return one


def _company(hours: Hours | None, digest_at: dt.time | None) -> Label:
    at = f"{digest_at:%H:%M}" if digest_at else "—"
    if hours is None:
        return Label(
            f"公司没有规定免打扰时段；摘要在 {at} 发出", f"the company has no quiet hours; digests leave at {at}"
        )
    between = f"{hours[0]:%H:%M}–{hours[1]:%H:%M}"
    return Label(
        f"公司的规定：{between} 免打扰，摘要在 {at} 发出；制度定为紧急的照发",
        f"the company's own: quiet {between}, digests at {at}; what a policy calls urgent is sent all the same",
    )


urlpatterns = [
    path("reception/", reception, name="reception"),
    path("reception/receivers/", receiver_add, name="receiver_add"),
    path("reception/receivers/<str:id>/<str:act>/", receiver_act, name="receiver_act"),
]
