"""Proposals on Today: shown to whom they were put, accepted as changed, dismissed with a reason, refused with why."""

import datetime as dt

from django.test import Client
from django.urls import reverse

from keguan.cases.models import Note
from keguan.controls.models import Proposal
from keguan.controls.tests.callbacks import adopt_callbacks
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.web.tests.conftest import NOW, Office


def proposed(office: Office) -> Proposal:
    with clock.pinned(NOW - dt.timedelta(minutes=1)):
        adopt_callbacks(Context(None, "command_line"), "draft", "case.owner")
    office.accepted()
    return Proposal.objects.get()


def decide(browser: Client, one: Proposal, **form: str) -> int:
    return browser.post(reverse("web:proposal_decide", args=[one.id]), form).status_code


def test_a_draft_is_changed_and_accepted_on_today(office: Office) -> None:
    one = proposed(office)
    owner = next(name for name, person in office.people.items() if person in (one.people or []))
    browser = office.browser(owner)
    body = browser.get(reverse("web:today")).content.decode()
    assert "等我定的提议" in body
    assert "请三日内回访" in body
    assert "第一条" in body
    assert "等我定的提议" not in office.browser("stranger").get(reverse("web:today")).content.decode()
    assert decide(browser, one, decision="dismiss") == 422
    assert decide(office.browser("stranger"), one, decision="accept") == 404
    assert decide(browser, one, decision="accept", **{"arg-text": "请两日内回访"}) == 302
    assert Proposal.objects.get().state == "accepted"
    assert Note.objects.filter(text="请两日内回访").exists()


def test_a_proposal_is_dismissed_with_a_reason(office: Office) -> None:
    one = proposed(office)
    owner = next(name for name, person in office.people.items() if person in (one.people or []))
    assert decide(office.browser(owner), one, decision="dismiss", comment="客户不便") == 302
    assert Proposal.objects.get().state == "dismissed"
    assert not Note.objects.exists()
