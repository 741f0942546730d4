"""Hints at cases that may be the same: why each is shown, what never is, and what asking costs."""

import datetime as dt

from keguan.cases.alike import Matter, alike
from keguan.cases.tests.conftest import AT, Desk
from keguan.cases.tests.test_queries import statements

DAY = dt.timedelta(days=1)


def hints(desk: Desk, viewer: str = "manager", **known: object) -> list[tuple[str, list[str]]]:
    found = alike(getattr(desk, viewer), Matter(**known))  # type: ignore[arg-type]
    return [(one.title, [why.en for why in one.why]) for one in found]


def test_the_same_customer_phone_or_subject_of_the_last_days_is_shown_best_first(desk: Desk) -> None:
    desk.open(at=AT - 3 * DAY, title="发票抬头写错", contact_phone="0512-6666 8801")
    desk.open(at=AT - 2 * DAY, title="到货两箱外包装破损", customer=None)
    desk.open(at=AT - 20 * DAY, title="到货三箱外包装破损")
    assert hints(desk, customer=desk.customer, phone="(0512) 66668801", title="到货三箱外包装破损") == [
        ("发票抬头写错", ["same customer", "same phone"]), ("到货两箱外包装破损", ["much the same subject"]),
    ]  # fmt: skip
    assert hints(desk, phone="8801") == hints(desk, title="打印机卡纸") == hints(desk) == []


def test_a_case_is_not_like_itself_nor_like_what_counts_no_more(desk: Desk) -> None:
    first, second = desk.open(), desk.open()
    assert len(hints(desk, customer=desk.customer, case=first)) == 1
    desk.act("case.merge", second, into=first)
    assert hints(desk, customer=desk.customer, case=first) == []


def test_nobody_is_told_of_what_he_may_not_see_nor_by_what_is_masked(desk: Desk) -> None:
    desk.open(title="秘密事由甲乙", contact_phone="13900008888")
    assert hints(desk, "other", customer=desk.customer, phone="13900008888", title="秘密事由甲乙") == []
    assert hints(desk, "accountant", phone="13900008888", title="秘密事由甲乙") == []
    assert hints(desk, "accountant", customer=desk.customer) == [("", ["same customer"])]


def test_asking_costs_the_same_among_few_and_many(desk: Desk) -> None:
    def cost() -> int:
        return statements(lambda: hints(desk, customer=desk.customer, phone="13900008888", title="到货三箱外包装破损"))

    desk.open()
    few = cost()
    for _ in range(20):
        desk.open(contact_phone="13900008888")
    assert cost() == few
