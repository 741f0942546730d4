import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keguan.cases import queries
from keguan.cases.page import CaseView, Shown, case
from keguan.cases.queries import Filters
from keguan.cases.tests.conftest import AT, Desk, stored
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows

DAY = dt.timedelta(days=1)


def titles(desk: Desk, viewer: str = "manager", **filters: Any) -> list[str]:
    return [row.title for row in queries.cases(getattr(desk, viewer), Filters(**filters)).rows]


def shown(view: CaseView | None, fact: str) -> Shown:
    assert view is not None
    return next(found for group in view.groups for found in group.facts if found.name == fact)


def statements(act: Any) -> int:
    """How many statements an act needs, through either way to the database."""
    before = Rows.total
    with CaptureQueriesContext(connection) as captured:
        act()
    return Rows.total - before + len(captured)


def test_a_list_shows_what_the_viewer_may_see(desk: Desk) -> None:
    desk.open(at=AT - 2 * DAY, title="甲")
    desk.open(at=AT - DAY, title="乙", actor=desk.manager)
    assert titles(desk) == ["乙", "甲"]
    assert titles(desk, "clerk") == ["甲"]
    assert titles(desk, "other") == titles(desk, "outsider") == []
    assert queries.count(desk.manager) == 2
    assert queries.count(desk.clerk) == 1
    assert queries.count(desk.manager, most=1) == 2


def test_a_row_names_its_people_and_its_customer(desk: Desk) -> None:
    key = desk.open(severity="serious")
    desk.act("case.accept", key, unit=desk.unit)
    [row] = queries.cases(desk.manager).rows
    assert (row.customer_name, row.owner_name, row.unit_name) == ("江南印务有限公司", "季安", "客服部")
    assert (row.kind.en, row.stage_label.zh, row.is_serious) == ("Complaint", "已受理", True)


def test_filters_narrow_the_list(desk: Desk) -> None:
    a = desk.open(at=AT - 3 * DAY, title="甲", severity="serious")
    b = desk.open(at=AT - 2 * DAY, title="乙", kind="consultation", customer=None)
    desk.open(at=AT - DAY, title="丙")
    desk.act("case.accept", a, owner=desk.manager, unit=desk.unit)
    desk.act("case.close", b)
    assert titles(desk, kinds=("consultation",)) == ["乙"]
    assert titles(desk, kinds=("consultation", "complaint")) == ["丙", "乙", "甲"]
    assert titles(desk, stages=("accepted", "registered")) == ["丙", "甲"]
    assert titles(desk, owner=desk.manager) == titles(desk, unit=desk.unit) == ["甲"]
    assert titles(desk, customer=desk.customer) == ["丙", "甲"]
    assert titles(desk, severity="serious") == ["甲"]
    assert titles(desk, is_open=False) == ["乙"]
    assert titles(desk, is_open=True) == ["丙", "甲"]
    assert titles(desk, opened_from=AT - 2 * DAY, opened_before=AT - DAY) == ["乙"]


def test_pages_follow_each_other_without_gap_or_repeat(desk: Desk) -> None:
    for number in range(7):
        desk.open(at=AT - DAY * (number // 2 + 1), title=f"第{number}件")
    seen: list[str] = []
    after = None
    while True:
        page = queries.cases(desk.manager, after=after, limit=3)
        seen += [row.title for row in page.rows]
        after = page.after
        if after is None:
            break
    assert sorted(seen) == [f"第{number}件" for number in range(7)]
    assert seen == titles(desk)


@pytest.mark.parametrize(
    "text", ["破", "外包装", "三箱外包装破", "印务", "D-77", "d-77", "江南印务有限", "ks-2026", "包 装", "ＡＢ型"]
)
def test_a_search_finds_by_subject_number_order_and_customer(desk: Desk, text: str) -> None:
    desk.open(title="到货三箱外包装破损 Ａb型", order_no="D-77")
    assert len(titles(desk, text=text)) == 1
    assert titles(desk, text=text + "否") == []
    assert titles(desk, "outsider", text=text) == []


def test_a_subject_is_found_in_either_script(desk: Desk) -> None:
    desk.open(title="發票抬頭寫錯，要求換開")
    desk.open(title="发票遗失")
    assert titles(desk, text="发票抬头") == titles(desk, text="發票抬頭") == ["發票抬頭寫錯，要求換開"]
    assert titles(desk, text="抬头错") == []
    assert sorted(titles(desk, text="發票")) == ["发票遗失", "發票抬頭寫錯，要求換開"]


def test_what_is_done_with_all_that_is_found_is_done_with_more_than_a_page_looks_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("到货受潮一", "到货受潮二"):
        desk.open(title=title)
    monkeypatch.setattr(queries, "HITS", 1)
    asked = Filters(text="到货受潮")
    assert len(queries.cases(desk.manager, asked).rows) == 1
    assert (queries.found(desk.manager, asked).count(), queries.count(desk.manager, asked)) == (2, 2)


def test_a_blank_search_does_not_narrow(desk: Desk) -> None:
    desk.open(title="甲")
    assert titles(desk, text="  ") == ["甲"]
    assert titles(desk, text="%") == titles(desk, text="_") == []


def test_the_nearest_clock_and_the_overdue(desk: Desk) -> None:
    late, fresh = desk.open(title="甲"), desk.open(title="乙")
    desk.act("case.accept", late)
    with clock.pinned(AT + 5 * DAY):
        desk.act("case.accept", fresh)
        assert titles(desk, is_overdue=True) == []
        due = {row.title: row.due for row in queries.cases(desk.manager).rows}
        assert due["甲"] is not None
        assert (due["甲"].control, due["甲"].is_broken) == ("service#close", False)
    with clock.pinned(AT + 8 * DAY):
        assert titles(desk, is_overdue=True) == ["甲"]
        due = {row.title: row.due for row in queries.cases(desk.manager).rows}
        assert due["甲"] is not None
        assert due["乙"] is not None
        assert (due["甲"].is_broken, due["乙"].is_broken) == (True, False)
        desk.act("case.close", late)
        assert titles(desk, is_overdue=True) == []


def test_by_due_what_is_due_first_comes_first_and_what_owes_nothing_last(desk: Desk) -> None:
    cases = {title: desk.open(title=title) for title in ("甲", "乙", "丙", "丁")}
    by_due = queries.ORDERS["due"]
    for days, title in ((3, "甲"), (1, "丙")):
        with clock.pinned(AT + days * DAY):
            desk.act("case.accept", cases[title])
    walked: list[str] = []
    place = None
    for _ in cases:
        page = queries.cases(desk.manager, Filters(), place, 1, by_due)
        walked += [row.title for row in page.rows]
        place = page.after
    assert (walked, place) == (["丙", "甲", "乙", "丁"], None)
    assert [case.title for case in queries.found(desk.manager, order=by_due)] == walked
    with clock.pinned(AT + 4 * DAY):
        desk.act("case.close", cases["丙"])
        assert [row.title for row in queries.cases(desk.manager, order=by_due).rows][:2] == ["甲", "乙"]


def test_a_list_costs_the_same_for_one_and_for_fifty(desk: Desk) -> None:
    desk.open()
    one = statements(lambda: queries.cases(desk.manager, limit=50))
    given = {"kind": "complaint", "title": "又一件", "customer": desk.customer}
    desk.run("case.open", [(None, given)] * 49)
    assert len(queries.cases(desk.manager, limit=50).rows) == 50
    assert statements(lambda: queries.cases(desk.manager, limit=50)) == one


def test_a_page_shows_everything_recorded(desk: Desk) -> None:
    key = desk.open(quantity=20, description="外箱受潮")
    desk.act("case.accept", key, unit=desk.unit)
    desk.act("case.classify", key, departments=[desk.unit], is_joint=True)
    desk.act("case.settle", key, amount="3200", handling="discount", actor=desk.manager)
    desk.act("case.note", key, text="已联系承运方")
    desk.act("case.attach", key, digest=stored(), name="照片.jpg", media_type="image/jpeg", size=9)
    view = case(desk.clerk, key)
    assert view is not None
    assert view == case(desk.clerk, view.code)
    assert (view.title, view.customer_name, view.stage) == ("到货三箱外包装破损", "江南印务有限公司", "decided")
    assert shown(view, "amount").words is not None
    assert shown(view, "amount").words.zh == "¥3,200"  # type: ignore[union-attr]
    assert shown(view, "departments").words.zh == "客服部"  # type: ignore[union-attr]
    assert shown(view, "owner").words.en == "季安"  # type: ignore[union-attr]
    assert shown(view, "is_joint").words.en == "yes"  # type: ignore[union-attr]
    assert shown(view, "findings").is_empty
    assert [(note.text, note.author_name) for note in view.notes] == [("已联系承运方", "季安")]
    assert [(file.name, file.uploaded_by_name) for file in view.files] == [("照片.jpg", "季安")]
    assert [passage.verb for passage in view.course][-1] == "case.open"
    assert view.names[desk.manager] == "苏敏"


def test_missing_and_forbidden_look_alike(desk: Desk) -> None:
    key = desk.open()
    code = queries.cases(desk.clerk).rows[0].code
    assert case(desk.other, key) is case(desk.other, code) is case(desk.other, "KS-000000-000") is None
    assert not queries.is_visible(desk.other, key)
    assert queries.is_visible(desk.clerk, key)


def test_what_is_masked_is_neither_shown_nor_searched(desk: Desk) -> None:
    extra = {"sample_no": "秘密S-3", "shelf": "A-2"}
    key = desk.open(title="秘密事由", contact_phone="13900008888", order_no="秘密D-9", extra=extra)
    desk.act("case.complete", key, title="秘密事由二")
    view = case(desk.accountant, key)
    assert view is not None
    assert shown(view, "contact_phone").is_masked
    assert view.record["extra"] == {"shelf": "A-2"}
    assert "秘密" not in repr(view)
    assert "13900008888" not in repr(view)
    assert "江南" not in repr(view)
    row = queries.cases(desk.accountant).rows[0]
    assert (row.title, row.customer_name) == ("", "")
    for text in ("秘密", "秘密d-9", "江南"):
        assert queries.cases(desk.accountant, Filters(text=text)).rows == ()
    assert len(queries.cases(desk.accountant, Filters(text=view.code)).rows) == 1


def test_every_fact_stands_on_the_page_or_in_its_head() -> None:
    from keguan.cases.facts import CASE
    from keguan.cases.page import GROUPS

    head = {"code", "title", "stage", "customer", "extra", "grams", "followers", "split_from", "merged_into"}
    assert {fact for _, _, facts in GROUPS for fact in facts} | head == set(CASE.by_name)


def test_a_page_costs_the_same_for_one_and_for_fifty(desk: Desk) -> None:
    short, long = desk.open(), desk.open()
    for key, number in ((short, 1), (long, 30)):
        for _ in range(number):
            desk.act("case.note", key, text="记录")
    assert statements(lambda: case(desk.clerk, short)) == statements(lambda: case(desk.clerk, long))
