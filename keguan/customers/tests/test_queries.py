"""What whom a search finds: by name, initials, phone tail and number; scope, masks, paging, cost."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keguan.controls import gate
from keguan.customers import queries
from keguan.customers.page import customer
from keguan.customers.queries import Filters, alike, count, customers
from keguan.customers.tests.desk import Desk
from keguan.imports import queries as imports
from keguan.imports import running
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused


@pytest.fixture
def book(desk: Desk) -> dict[str, UUID]:
    """Six customers of two salespeople."""
    given = [
        (desk.seller, {"name": "江南印务有限公司", "city": "苏州", "phones": "0512-65551234", "contact_name": "陆工",
                       "contact_phones": "13800002207"}),
        (desk.seller, {"name": "江南纸品厂", "city": "无锡", "phones": "13900008801"}),
        (desk.seller, {"name": "曾小贤", "kind": "person", "phones": "+852 2345 6789"}),
        (desk.other, {"name": "ＡＣＭＥ（中国）有限公司", "code": "VIP-7", "address": "上海市南京路 1 号"}),
        (desk.other, {"name": "𠮷野家 100% 好", "phones": "400-800-2207"}),
        (desk.other, {"name": "安二", "kind": "person"}),
    ]  # fmt: skip
    return {args["name"]: desk.act(actor, "customer.add", **args) for actor, args in given}


def names(viewer: UUID, text: str = "", **given: object) -> list[str]:
    return [row.name for row in customers(viewer, Filters(text, **given)).rows]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("江南", ["江南印务有限公司", "江南纸品厂"]),
        ("纸", ["江南纸品厂"]),
        ("印务有限", ["江南印务有限公司"]),
        ("江 南", ["江南印务有限公司", "江南纸品厂"]),
        ("江品", []),
        ("jn", ["江南印务有限公司", "江南纸品厂"]),
        ("JNYW", ["江南印务有限公司"]),
        ("zxx", ["曾小贤"]),
        ("cxx", ["曾小贤"]),
        ("jiangnan", ["江南印务有限公司", "江南纸品厂"]),
        ("JiangNanZhi", ["江南纸品厂"]),
        ("jiang nan y", ["江南印务有限公司"]),
        ("zhipinchang", ["江南纸品厂"]),
        ("nanzhip", ["江南纸品厂"]),
        ("zeng", ["曾小贤"]),
        ("zengxiaox", ["曾小贤"]),
        ("aner", ["安二"]),
        ("youxiangongsi", ["ＡＣＭＥ（中国）有限公司", "江南印务有限公司"]),
        ("jiangxi", []),
        ("acme", ["ＡＣＭＥ（中国）有限公司"]),
        ("ｖｉｐ", ["ＡＣＭＥ（中国）有限公司"]),
        ("vip-7", ["ＡＣＭＥ（中国）有限公司"]),
        ("2207", ["江南印务有限公司", "𠮷野家 100% 好"]),
        ("138-0000 2207", ["江南印务有限公司"]),
        ("+8613800002207", ["江南印务有限公司"]),
        ("23456789", ["曾小贤"]),
        ("07", []),
        ("𠮷", ["𠮷野家 100% 好"]),
        ("0%", ["𠮷野家 100% 好"]),
        ("%", ["𠮷野家 100% 好"]),
        ("_", []),
        ("\\", []),
        ("'", []),
    ],
)
def test_a_search_finds(desk: Desk, book: dict[str, UUID], text: str, found: list[str]) -> None:
    assert names(desk.manager, text) == found


def test_what_is_done_with_all_that_is_found_is_done_with_more_than_a_page_looks_at(
    desk: Desk, book: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "HITS", 1)
    asked = Filters("江南")
    assert len(customers(desk.manager, asked).rows) == 1
    assert (queries.found(desk.manager, asked).count(), queries.count(desk.manager, asked)) == (2, 2)


def test_a_name_is_found_in_either_script(desk: Desk, book: dict[str, UUID]) -> None:
    desk.act(desk.seller, "customer.add", name="臺灣雲錦紡織廠")
    desk.act(desk.seller, "customer.add", name="單于車", kind="person")
    for text in ("云锦", "雲錦", "台湾云", "臺灣雲錦紡", "纺织厂", "twyj"):
        assert names(desk.manager, text) == ["臺灣雲錦紡織廠"], text
    assert names(desk.manager, "江南紙品") == ["江南纸品厂"]
    assert names(desk.manager, "cyc") == ["單于車"], "a surname is read as one in either script"
    assert names(desk.manager, "雲錦厂品") == []


def test_the_list_is_by_pinyin_page_by_page(desk: Desk, book: dict[str, UUID]) -> None:
    listed, after = [], None
    while True:
        page = customers(desk.manager, Filters(), after, limit=2)
        listed += [row.name for row in page.rows]
        after = page.after
        if after is None:
            break
    assert listed == ["ＡＣＭＥ（中国）有限公司", "安二", "江南印务有限公司", "江南纸品厂", "曾小贤", "𠮷野家 100% 好"]
    assert count(desk.manager) == 6
    assert names(desk.manager, kind="person") == ["安二", "曾小贤"]
    assert names(desk.manager, "江南", city="无锡") == ["江南纸品厂"]


def test_a_row_has_the_number_to_ring(desk: Desk, book: dict[str, UUID]) -> None:
    [row] = customers(desk.manager, Filters("印务")).rows
    assert (row.contact, row.phone.zh, row.kind.zh, row.code) == ("陆工", "138 0000 2207", "单位", "KH-000001")


def test_everybody_finds_his_own_only(desk: Desk, book: dict[str, UUID]) -> None:
    assert names(desk.seller, "江南") == ["江南印务有限公司", "江南纸品厂"]
    assert names(desk.other, "江南") == []
    assert names(desk.other, "2207") == ["𠮷野家 100% 好"]
    assert names(desk.stranger) == []
    assert names(uuid4()) == []
    assert customer(desk.other, book["江南纸品厂"]) is None
    assert customer(desk.other, "KH-000001") is None
    assert customer(desk.seller, "KH-000001") is not None


def test_a_customer_handed_over_is_seen_by_its_owner(desk: Desk, book: dict[str, UUID]) -> None:
    desk.act(desk.manager, "customer.assign", book["江南纸品厂"], owner=desk.other)
    assert "江南纸品厂" in names(desk.other)


def test_what_is_masked_is_neither_shown_nor_searched(desk: Desk, book: dict[str, UUID]) -> None:
    [row] = customers(desk.auditor, Filters("印务")).rows
    assert row.phone.zh == "138****2207"
    assert names(desk.auditor, "2207") == []
    assert names(desk.auditor, "13800002207") == []
    page = customer(desk.auditor, row.id)
    assert page is not None
    everything = repr(page)
    for hidden in ("13800002207", "051265551234", "65551234"):
        assert hidden not in everything
    seen = customer(desk.auditor, book["ＡＣＭＥ（中国）有限公司"])
    assert seen is not None and "南京路" not in repr(seen)
    assert [fact.is_masked for fact in seen.facts if fact.name == "address"] == [True]


def test_a_page_has_contacts_phones_and_its_course(desk: Desk, book: dict[str, UUID]) -> None:
    desk.act(desk.seller, "customer.update", book["江南印务有限公司"], city="昆山")
    page = customer(desk.seller, book["江南印务有限公司"])
    assert page is not None
    assert [(c.name, c.is_primary, [p.words.zh for p in c.phones]) for c in page.contacts] == [
        ("陆工", True, ["138 0000 2207"])
    ]
    assert [(phone.words.zh, phone.dial) for phone in page.phones] == [("0512-65551234", "051265551234")]
    assert [passage.verb for passage in page.course] == ["customer.update", "customer.add"]
    assert page.course[0].changes == {"city": ("苏州", "昆山")}
    assert page.names[desk.seller] == "季安"
    assert next(fact.words for fact in page.facts if fact.name == "city").zh == "昆山"  # type: ignore[union-attr]


def test_revealing_is_an_act_of_its_own(desk: Desk, book: dict[str, UUID]) -> None:
    key = book["江南印务有限公司"]
    assert isinstance(desk.run(desk.auditor, "customer.reveal", key, facts=["phones.digits"]), Refused)
    desk.act(desk.manager, "customer.reveal", key, facts=["phones.digits"], why="回访")
    page = customer(desk.auditor, key, revealed=["phones.digits"])
    assert page is not None and page.phones[0].words.zh == "0512-65551234"
    assert page.course[0].verb == "customer.reveal"


def test_customers_that_look_alike_are_hinted_at(desk: Desk, book: dict[str, UUID]) -> None:
    args = {"name": "江南 纸品厂", "kind": "organisation", "phones": ["13800002207"]}
    found = alike(desk.seller, args)
    assert [(a.likeness.zh, a.row and a.row.name) for a in found] == [
        ("名称相同", "江南纸品厂"),
        ("电话相同", "江南印务有限公司"),
    ]
    assert [a.row for a in alike(desk.other, args)] == [None, None]


def test_a_list_costs_the_same_for_one_row_and_for_fifty(desk: Desk) -> None:
    def cost(n: int) -> int:
        for i in range(n):
            desk.act(desk.seller, "customer.add", name=f"客户{n}-{i}", phones=f"138{n:04d}{i:04d}", contact_name="王工")
        with CaptureQueriesContext(
            connection,
        ) as taken:
            assert len(customers(desk.manager, Filters(f"客户{n}-"), limit=60).rows) == n
        return len(taken)

    assert cost(1) == cost(50)


def test_fields_of_a_pack_are_kept_shown_and_imported(desk: Desk) -> None:
    key = desk.act(desk.seller, "customer.add", name="甲", extra={"level": "甲级"})
    desk.act(desk.seller, "customer.update", key, extra={"visits": "3"})
    assert isinstance(desk.run(desk.seller, "customer.update", key, extra={"levl": "甲级"}), Refused)
    page = customer(desk.seller, key)
    assert page is not None
    assert [(fact.name, fact.words and fact.words.zh) for fact in page.declared] == [("level", "甲级"), ("visits", "3")]
    body = "客户名称,等级\n乙,乙级\n丙,丙级\n".encode()
    outcome = imports.upload(gate.run, Context(desk.seller, "page"), "customer", body, "名单.csv")
    assert isinstance(outcome, Done)
    found = imports.find(desk.seller, outcome.object)
    assert found is not None and found.mapping == {"0": "name", "1": "extra.level"}
    seen = imports.preview(desk.seller, found)
    assert [verdict.state for verdict in seen.rows] == ["add", "refused"]
    assert "等级" in seen.rows[1].reasons[0].message.zh
    desk.act(desk.seller, "import.start", outcome.object)
    assert running.run_import(gate.run, outcome.object, desk.seller).counts["added"] == 1
    assert names(desk.seller) == ["甲", "乙"] or names(desk.seller) == ["乙", "甲"]


def test_an_import_is_its_owners_affair(desk: Desk, book: dict[str, UUID]) -> None:
    body = "客户名称,手机\n新客户,13700000001\n安二,\n江南纸品厂,13700000002\n".encode()
    outcome = imports.upload(gate.run, Context(desk.seller, "page"), "customer", body, "名单.csv")
    assert isinstance(outcome, Done)
    found = imports.find(desk.seller, outcome.object)
    assert found is not None
    assert imports.find(desk.other, outcome.object) is None
    assert imports.recent(desk.other) == []
    assert [job.id for job in imports.recent(desk.seller)] == [outcome.object]
    assert isinstance(desk.run(desk.other, "import.start", outcome.object), Refused)
    seen = imports.preview(desk.seller, found)
    assert [verdict.state for verdict in seen.rows] == ["add", "add", "skipped"]
    theirs = imports.preview(desk.other, found)
    assert theirs.rows[2].reasons[0].message.zh == "公司已有这个客户（名称相同）"
