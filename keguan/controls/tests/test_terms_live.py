"""Terms as running controls: whose calendar counts, tables, rings, facts of linked records, missing figures."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from keguan.controls import gate
from keguan.controls.models import Evidence, Obligation
from keguan.controls.terms import TermUnknown, calendar_for, due
from keguan.controls.tests.conftest import PACK, SYSTEM, Firm
from keguan.controls.tests.test_engines import compiled, fault, good, scene
from keguan.kernel import clock
from keguan.kernel.records.kinds import Integer
from keguan.kernel.records.labels import Label
from keguan.org.calendars import STANDARD
from keguan.policies import rulebooks
from keguan.policies.adoption import adopt
from keguan.policies.book import BookDraft, Parameter
from keguan.policies.packs.pack import pack_from_texts, read_pack

SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = dt.datetime(2026, 3, 3, 1, tzinfo=dt.UTC)


def publish(within: str) -> None:
    """The pack with another term for closing; in force three seconds later."""
    texts = {name: text.replace("within: 6 days", f"within: {within}") for name, text in read_pack(PACK).texts.items()}
    pack, faults = pack_from_texts(texts)
    assert pack is not None and not faults
    adopt(gate.run, SYSTEM, pack)


def due_of(firm: Firm, at: dt.datetime, **args: Any) -> str:
    """When the closing of a case accepted at the moment is due, as Shanghai reads it."""
    with clock.pinned(at):
        key = firm.accepted(**args)
    one = Obligation.objects.get(object=key, control__endswith="#close")
    return f"{one.due_at.astimezone(SHANGHAI):%m-%d %H:%M}"


def test_the_calendar_of_whoever_owes_it_counts(firm: Firm) -> None:
    later = TUESDAY + dt.timedelta(minutes=1)
    publish("2 working days")
    firm.system("calendar.add", unit=firm.units["热线组"], name="热线班表", spec={"week": {"MON-FRI": ["08:00-20:00"]}})
    firm.system("calendar.add", person=firm.people["唐果"], spec={"week": {"WED, THU": []}})
    assert due_of(firm, later) == "03-05 20:00"
    assert due_of(firm, later, unit=firm.units["现场组"]) == "03-05 18:00"
    assert due_of(firm, later, owner=firm.people["唐果"]) == "03-09 18:00"
    [mine] = Obligation.objects.filter(people=[firm.people["唐果"]])
    said = [line["zh"] for line in mine.term["explanation"]]
    assert "按“个人日历”计" in said
    assert mine.term["under"]["zh"].startswith("依《")
    assert "第 2 版" in mine.term["under"]["zh"]
    book = rulebooks.current(later + dt.timedelta(minutes=1))
    assert calendar_for(book, None, None) == STANDARD
    assert calendar_for(book, None, firm.people["唐果"]).name is not None
    assert calendar_for(book, None, [firm.people["唐果"], firm.people["季安"]]) == STANDARD, (
        "they have not the same hours"
    )


def test_a_running_term_keeps_the_calendar_of_its_rulebook(firm: Firm) -> None:
    publish("2 working days")
    first = TUESDAY + dt.timedelta(minutes=1)
    assert due_of(firm, first) == "03-05 18:00"
    with clock.pinned(first):
        firm.system("calendar.add_days", _company_calendar(), on="2026-03-05", name="厂庆")
    assert due_of(firm, first + dt.timedelta(minutes=1)) == "03-06 18:00"
    numbers = Obligation.objects.order_by("id").values_list("rulebook", flat=True)
    assert len(set(numbers)) == 2
    assert [rulebooks.rulebook(number).calendars.of().day(dt.date(2026, 3, 5)).is_working for number in numbers] == [
        True,
        False,
    ]


def _company_calendar() -> Any:
    from keguan.org.models import Calendar

    return Calendar.objects.get(unit=None, person=None).id


def test_a_table_of_terms(firm: Firm) -> None:
    publish("[{when: {order_no: 急单}, is: 2 hours}, {when: {kind: complaint}, is: 2 working days}, {is: 4 hours}]")
    later = TUESDAY + dt.timedelta(minutes=1)
    assert due_of(firm, later, order_no="急单") == "03-03 11:01"
    assert due_of(firm, later, order_no="常规") == "03-05 18:00"
    assert due_of(firm, later, order_no="常规", kind="consultation") == "03-03 13:01"


def test_a_table_is_compiled_said_and_settled() -> None:
    table = [{"when": {"amount": "< 1000"}, "is": "2 working days"}, {"when": {"amount": ">= 1000"}, "is": "4 hours"}]
    control = good("deadline", after="case.accept", do="case.close", within=table)
    assert "2 个工作日内" in control.says.zh and "4 小时内" in control.says.zh
    assert "within 4 hours where" in control.says.en
    assert control.within.can_pause
    with pytest.raises(TermUnknown) as caught:
        due(control.within, TUESDAY, STANDARD, scope=scene("case.accept", {"amount": None}))
    assert "amount" in caught.value.name
    linked = [{"when": {"customer.name": "甲"}, "is": "1 day"}, {"is": "2 days"}]
    assert "customer" in good("deadline", after="case.accept", do="case.close", within=linked).needs.links
    fact = good("deadline", after="case.accept", do="case.close", within="1 day before case.shipped_on")
    assert fact.within.fact == "case.shipped_on"


@pytest.mark.parametrize(
    ("within", "says"),
    [
        ([], "有行的列表"),
        ([{"is": "2 days"}, {"is": "3 days"}], "永远轮不到"),
        ([{"when": {"amount": "< 1"}}], "缺少 is"),
        ([{"when": {"nothing": 1}, "is": "2 days"}], "nothing"),
        ([{"when": {"amount": "< 1"}, "is": "soon"}], "看不懂"),
        ([{"is": [{"is": "2 days"}]}], "不能又是一张表"),
        ("3 rings", "一声铃响有多长"),
        ("end of decade", "decade"),
    ],
)
def test_faults_of_terms_in_a_control(within: Any, says: str) -> None:
    assert says in fault("deadline", after="case.accept", do="case.close", within=within).message.zh


def test_rings_take_their_length_from_the_declared_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    from keguan.controls.tests import test_engines

    def declared(value: int | None) -> Any:
        ring = Parameter("seconds_per_ring", Integer(), Label("铃声秒数", "Seconds per ring"), value)

        class Book(BookDraft):
            def __init__(self, **given: Any) -> None:
                super().__init__(**{**given, "parameters": {"seconds_per_ring": ring}})

        monkeypatch.setattr(test_engines, "BookDraft", Book)
        return compiled("deadline", after="case.accept", do="case.close", within="3 rings")

    control, faults = declared(6)
    assert not faults
    assert due(control.within, TUESDAY, STANDARD).due_at == TUESDAY + dt.timedelta(seconds=18)
    control, faults = declared(None)
    assert control.missing == ("seconds_per_ring",), "not configured, so it never counts as kept"
    assert "大于零" in declared(0)[1][0].message.zh


def test_a_term_without_its_fact_is_undetermined(firm: Firm) -> None:
    publish("1 month before case.shipped_on")
    with clock.pinned(TUESDAY + dt.timedelta(minutes=1)):
        key = firm.accepted()
    assert not Obligation.objects.filter(object=key, control__endswith="#close").exists()
    assert Evidence.objects.filter(object=key, outcome="undetermined", control__endswith="#close").count() == 1
