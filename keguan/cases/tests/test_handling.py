"""Visits, promises, liability and review: what each keeps, and what no policy may lift."""

from decimal import Decimal
from uuid import UUID

from keguan.cases.models import Case, Liability, Note, Promise, Visit
from keguan.cases.tests.conftest import Desk
from keguan.cases.tests.test_commands import reasons
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.agreement import compare


def closed(desk: Desk) -> UUID:
    key = desk.open()
    desk.act("case.accept", key)
    desk.act("case.close", key)
    return key


def test_who_called_and_what_came_of_it_is_kept(desk: Desk) -> None:
    key = desk.open()
    desk.act("case.visit", key, visitors=[desk.manager, desk.clerk], text="当面致歉，客户谅解")
    [visit] = Visit.objects.filter(case=key)
    assert (visit.visitors, visit.text, visit.recorded_by_id) == (
        [desk.manager, desk.clerk], "当面致歉，客户谅解", desk.clerk,
    )  # fmt: skip
    assert reasons(desk.try_("case.visit", key, visitors=[], text="无人")) == ["“Visitors” is needed"]


def test_a_promise_has_an_amount_where_it_costs_anything(desk: Desk) -> None:
    key = desk.open()
    desk.act("case.promise", key, amount="88.50", text="退一半服务费")
    desk.act("case.promise", key, text="周三回电")
    found = list(Promise.objects.filter(case=key).order_by("id").values_list("amount", flat=True))
    assert found == [Decimal("88.50"), None]


def test_each_kind_of_liability_names_its_party(desk: Desk) -> None:
    key = desk.open()
    for liable, given in (
        ("department", {"department": desk.unit}), ("person", {"person": desk.other}), ("supplier", {"party": "某厂"}),
        ("other_company", {"party": "某承运公司"}),
    ):  # fmt: skip
        assert "is not said" in reasons(desk.try_("case.hold_liable", key, liable=liable))[0]
        desk.act("case.hold_liable", key, liable=liable, loss="30", **given)
    found = Liability.objects.filter(case=key).order_by("id")
    assert [one.liable for one in found] == ["department", "person", "supplier", "other_company"]
    assert {one.loss for one in found} == {Decimal("30.00")}


def test_a_closed_case_takes_none_of_it_but_is_reviewed(desk: Desk) -> None:
    key = closed(desk)
    for verb, args in (
        ("case.visit", {"visitors": [desk.clerk], "text": "回访"}), ("case.promise", {"text": "再议"}),
        ("case.hold_liable", {"liable": "department", "department": desk.unit}),
    ):  # fmt: skip
        assert "closed already" in reasons(desk.try_(verb, key, **args))[0]
    open_one = desk.open()
    assert "not closed yet" in reasons(desk.try_("case.review", open_one))[0]
    desk.act("case.review", key, text="处置得当")
    desk.act("case.review", closed(desk))
    assert Case.objects.get(id=key).reviewed_at is not None
    assert list(Note.objects.values_list("case", "text")) == [(key, "处置得当")]


def test_what_was_said_stays_out_of_the_envelope_and_the_journal_accounts_for_it(desk: Desk) -> None:
    key = desk.open()
    desk.act("case.visit", key, visitors=[desk.clerk], text="客户在住院")
    desk.act("case.promise", key, amount="5", text="送花")
    desk.act("case.hold_liable", key, liable="person", person=desk.other, text="漏寄")
    rows = Rows().select("select envelope from kernel_event where verb = any(%s)",
                         [["case.visit", "case.promise", "case.hold_liable"]])  # fmt: skip
    assert len(rows) == 3
    assert not any(word in row["envelope"] for row in rows for word in ("住院", "送花", "漏寄"))
    assert [one for one in compare().findings if one.type == "case"] == []
