"""Records of any type from a sheet: cells by kind, references by name, people with posts, trees of units."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from keguan.cases.models import Case
from keguan.controls import gate, scopes
from keguan.controls.models import Obligation
from keguan.imports import people, queries, running
from keguan.imports.cells import parts, raw
from keguan.imports.importers import importable, importer_of
from keguan.imports.mapping import propose
from keguan.imports.models import ImportProblem
from keguan.imports.tests.conftest import House
from keguan.kernel.commands.outcomes import Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.kinds import Boolean, Choice, Date, Integer, Kind, Listing, Moment, MoneyKind, Number
from keguan.kernel.records.labels import Label
from keguan.kernel.sheets import Column, Row, Sheet
from keguan.org.models import Holding, Person, Post, Unit


def problems(found: queries.Import) -> dict[int, str]:
    return {
        problem.row: "；".join(reason["message"]["zh"] for reason in problem.reasons["reasons"])
        for problem in ImportProblem.objects.filter(of=found.id)
    }


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (Integer(), "1,234", 1234),
        (Number(), "１，２３４.50", Decimal("1234.5000")),
        (Number(), "12.5", Decimal("12.5000")),
        (MoneyKind(), "￥1,280.50", (Decimal("1280.50"), "CNY")),
        (MoneyKind(), "1280 元", (Decimal("1280.00"), "CNY")),
        (MoneyKind(), "USD 99.9", (Decimal("99.90"), "USD")),
        (MoneyKind(), "99.9 EUR", (Decimal("99.90"), "EUR")),
        (Date(), "2026年3月5日", dt.date(2026, 3, 5)),
        (Date(), "20260305", dt.date(2026, 3, 5)),
        (Date(), "2026-03-05 00:00:00", dt.date(2026, 3, 5)),
        (Date(), "2026/3/5", dt.date(2026, 3, 5)),
        (Moment(), "2026年3月5日 9:05", dt.datetime(2026, 3, 5, 1, 5, tzinfo=dt.UTC)),
        (Moment(), "2026/3/5 9时5分", dt.datetime(2026, 3, 5, 1, 5, tzinfo=dt.UTC)),
        (Moment(), "2026-03-05", dt.datetime(2026, 3, 4, 16, tzinfo=dt.UTC)),
        (Boolean(), "√", True),
        (Boolean(), "否", False),
        (Choice({"a": Label("甲级", "First")}), "甲级", "a"),
        (Choice({"a": Label("甲级", "First")}), "甲級", "a"),
        (Choice({"a": Label("甲级", "First")}), "first", "a"),
    ],
)
def test_cells_are_read_as_people_write_them(kind: Kind, cell: str, value: Any) -> None:
    found = kind.parse(raw(kind, cell))
    assert found == value


@pytest.mark.parametrize("cell", ["1,23", "12元5角", "一千", "USD 5 EUR"])
def test_what_is_unclear_is_left_for_the_parser_to_refuse(cell: str) -> None:
    kind = MoneyKind()
    with pytest.raises(ValueError, match="number"):
        kind.parse(raw(kind, cell))


def test_several_values_stand_in_one_cell() -> None:
    assert parts("甲、乙；丙，丁,戊;己\n庚") == list("甲乙丙丁戊己庚")
    assert Listing(Integer()).parse([raw(Integer(), part) for part in parts("1;2")]) == [1, 2]


def sheet(*titles: str) -> Sheet:
    return Sheet("", [Column(i, title) for i, title in enumerate(titles)], [Row(2, ["x"] * len(titles))])


@pytest.mark.parametrize(
    ("name", "titles", "expected"),
    [
        ("person", ("姓名", "工号", "所在部门", "岗位", "登录名"), ["name", "code", "unit", "role", "username"]),
        ("person", ("姓名", "工號", "部門", "職務", "帳號"), ["name", "code", "unit", "role", "username"]),
        ("person", ("xingming", "gonghao", "dlm"), ["name", "code", "username"]),
        ("unit", ("部门名称", "上级部门", "部门代码"), ["name", "parent", "code"]),
        ("case", ("类别", "标题", "客户", "发生时间"), ["kind", "title", "customer", "happened_at"]),
        ("role", ("代码", "中文名", "English name"), ["code", "zh", "en"]),
    ],
)
def test_titles_are_understood_for_every_type(name: str, titles: tuple[str, ...], expected: list[str]) -> None:
    importer = importer_of(name)
    assert importer is not None
    found = propose(sheet(*titles), importer.targets())
    assert [found.get(str(i), "") for i in range(len(titles))] == expected


def test_every_type_that_is_entered_can_be_imported_and_no_act_of_the_moment(house: House) -> None:
    found = {one.type.name for one in importable()}
    assert found >= {"unit", "person", "role", "post", "customer", "case", "task", "return_slip"}
    assert not found & {"import", "token", "pack", "override", "signature", "batch", "view", "approval", "calendar"}


def test_units_come_in_as_a_tree(house: House) -> None:
    found = house.sheet(
        house.admin, "unit", ("部门名称", "上级部门", "部门代码"),
        ("华东大区", "公司本部", "E"), ("上海分公司", "华东大区", "E1"), ("客服组", "上海分公司", None),
        ("客服组", "火星分公司", None), ("南京分公司", "西南大区", None), ("西南大区", None, "E1"), ("无锡", None, "E"),
    )  # fmt: skip
    assert found.counts == {"added": 3, "updated": 0, "skipped": 2, "refused": 2, "waiting": 0}
    group = Unit.objects.get(name="客服组")
    path = (group.parent and group.parent.name, group.parent and group.parent.parent and group.parent.parent.name)
    assert path == ("上海分公司", "华东大区")
    assert "没有叫“火星分公司”的部门" in problems(found)[5] and "没有叫“西南大区”的部门" in problems(found)[6]
    assert problems(found)[8] == "与本表第 2 行重复（编号相同）"


def test_a_unit_whose_parent_was_refused_is_refused_too(house: House) -> None:
    found = house.sheet(
        house.admin, "unit", ("部门名称", "上级部门"),
        ("客户服务部", "公司本部"), ("一组", "客户服务部"), ("客户服务部二部", "公司本部"), ("二组", "客户服务部二部"),
    )  # fmt: skip
    assert found.counts["added"] == 3 and problems(found) == {2: "同一上级下已有同名部门"}
    assert Unit.objects.get(name="一组").parent_id == house.desk


TITLES = ("姓名", "工号", "部门", "岗位", "是否负责人", "登录名", "入职日期")


def test_people_come_with_posts_and_sign_ins(house: House) -> None:
    found = house.sheet(
        house.admin, "person", TITLES,
        ("孟琪", "A01", "客户服务部", "客户服务专员", None, "mengqi", "2025-03-01"),
        ("温如许", "A02", "客户服务部", "service_manager", "√", "wen", None),
        ("周平", "A03", None, None, None, None, None),
        ("周平", "A04", "不存在部", "客户服务专员", None, None, None),
        ("只有部门", "A05", "客户服务部", None, None, None, None),
        ("重号", "A01", None, None, None, None, None),
        ("重名登录", "A06", None, None, None, "WEN", None),
        (None, "A07", None, None, None, None, None),
    )  # fmt: skip
    assert found.counts == {"added": 3, "updated": 0, "skipped": 2, "refused": 3, "waiting": 0}, problems(found)
    meng, wen = Person.objects.get(code="A01"), Person.objects.get(code="A02")
    assert (meng.username, meng.joined_on) == ("mengqi", dt.date(2025, 3, 1))
    [held] = Holding.objects.filter(person=meng)
    assert (held.post.unit_id, held.post.role.code, held.starts_on) == (
        house.desk,
        "customer_service_dept",
        meng.joined_on,
    )
    assert Post.objects.get(role__code="service_manager").is_head
    assert Holding.objects.filter(person=wen, post__is_head=True).exists()
    assert problems(found)[5] == "“部门”：没有叫“不存在部”的部门"
    assert problems(found)[6] == "有部门而没有岗位"
    assert "登录名相同" in problems(found)[8]
    again = house.sheet(house.admin, "person", TITLES, ("孟琪", "A01", None, None, None, "mengqi", None))
    assert again.counts["skipped"] == 1 and "A01" in problems(again)[2]
    grants = scopes.grants(meng.id)
    assert grants is not None and grants.uses("case.open"), "a person from a sheet may do what his post may"


def test_posts_are_found_by_what_the_company_calls_them(house: House) -> None:
    from keguan.org.queries import roles

    role = roles()["customer_service_dept"][0]
    post = house.act(None, "post.establish", unit=house.desk, role=role, title="热线坐席")
    found = house.sheet(
        house.admin,
        "person",
        ("姓名", "部门", "岗位"),
        ("孟琪", "客户服务部", "热线坐席"),
        ("无此岗", "公司本部", "热线坐席"),
    )
    assert found.counts["added"] == 1
    assert Holding.objects.filter(post=post, person__name="孟琪").exists()
    assert "没有叫“热线坐席”的" in problems(found)[3]
    [told] = ImportProblem.objects.get(of=found.id).reasons["reasons"]
    assert "客户服务专员" in told["cure"]["zh"], "what can be written instead is said"


def test_a_row_is_written_whole_or_not_at_all(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody takes the user name between the check and the writing: the person of the row is not added either."""
    monkeypatch.setattr(people.PersonImporter, "known", lambda *_: {})
    house.act(None, "person.grant_sign_in", house.agent, username="cheng")
    found = house.sheet(
        house.admin, "person", ("姓名", "登录名"), ("孟琪", "mengqi"), ("程二", "cheng"), ("温如许", "wen")
    )
    assert (found.counts["added"], found.counts["refused"]) == (2, 1)
    assert "登录名" in problems(found)[3]
    assert not Person.objects.filter(name="程二").exists()
    assert Person.objects.filter(name__in=("孟琪", "温如许"), username__isnull=False).count() == 2


def test_cases_come_with_their_customers_their_true_time_and_a_clock_that_counts_from_it(house: House) -> None:
    house.act(house.agent, "customer.add", name="江南印务有限公司")
    found = house.sheet(
        house.agent, "case", ("标题", "客户", "发生时间", "数量", "备注列"),
        ("外箱破损", "江南印务有限公司", "2026年3月2日 9:00", "1,200", "x"),
        ("没有这家", "海底公司", "2026-03-02", None, None),
        ("未来的事", "KH-000001", "2027-01-01", None, None),
        ("时间不对", None, "三月初", None, None),
        mapping={"kind": "complaint", "channel": "phone", "owner": str(house.agent)},
    )  # fmt: skip
    assert found.counts == {"added": 1, "updated": 0, "skipped": 0, "refused": 3, "waiting": 0}, problems(found)
    case = Case.objects.get(title="外箱破损")
    assert case.customer is not None and case.customer.name == "江南印务有限公司"
    assert (case.kind, case.owner_id, case.quantity) == ("complaint", house.agent, Decimal(1200))
    [event] = Rows().select(
        "select e.happened_at, e.envelope::jsonb -> 'imported' as imported, e.batch, e.channel from kernel_event e"
        " join kernel_event_object o on o.event = e.id where o.object = %s and o.n = 1", [case.id],
    )  # fmt: skip
    assert event == {
        "happened_at": dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC), "imported": True, "batch": found.id,
        "channel": "import",
    }  # fmt: skip
    said = problems(found)
    assert "没有叫“海底公司”的客户" in said[3] and "不能晚于现在" in said[4]
    assert "发生时间" in said[5]
    opened = Obligation.objects.filter(object=case.id)
    assert all(one.is_adopted for one in opened)


def test_customers_out_of_sight_are_not_found_by_name(house: House) -> None:
    house.act(house.agent, "customer.add", name="江南印务有限公司")
    importer = importer_of("case")
    assert importer is not None
    found = sheet("标题", "客户")
    seen = Sheet("", found.columns, [Row(2, ["甲", "江南印务有限公司"])])
    mapping = {"0": "title", "1": "customer"}
    assert importer.look_up(house.agent, seen, mapping).find("customer", "江南印务有限公司") is not None
    assert importer.look_up(house.admin, seen, mapping).find("customer", "江南印务有限公司") is None


def test_a_register_of_a_pack_is_imported_like_any_other(house: House) -> None:
    importer = importer_of("return_slip")
    assert importer is not None
    needed = [one.name for one in importer.targets() if one.required]
    found = house.upload(house.agent, "return_slip", ("标题",), ("退货一批",))
    assert found.type == "return_slip" and "title" in found.mapping.values()
    seen = queries.preview(house.agent, found)
    assert bool(seen.faults) == bool(needed)


def test_what_columns_meant_is_remembered(house: House) -> None:
    house.sheet(house.admin, "person", ("花名", "编码甲"), ("孟琪", "A01"), mapping={"0": "name", "1": "code"})
    again = house.upload(house.admin, "person", ("编码甲", "别的", "花名"), ("A02", "x", "温如许"))
    assert again.mapping == {"0": "code", "2": "name"}
    assert queries.remembered(house.agent, "person") == {}, "another's imports are his own affair"


def test_who_may_not_create_records_has_every_row_refused_and_types_that_are_none_are_refused(house: House) -> None:
    found = house.sheet(house.agent, "unit", ("部门名称",), ("自立门户部",))
    assert (found.counts["added"], found.counts["refused"]) == (0, 1)
    assert not Unit.objects.filter(name="自立门户部").exists()
    for name in ("token", "nonsense", "import"):
        refused = house.run(house.admin, "import.upload", None, type=name, title="x", digest="x", table="x", total=1)
        assert isinstance(refused, Refused) and refused.reasons[0].field == "type"


def test_two_thousand_units_in_two_parts_find_their_parents(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 40)
    rows = [(f"部门{n}", "公司本部" if n % 10 == 0 else f"部门{n - 1}") for n in range(100)]
    found = house.sheet(house.admin, "unit", ("部门名称", "上级部门"), *rows)
    assert found.counts["added"] == 100
    assert running.run_import(gate.run, found.id, house.admin).counts["added"] == 100
