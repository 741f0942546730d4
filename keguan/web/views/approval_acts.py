"""加签, 转办, 退回: the forms by which whoever is asked lets others decide as well, instead, or once more."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse

from keguan.controls import queries, scopes
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.web import approval_lines as lines
from keguan.web import pages, verb_forms
from keguan.web.components import Field, Fieldset, Link, Option, Reason
from keguan.web.doors import new_key, page, posted_key, viewer
from keguan.web.flashes import say
from keguan.web.giving import Stopped, give
from keguan.web.places import key_of
from keguan.web.subjects import subjects
from keguan.web.views.acts import go_on
from keguan.web.views.approvals import ACTS
from keguan.web.views.shell import render_page

SAID = {
    "add": Label("已加签，对方会收到通知。", "Added; they are told."),
    "hand-over": Label("已转办，对方会收到通知。", "Handed over; they are told."),
    "back": Label("已退回，对方会收到通知。", "Sent back; they are told."),
}
HELP = {
    "add": Label(
        "请对方也决定一次；条款要求的人一个不少。", "They decide as well; nobody whom the clause asks is left out."
    ),
    "hand-over": Label(
        "由对方代替您决定这一步，此后这一步不再等您。",
        "They decide this step in your place; it no longer waits for you.",
    ),
    "back": Label(
        "退回申请人：这项申请就此了结，改好后重新提交。退回较早一步：从那一步起重新决定。",
        "To whoever asked: the request ends here and is asked anew once mended. To an earlier step: it is decided "
        "again from there.",
    ),
}
TO_REQUESTER = Option("", Label("申请人（改好再提交）", "whoever asked, to be mended"))


@page
def approval_act(request: HttpRequest, id: str, act: str) -> HttpResponse:  # noqa: A002 – the name in the address
    """The form of one of these acts on a request that waits for the viewer; POST runs it."""
    key = key_of(id)
    row = queries.approval(viewer(request), key) if key is not None else None
    if act not in ACTS or key is None or row is None:
        raise Http404
    if request.method != "POST":
        return _form(request, row, act)
    args = verb_forms.given(verb_forms.read(vocabulary.verbs[ACTS[act]].arguments, request.POST))
    outcome = give(request, ACTS[act], key, args)
    if isinstance(outcome, Stopped):
        return _form(request, row, act, dict(args), outcome.reasons, outcome.status)
    say(request, SAID[act])
    return go_on(request, reverse("web:approvals"))


def _form(
    request: HttpRequest, row: queries.ApprovalRow, act: str, values: dict[str, object] | None = None,
    told: tuple[Reason, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    verb = vocabulary.verbs[ACTS[act]]
    keep_out = {str(viewer(request)), str(row.approval.requester)}
    asked = verb_forms.Asked(values or {}, told, viewer=viewer(request))
    fields = tuple(_dressed(field, row, keep_out) for field in verb_forms.fields(verb.arguments, asked))
    what, kind = lines.headline(row.approval)
    who, of = viewer(request), row.approval.object_type
    seen = subjects(who, [(of, row.object)], scopes.grants(who), "approvals") if len(row.lines) < 2 else {}
    subject = seen.get(row.object) if row.object else None
    about = Link(subject.name, subject.url) if subject else Link(lines.unnamed(row), "")
    shown = pages.CaseAct(
        verb=verb.name,
        title=verb.label,
        url=reverse("web:approval_act", args=[row.approval.id, act]),
        back_url=f"{reverse('web:approvals')}#approval-{row.approval.id}",
        subjects=(Link(Label("{kind} · {what}", "{kind} · {what}").format(kind=kind, what=what), ""), about),
        fieldsets=(Fieldset(fields),),
        help=HELP[act],
        reasons=told,
        key=posted_key(request) if status != 200 else new_key(),
    )
    return render_page(request, "web/case_act.html", shown, status, "form" if request.method == "POST" else "dialog")


def _dressed(field: Field, row: queries.ApprovalRow, keep_out: set[str]) -> Field:
    """The input with what is known of this request: who can be brought in, where it can go back to."""
    if field.name == "person":
        return replace(field, options=tuple(one for one in field.options if one.value not in keep_out))
    if field.name == "step":
        words = Label("第 {n} 步：{by}", "step {n}: {by}")
        steps = tuple(Option(str(n), words.format(n=n, by=by)) for n, by in lines.earlier(row))
        return replace(field, kind="choice", label=Label("退回给", "Back to"), hint="", options=(TO_REQUESTER, *steps))
    return field


urlpatterns = [path("approvals/<str:id>/<str:act>/form/", approval_act, name="approval_act")]
