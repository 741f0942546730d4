"""The delegate is told when somebody asks him to stand in, when it begins, and when it ends: once each."""

import datetime as dt
from typing import Any
from uuid import UUID

from keguan.controls.jobs import sweep_once
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.org.models import Notice

BEGINS, ENDS = MORNING + dt.timedelta(days=1), MORNING + dt.timedelta(days=3)


def lend(firm: Firm, **args: Any) -> UUID:
    return firm.system("delegation.appoint", delegator=firm.people["何川"], delegate=firm.people["唐果"], **args)


def told(firm: Firm, who: str = "唐果") -> list[str]:
    return [one.zh for one in Notice.objects.filter(person=firm.people[who]).order_by("id")]


def swept(at: dt.datetime) -> None:
    for _ in range(2):
        with clock.pinned(at):
            sweep_once()


def test_what_begins_and_ends_at_once_is_told_at_once(firm: Firm) -> None:
    given = lend(firm)
    [first] = told(firm)
    assert first.startswith("何川委托您代理全部事项：即时起，直到其本人结束")
    swept(MORNING)
    with clock.pinned(BEGINS):
        firm.system("delegation.end", given)
    swept(BEGINS)
    assert told(firm) == [first, "您代理何川已经结束"]
    assert told(firm, "何川") == []
    notice = Notice.objects.filter(person=firm.people["唐果"]).first()
    assert notice is not None
    assert (notice.object_type, notice.object_id) == ("delegation", given)


def test_what_was_arranged_beforehand_is_told_again_when_it_comes(firm: Firm) -> None:
    roles = {row["code"]: row["id"] for row in Rows().select("select id, code from org_role")}
    lend(firm, starts_at=BEGINS, ends_at=ENDS, roles=[roles["deputy"]], verbs=["case.settle"])
    [first] = told(firm)
    assert "自3月4日 09:00，至3月6日 09:00" in first
    swept(BEGINS - dt.timedelta(seconds=1))
    assert told(firm) == [first]
    swept(BEGINS)
    second = told(firm)[1]
    assert second.startswith("现在起由您代理何川（")
    swept(ENDS)
    assert told(firm) == [first, second, "您代理何川已经结束"]


def test_a_sweep_that_comes_late_tells_of_the_end_alone(firm: Firm) -> None:
    lend(firm, starts_at=BEGINS, ends_at=ENDS)
    swept(ENDS + dt.timedelta(days=1))
    assert told(firm)[1:] == ["您代理何川已经结束"]


def test_what_is_taken_back_or_shortened_is_told_so(firm: Firm) -> None:
    given = lend(firm, starts_at=BEGINS)
    firm.system("delegation.end", given)
    swept(BEGINS)
    assert told(firm)[1:] == ["何川撤回了对您的代理委托"]
    given = lend(firm)
    firm.system("delegation.end", given, ends_at=ENDS)
    assert told(firm)[3:] == ["您代理何川的期限改至3月6日 09:00"]
    swept(ENDS)
    assert told(firm)[4:] == ["您代理何川已经结束"]
