"""Cases linked, merged and split: what holds under every policy, and what becomes of clocks, stages and sight."""

import datetime as dt
from uuid import UUID

from keguan.cases.models import Case, Link
from keguan.cases.page import case
from keguan.cases.tests.conftest import AT, Desk
from keguan.cases.tests.test_commands import reasons
from keguan.controls.models import Obligation
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.agreement import compare
from keguan.kernel.journal.read import timeline

HOUR = dt.timedelta(hours=1)


def two(desk: Desk) -> tuple[UUID, UUID]:
    """A case and a later one."""
    return desk.open(at=AT - 2 * HOUR, title="漏发两件"), desk.open(at=AT - HOUR, title="少了两件")


def others(desk: Desk, viewer: UUID, key: UUID) -> list[tuple[str, str, bool]]:
    found = case(viewer, key)
    assert found is not None
    return [(one.title, one.how.en, one.is_mine) for one in found.panels.others]


def test_a_link_is_seen_at_both_and_undone_where_it_stands(desk: Desk) -> None:
    first, second = two(desk)
    desk.act("case.link", second, other=first, relation="continues")
    assert others(desk, desk.clerk, second) == [("漏发两件", "Continues it", True)]
    assert others(desk, desk.clerk, first) == [("少了两件", "Continued by it", False)]
    assert "no link stands" in reasons(desk.try_("case.unlink", first, other=second))[0]
    desk.act("case.unlink", second, other=first)
    assert Link.objects.count() == 0
    assert others(desk, desk.clerk, first) == []


def test_two_cases_are_linked_once_from_whichever_side(desk: Desk) -> None:
    first, second = two(desk)
    desk.act("case.link", second, other=first, relation="related")
    for key, other in ((second, first), (first, second)):
        assert reasons(desk.try_("case.link", key, other=other, relation="related")) == [
            "these two cases are linked already"
        ]
    assert reasons(desk.try_("case.link", first, other=first, relation="related")) == ["this is the very same case"]


def test_what_one_may_not_see_is_neither_linked_nor_shown(desk: Desk) -> None:
    mine = desk.open(actor=desk.other, title="别人的", customer=None)
    first, _ = two(desk)
    outcome = desk.try_("case.link", first, other=mine, relation="related")
    assert isinstance(outcome, Refused)
    assert outcome.reasons[0].field == "other"
    desk.act("case.link", first, actor=desk.manager, other=mine, relation="related")
    assert others(desk, desk.clerk, first) == []
    assert others(desk, desk.manager, first) == [("别人的", "Related", True)]


def test_a_matter_registered_twice_goes_on_once(desk: Desk) -> None:
    first, second = two(desk)
    desk.act("case.accept", first)
    desk.act("case.accept", second)
    assert {row.state for row in Obligation.objects.filter(object=second)} == {"running"}
    desk.act("case.merge", second, into=first, reason="同一票货")
    merged = Case.objects.get(id=second)
    assert (merged.merged_into_id, merged.voided_at is not None) == (first, True)
    assert {row.state for row in Obligation.objects.filter(object=second)} == {"cancelled"}
    assert {row.state for row in Obligation.objects.filter(object=first)} == {"running"}
    assert others(desk, desk.clerk, first) == [("少了两件", "merged here", False)]
    assert others(desk, desk.clerk, second) == [("漏发两件", "merged into it", False)]
    assert reasons(desk.try_("case.note", second, text="又来电")) == ["this record was voided"]
    desk.act("case.reinstate", second)
    back = Case.objects.get(id=second)
    assert (back.merged_into_id, back.voided_at) == (None, None)
    assert {row.state for row in Obligation.objects.filter(object=second)} == {"running"}


def test_merging_is_undone_as_any_act(desk: Desk) -> None:
    first, second = two(desk)
    desk.act("case.merge", second, into=first)
    [event] = [passage.id for passage in timeline(second, is_own=True) if passage.verb == "case.merge"]
    assert isinstance(desk.undo(event), Done)
    assert Case.objects.get(id=second).merged_into_id is None


def test_what_cannot_be_merged_says_why(desk: Desk) -> None:
    first, second = two(desk)
    stranger = desk.act("customer.add", None, name="海棠贸易", kind="organisation")
    foreign = desk.open(customer=stranger)
    closed = desk.open(at=AT - 3 * HOUR)
    for verb in ("case.accept", "case.close"):
        desk.act(verb, closed)
    voided = desk.open(at=AT - 3 * HOUR)
    desk.act("case.void", voided, reason="登错")
    assert "opened before it" in reasons(desk.try_("case.merge", first, into=second))[0]
    assert "into itself" in reasons(desk.try_("case.merge", first, into=first))[0]
    assert "different customers" in reasons(desk.try_("case.merge", foreign, into=first))[0]
    assert "that case is closed" in reasons(desk.try_("case.merge", second, into=closed))[0]
    assert "that case was voided" in reasons(desk.try_("case.merge", second, into=voided))[0]
    assert "closed already" in reasons(desk.try_("case.merge", closed, into=first))[0]
    assert not Case.objects.exclude(merged_into=None).exists()


def test_a_case_of_nobody_joins_anybodys(desk: Desk) -> None:
    first, _ = two(desk)
    unknown = desk.open(customer=None, title="来电未留名")
    desk.act("case.merge", unknown, into=first)
    assert Case.objects.get(id=unknown).merged_into_id == first


def test_what_is_split_off_is_opened_like_any_case_and_names_its_origin(desk: Desk) -> None:
    first, second = two(desk)
    part = desk.open(title="发票抬头写错", split_from=first)
    assert Obligation.objects.filter(object=part).count() == Obligation.objects.filter(object=first).count()
    assert others(desk, desk.clerk, first) == [("发票抬头写错", "split off here", False)]
    assert others(desk, desk.clerk, part) == [("漏发两件", "split from it", False)]
    assert any(passage.verb == "case.open" for passage in timeline(first) if passage.objects[0][2] == str(part))
    desk.act("case.void", second, reason="登错")
    outcome = desk.try_("case.open", None, kind="complaint", title="试", split_from=second)
    assert reasons(outcome) == ["this record was voided"]


def test_many_are_linked_in_the_statements_of_one_and_the_journal_accounts_for_all(desk: Desk) -> None:
    def statements(number: int) -> int:
        target = desk.open(at=AT - 2 * HOUR)
        keys = [desk.open() for _ in range(number)]
        before = Rows.total
        outcomes = desk.run("case.link", [(key, {"other": target, "relation": "same_cause"}) for key in keys])
        assert all(isinstance(outcome, Done) for outcome in outcomes)
        return Rows.total - before

    assert statements(1) == statements(20)
    assert [one for one in compare().findings if one.type == "case"] == []
