import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.read import timeline
from keguan.kernel.records.labels import Label
from keguan.org import queries
from keguan.org.models import Calendar, Company, Holding, Notice, Person, Unit
from keguan.org.notices import Message, send
from keguan.org.tests.conftest import Firm, act, command


def refusal(verb: str, object_id: UUID | None = None, **args: Any) -> tuple[str, str]:
    """The first reason in English, and where it lies."""
    outcome = command(verb, object_id, **args)
    assert isinstance(outcome, Refused), outcome
    return outcome.reasons[0].message.en, outcome.reasons[0].message.zh


def test_a_company_is_founded_with_its_calendar_and_only_once(db: None) -> None:
    act("company.found", name="青禾软件", currency="cny")
    company = Company.objects.get()
    assert (company.name, company.zone, company.currency) == ("青禾软件", "Asia/Shanghai", "CNY")
    calendar = Calendar.objects.get()
    spec = {"week": {"MON-FRI": ["09:00-12:00"]}}
    act("calendar.set", calendar.id, spec=spec)
    calendar.refresh_from_db()
    assert calendar.spec == spec
    refused = command("calendar.set", calendar.id, spec={"week": {"MON": ["25:00-12:00"]}})
    assert isinstance(refused, Refused)
    assert refused.reasons[0].field == "spec"
    assert refused.reasons[0].cure is not None
    calendar.refresh_from_db()
    assert calendar.spec == spec
    assert "founded already" in refusal("company.found", name="另一家")[0]


def test_an_unknown_time_zone_is_refused(db: None) -> None:
    assert "Mars/Base" in refusal("company.found", name="青禾软件", zone="Mars/Base")[0]


def test_units_form_a_tree(firm: Firm) -> None:
    assert [row.path for row in queries.units()] == [
        ("总部",),
        ("总部", "客服部"),
        ("总部", "客服部", "热线组"),
        ("总部", "客服部", "现场组"),
        ("总部", "销售部"),
    ]
    act("unit.change", firm.units["现场组"], parent=str(firm.units["销售部"]), name="驻场组")
    assert ("总部", "销售部", "驻场组") in [row.path for row in queries.units()]


def test_a_unit_cannot_lie_below_itself(firm: Firm) -> None:
    above = firm.units["总部"]
    assert "below the unit itself" in refusal("unit.change", above, parent=str(firm.units["热线组"]))[0]
    assert "own parent" in refusal("unit.change", above, parent=str(above))[0]


def test_names_of_units_are_told_apart(firm: Firm) -> None:
    assert "under the same parent" in refusal("unit.open", name="热线组", parent=str(firm.units["客服部"]))[0]
    act("unit.close", firm.units["热线组"], closed_on="2026-01-01")
    act("unit.open", name="热线组", parent=str(firm.units["客服部"]))
    assert "closed already" in refusal("unit.close", firm.units["热线组"])[0]
    assert "cannot be empty" in refusal("unit.change", firm.units["销售部"], name="")[0]


def test_a_person_holds_a_post_once_at_a_time(firm: Firm) -> None:
    post, person = firm.posts["销售部", "salesperson"], firm.people["韩立"]
    assert "already" in refusal("post.assign", post, person=str(person), starts_on="2026-01-01")[0]
    act("post.relieve", post, person=person, ends_on="2026-01-01")
    act("post.assign", post, person=person, starts_on="2026-01-01", ends_on="2026-07-01")
    act("post.assign", post, person=person, starts_on="2026-07-01")
    assert list(Holding.objects.filter(person=person).order_by("starts_on").values_list("starts_on", "ends_on")) == [
        (dt.date(2020, 1, 1), dt.date(2026, 1, 1)),
        (dt.date(2026, 1, 1), dt.date(2026, 7, 1)),
        (dt.date(2026, 7, 1), None),
    ]


def test_a_holding_needs_days(firm: Firm) -> None:
    post = firm.posts["销售部", "salesperson"]
    days = {"starts_on": "2026-05-01", "ends_on": "2026-05-01"}
    assert "none" in refusal("post.assign", post, person=str(firm.people["唐果"]), **days)[0]


def test_who_does_not_hold_a_post_cannot_be_relieved_of_it(firm: Firm) -> None:
    post, person = firm.posts["销售部", "salesperson"], firm.people["韩立"]
    assert "does not hold" in refusal("post.relieve", post, person=str(firm.people["唐果"]))[0]
    act("post.relieve", post, person=person)
    assert "does not hold" in refusal("post.relieve", post, person=str(person))[0]


def test_a_future_holding_is_withdrawn_by_ending_it_before_it_starts(firm: Firm) -> None:
    post, person = firm.posts["销售部", "salesperson"], firm.people["唐果"]
    act("post.assign", post, person=person, starts_on="2030-01-01")
    act("post.relieve", post, person=person, ends_on="2029-01-01")
    holding = Holding.objects.get(post=post, person=person)
    assert holding.starts_on == holding.ends_on == dt.date(2030, 1, 1)


@pytest.mark.parametrize("verb", ["person.leave", "person.grant_sign_in"])
def test_who_left_has_left(firm: Firm, verb: str) -> None:
    person = firm.people["唐果"]
    act("person.leave", person, left_on="2026-01-01")
    args = {"username": "tang"} if verb == "person.grant_sign_in" else {}
    assert "left" in refusal(verb, person, **args)[0]
    assert person not in {row.id for row in queries.people()}


def test_days_cannot_run_backwards(firm: Firm) -> None:
    assert "before joining" in refusal("person.leave", firm.people["唐果"], left_on="2019-01-01")[0]
    assert "before it opened" in refusal("unit.close", firm.units["热线组"], closed_on="2019-01-01")[0]


def test_sign_in_names_are_told_apart_whatever_their_case(firm: Firm) -> None:
    act("person.grant_sign_in", firm.people["唐果"], username="Tang")
    assert "signs in by this name" in refusal("person.grant_sign_in", firm.people["韩立"], username="tang")[0]


def test_roles_have_one_code(firm: Firm) -> None:
    assert "declared already" in refusal("role.declare", code="salesperson", zh="业务员")[0]
    act("role.rename", firm.roles["salesperson"], zh="业务员", en="Salesperson")
    assert queries.roles()["salesperson"][1] == Label("业务员", "Salesperson")


def test_a_post_stands_once_in_a_unit_unless_titled(firm: Firm) -> None:
    args: dict[str, Any] = {"unit": str(firm.units["销售部"]), "role": str(firm.roles["salesperson"])}
    assert "has this post already" in refusal("post.establish", **args)[0]
    act("post.establish", **args, title="大客户经理")


def test_phone_and_mail_stay_out_of_the_envelope(db: None) -> None:
    person = act("person.add", name="季安", phone="13800001234", email="ji@example.com")
    with_body = timeline(person)[0]
    assert with_body.args["phone"] == "13800001234"
    envelopes = Rows().select("select envelope from kernel_event")
    assert not any("13800001234" in row["envelope"] or "ji@example" in row["envelope"] for row in envelopes)


def test_a_notice_is_read_by_its_addressee_once(firm: Firm) -> None:
    person = firm.people["唐果"]
    at = dt.datetime(2026, 5, 20, 2, tzinfo=dt.UTC)
    told = Message(person, Label("工单已逾期", "a case is overdue"), "service#close", "case", firm.company)
    send(Rows(), [told, told], at)
    notice = Notice.objects.get()
    assert queries.unread_notices(person) == 1
    act("notice.read", notice.id, at=dt.datetime(2026, 5, 21, tzinfo=dt.UTC))
    act("notice.read", notice.id)
    row = queries.notices(person)[0]
    assert (row.text.en, row.read_at) == ("a case is overdue", dt.datetime(2026, 5, 21, tzinfo=dt.UTC))
    assert queries.unread_notices(person) == 0
    assert queries.notices(firm.people["韩立"]) == []


def test_notices_are_paged_by_what_was_seen_last(firm: Firm) -> None:
    person = firm.people["唐果"]
    for number in range(5):
        at = dt.datetime(2026, 5, 20, number // 2, tzinfo=dt.UTC)
        send(Rows(), [Message(person, Label(str(number), str(number)))], at)
    first = queries.notices(person, limit=2)
    rest = queries.notices(person, (first[-1].created_at, first[-1].id), limit=10)
    assert sorted(row.text.en for row in first + rest) == list("01234")


def test_people_are_listed_with_their_posts(firm: Firm) -> None:
    found = {row.name: row for row in queries.people()}
    assert [post.unit_name for post in found["苏敏"].posts] == ["客服部"]
    assert found["苏敏"].posts[0].is_head
    assert [name for _, name, _ in queries.person_options("service_person")] == ["唐果", "季安"]
    offered = [(name, hint.zh) for _, name, hint in queries.person_options(near=firm.people["苏敏"])]
    assert offered[0][0] == "苏敏", "oneself first"
    colleagues = ["客服部 " in f"{hint} " and "客服部 ›" not in hint for _, hint in offered]
    assert colleagues == sorted(colleagues, reverse=True), "then those of the same unit"
    assert len(offered) == len(found)
    assert dict(queries.unit_options())[firm.units["热线组"]] == "客服部 › 热线组"
    assert Person.objects.count() == len(found) == len(queries.people_by_id(list(firm.people.values())))
    assert queries.unit_names([firm.units["总部"]]) == {firm.units["总部"]: "总部"}
    assert Unit.objects.count() == 5


def test_lists_cost_the_same_for_one_and_many(firm: Firm, django_assert_num_queries: object) -> None:
    for number in range(20):
        firm.holds(f"员工{number}", "热线组", "service_person")
    with django_assert_num_queries(2):  # type: ignore[operator]
        queries.people()
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.units()


def test_every_verb_says_what_it_does() -> None:
    from keguan.kernel.records.vocabulary import vocabulary

    for verb in vocabulary.verbs.values():
        if verb.on in ("company", "calendar", "unit", "person", "role", "post", "notice"):
            assert verb.help.endswith(".")
            assert isinstance(verb.label, Label)


def test_a_list_is_as_many_of_one(db: None) -> None:
    outcomes = [command("person.add", name=name) for name in ("甲", "乙")]
    assert all(isinstance(outcome, Done) for outcome in outcomes)
