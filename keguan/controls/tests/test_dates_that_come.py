"""A date that comes: swept on time, late, or after days without a sweep, its reactions see and lead to the same."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from keguan.controls.jobs import sweep_once
from keguan.controls.models import Evidence, Proposal
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.policies import rulebooks

SOON = MORNING + dt.timedelta(minutes=1)
EXPIRE = """
- reaction: {id: expire, after: "reached:member.valid_until", when: {points: ">= 10"}, do: penalty.impose,
    how: propose, by: head @ unit, with: {title: $title, fine: 30}}
"""
REACHED = """
    select o.object, e.happened_at from kernel_event e join kernel_event_object o on o.event = e.id
    where e.verb = 'member.reach' and o.type = 'member' order by 2, 1
"""
SWEEPS = {"each day": range(1, 13), "once, late": (12,), "twice, late": (9, 12, 12), "some": (4, 11)}


def member(firm: Firm, **args: Any) -> Any:
    return firm.must("季安", "member.join", None, unit=firm.units["客服部"], **args)


def day(n: int) -> dt.datetime:
    return MORNING + dt.timedelta(days=n)


def on(n: int) -> str:
    return str(day(n).date())


def history(firm: Firm, sweeps: Any) -> tuple[Any, ...]:
    """Members whose dates and points move around their days; what the sweeps made of it."""
    shop.enact(EXPIRE)
    with clock.pinned(SOON):
        low = member(firm, title="到期后才够分", valid_until=on(5), points=1)
        high = member(firm, title="到期时够分", valid_until=on(5), points=20)
        renewed = member(firm, title="到期后续期", valid_until=on(5), points=20)
        early = member(firm, title="到期前续期", valid_until=on(5), points=20)
        later = member(firm, title="改了两次", valid_until=on(20), points=20)
    for n in range(1, 13):
        with clock.pinned(day(n)):
            if n == 3:
                firm.must("季安", "member.change", early, valid_until=on(9))
                firm.must("季安", "member.change", later, valid_until=on(6))
            if n == 6:
                firm.must("季安", "member.change", low, points=50)
                firm.must("季安", "member.change", high, points=0, title="改了名")
            if n == 7:
                firm.must("季安", "member.change", renewed, valid_until=on(30))
        with clock.pinned(day(n) + dt.timedelta(hours=1)):
            for _ in range(list(sweeps).count(n)):
                sweep_once()
    proposed = sorted((one.object_label, (one.args or {})["title"], one.people) for one in Proposal.objects.all())
    reached = Rows().select(REACHED)
    names = {low: "low", high: "high", renewed: "renewed", early: "early", later: "later"}
    shown = sorted(Evidence.objects.filter(control="extra#expire").values_list("outcome", "happened_at"))
    return proposed, sorted((names[row["object"]], row["happened_at"]) for row in reached), shown


def test_late_is_on_time(club: Firm) -> None:
    found = {}
    for name, sweeps in SWEEPS.items():
        with transaction.atomic():
            found[name] = history(club, sweeps)
            transaction.set_rollback(True)
        rulebooks.forget()
    proposed, reached, shown = found["each day"]
    assert [title for _, title, _ in proposed] == sorted(["到期时够分", "到期后续期", "到期前续期", "改了两次"])
    assert [name for name, _ in reached] == ["early", "high", "later", "low", "renewed"]
    assert {at.astimezone(dt.timezone(dt.timedelta(hours=8))).time() for _, at in reached} == {dt.time()}
    assert [outcome for outcome, _ in shown] == ["done"] * 4
    for name, other in found.items():
        assert other == found["each day"], name


def test_a_date_set_into_the_past_comes_at_once_and_once(club: Firm) -> None:
    shop.enact(EXPIRE)
    with clock.pinned(day(10)):
        sweep_once()
        opened = member(club, title="开户即过期", valid_until=on(2), points=10)
        [proposal] = Proposal.objects.all()
        assert proposal.object == opened
        [reach] = Rows().select("select * from kernel_event where verb = 'member.reach'")
        assert reach["happened_at"].astimezone(dt.timezone(dt.timedelta(hours=8))).date() == day(2).date()
        assert reach["recorded_at"] == day(10)
        assert reach["caused_by"] == shop.one("select id from kernel_event where verb = 'member.join'")
    with clock.pinned(day(11)):
        moved = member(club, title="改到过去", valid_until=on(40), points=10)
        club.must("季安", "member.change", moved, valid_until=on(11))
        club.must("季安", "member.change", moved, points=11)
        assert Proposal.objects.count() == 2
    for n in (11, 12, 13):
        with clock.pinned(day(n) + dt.timedelta(hours=2)):
            sweep_once()
    assert Proposal.objects.count() == 2


def test_the_version_and_the_people_of_the_day_decide(club: Firm) -> None:
    shop.enact(EXPIRE)
    with clock.pinned(SOON):
        member(club, title="甲", valid_until=on(3), points=10)
        member(club, title="乙", valid_until=on(6), points=10)
    with clock.pinned(day(5)):
        shop.enact("- requirement: {id: note, of: member.warn, fields: [title]}")
        [held] = Rows().select("select post from org_holding where person = %s", [club.people["苏敏"]])
        club.system("post.relieve", held["post"], person=club.people["苏敏"], ends_on=on(5))
        club.system("post.assign", held["post"], person=club.people["唐果"], starts_on=on(5))
    with clock.pinned(day(8)):
        sweep_once()
        [proposal] = Proposal.objects.all()
        assert proposal.object_label == "甲"
        assert proposal.people == [club.people["苏敏"]]  # who held the post on that day


def test_statements_do_not_depend_on_how_many_dates_come(club: Firm) -> None:
    shop.enact('- reaction: {id: tell, after: "reached:member.valid_until", notify: head @ unit, text: 到期}')
    with clock.pinned(SOON):
        member(club, title="先", valid_until=on(1), points=10)
        for n in range(2):
            member(club, title=f"a{n}", valid_until=on(2), points=10)
        for n in range(40):
            member(club, title=f"b{n}", valid_until=on(4), points=10)
    counts = []
    for n in (1, 2, 4):
        with clock.pinned(day(n) + dt.timedelta(hours=2)), CaptureQueriesContext(connection) as queries:
            sweep_once()
        counts.append(len(queries))
    assert counts[1] == counts[2], counts
