"""Customers, contacts and phones through their commands."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from keguan.customers.models import Contact, Customer, Phone
from keguan.customers.tests.conftest import Act
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.law import Verdict
from keguan.kernel.commands.outcomes import Done, Outcome, Reason, Refused
from keguan.kernel.commands.pipeline import Pipeline
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.labels import Label
from keguan.kernel.tests.memo import OpenLaw


def done(outcome: Outcome) -> UUID:
    assert isinstance(outcome, Done), outcome
    return outcome.object


def reasons(outcome: Outcome) -> list[tuple[str | None, str]]:
    assert isinstance(outcome, Refused), outcome
    return [(reason.field, reason.message.zh) for reason in outcome.reasons]


@pytest.fixture
def printers(act: Act) -> UUID:
    return done(
        act(
            "customer.add",
            name="江南印务有限公司",
            city="苏州",
            phones="0512-65551234、400-800-1234",
            contact_name="陆工",
            contact_phones=["１３８ 0000 2207"],
        )
    )


def numbers(customer: UUID) -> set[tuple[str, str | None, str]]:
    found = Phone.objects.filter(customer=customer).select_related("contact")
    return {(phone.digits, phone.contact.name if phone.contact else None, phone.kind) for phone in found}


def test_a_new_customer_has_its_number_its_keys_and_its_people(printers: UUID, mei: UUID) -> None:
    customer = Customer.objects.get(id=printers)
    assert (customer.code, customer.kind, customer.opened_by_id) == ("KH-000001", "organisation", mei)
    assert customer.sort_key == "jiang nan yin wu you xian gong si"
    assert customer.initials == "jnywyxgs"
    assert "印务" in customer.grams
    contact = Contact.objects.get(customer=printers)
    assert (contact.name, customer.primary_contact_id) == ("陆工", contact.id)
    assert numbers(printers) == {
        ("051265551234", None, "landline"),
        ("4008001234", None, "service"),
        ("13800002207", "陆工", "mobile"),
    }


def test_names_and_numbers_stay_out_of_the_envelope(printers: UUID) -> None:
    [event] = Rows().select(
        "select e.envelope, p.body from kernel_event e join kernel_payload p on p.event = e.id"
        " join kernel_event_object o on o.event = e.id where o.object = %s",
        [printers],
    )
    for private in ("江南", "陆工", "13800002207", "jnyw"):
        assert private not in event["envelope"]
    assert "13800002207" in event["body"]
    assert "grams" not in event["body"], "derived facts are not journalled"


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "甲", "phones": "123"}, "phones"),
        ({"name": "甲", "kind": "公司"}, "kind"),
        ({"name": "长" * 201}, "name"),
        ({"name": "甲", "owner": str(uuid4())}, "owner"),
        ({"name": "甲", "import_row": 3}, "imported_from"),
        ({"name": "甲", "telephone": "1"}, "telephone"),
    ],
)
def test_bad_customers_are_refused_by_field(act: Act, args: dict[str, Any], field: str) -> None:
    assert [name for name, _ in reasons(act("customer.add", **args))] == [field]
    assert not Customer.objects.exists()


def test_a_customer_number_may_be_given_once(act: Act) -> None:
    done(act("customer.add", name="甲", code="A-1"))
    assert reasons(act("customer.add", name="乙", code="A-1")) == [("code", "这个客户编号已被使用")]
    assert Customer.objects.count() == 1


def test_an_update_changes_what_is_given_and_the_keys_with_it(act: Act, printers: UUID) -> None:
    done(act("customer.update", printers, name="曾小贤", kind="个人", city=""))
    done(act("customer.update", printers, phones=["0512-65551234", "0512-65550000"]))
    customer = Customer.objects.get(id=printers)
    assert (customer.name, customer.city, customer.source) == ("曾小贤", None, None)
    assert (customer.initials, customer.sort_key) == ("cxx zxx", "zeng xiao xian")
    assert Phone.objects.filter(customer=printers).count() == 4


def test_a_name_cannot_be_emptied(act: Act, printers: UUID) -> None:
    assert reasons(act("customer.update", printers, name=" ")) == [("name", "客户名称不能清空")]


def test_contacts_come_change_and_go(act: Act, printers: UUID) -> None:
    done(act("contact.add", printers, name="周工", phones="13900000001", title="质量"))
    first, second = Contact.objects.filter(customer=printers).order_by("id")
    done(
        act("contact.update", printers, contact=second.id, title="", phones="13900000001,13900000002", is_primary="是")
    )
    second.refresh_from_db()
    assert second.title is None
    assert Customer.objects.get(id=printers).primary_contact_id == second.id
    assert Phone.objects.filter(contact=second).count() == 2
    done(act("contact.remove", printers, contact=second.id))
    assert Customer.objects.get(id=printers).primary_contact_id == first.id
    assert not Phone.objects.filter(digits__startswith="139").exists()
    done(act("contact.remove", printers, contact=first.id))
    assert Customer.objects.get(id=printers).primary_contact_id is None


def test_phones_come_and_go(act: Act, printers: UUID) -> None:
    contact = Contact.objects.get(customer=printers)
    assert reasons(act("phone.add", printers, number="138-0000-2207", contact=contact.id))[0][0] == "number"
    done(act("phone.add", printers, number="138-0000-2207"))
    phone = Phone.objects.get(customer=printers, digits="13800002207", contact=None)
    done(act("phone.remove", printers, phone=phone.id))
    assert not Phone.objects.filter(id=phone.id).exists()


def test_what_belongs_to_another_customer_is_out_of_reach(act: Act, printers: UUID) -> None:
    other = done(act("customer.add", name="乙"))
    contact, phone = Contact.objects.get(customer=printers), Phone.objects.filter(customer=printers)[0]
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("contact.update", {"contact": contact.id, "name": "x"}),
        ("contact.remove", {"contact": contact.id}),
        ("phone.add", {"number": "13900000001", "contact": contact.id}),
        ("phone.remove", {"phone": phone.id}),
    ]
    for verb, args in attempts:
        assert isinstance(act(verb, other, **args), Refused), verb
    assert Contact.objects.get().name == "陆工"
    assert Phone.objects.count() == 3


VERBS = [
    ("customer.update", {"city": "上海"}),
    ("customer.assign", {"owner": "mei"}),
    ("contact.add", {"name": "周工"}),
    ("phone.add", {"number": "13900000009"}),
]


@pytest.mark.parametrize(("verb", "args"), VERBS)
def test_each_act_works_alike_for_one_and_many(
    pipeline: Pipeline, mei: UUID, act: Act, verb: str, args: dict[str, Any]
) -> None:
    given = {name: mei if value == "mei" else value for name, value in args.items()}
    keys = [done(act("customer.add", name=f"客户{n}")) for n in range(3)]
    outcomes = pipeline.run(Context(mei, "page"), verb, [(key, given) for key in keys])
    assert all(isinstance(outcome, Done) for outcome in outcomes)


@pytest.mark.parametrize(("verb", "args"), VERBS)
def test_a_stranger_learns_nothing(act: Act, law: OpenLaw, printers: UUID, verb: str, args: dict[str, Any]) -> None:
    law.hidden = {printers}
    hidden = act(verb, printers, **{name: value for name, value in args.items() if value != "mei"})
    missing = act(verb, uuid4(), **{name: value for name, value in args.items() if value != "mei"})
    assert isinstance(hidden, Refused) and hidden.is_hidden
    assert isinstance(missing, Refused) and missing.is_hidden


def test_who_may_only_read_is_refused(act: Act, law: OpenLaw, printers: UUID) -> None:
    law.verdicts[printers] = Verdict([Reason(Label("您没有这项权限", "you may not"), kind="access")])
    assert reasons(act("customer.update", printers, city="上海")) == [(None, "您没有这项权限")]
    assert Customer.objects.get(id=printers).city == "苏州"


def test_a_repeated_request_adds_once(pipeline: Pipeline, mei: UUID) -> None:
    ctx = Context(mei, "rest", idempotency_key="k1")
    first = pipeline.run(ctx, "customer.add", [(None, {"name": "甲"})])
    again = pipeline.run(ctx, "customer.add", [(None, {"name": "甲"})])
    assert first == again
    assert Customer.objects.count() == 1
