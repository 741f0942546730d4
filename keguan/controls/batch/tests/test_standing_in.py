"""What a delegate does is judged alike when he acts and when it is recounted: grants, authority, and being gone."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import UUID

from keguan.controls.batch.judging import judge
from keguan.controls.batch.recount import differences
from keguan.controls.batch.tests.agreement import tables
from keguan.controls.batch.versions import books, versions
from keguan.controls.engines.approval import ApprovalControl
from keguan.controls.tests import shop
from keguan.controls.tests.conftest import MORNING, Firm, club
from keguan.controls.tests.test_decisions import SOON
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Done, Outcome, Refused, Waiting
from keguan.kernel.commands.rows import Rows
from keguan.mirror import Mirror, opened

__all__ = ["club", "tables"]
Mirrored = Callable[[], Path]
SETTLE = "complaints#settle"


def judged(mirror: Mirror, key: str) -> dict[str, str]:
    """By act, what the control did, as the mirror tells it."""
    several = [one for one in versions(books(mirror)) if isinstance(one.control, ApprovalControl)]
    found: dict[str, str] = {}
    for made in judge(mirror, several, name="standing_in"):
        for place, column in made.outcomes.items():
            if made.versions[place].key == key:
                table = made.table.select("event", outcome=made.table[column]).filter(lambda t: t.outcome.notnull())
                found.update({row["event"]: row["outcome"] for row in table.to_pyarrow().to_pylist()})
    return found


def at(hours: int) -> AbstractContextManager[None]:
    return clock.pinned(MORNING + dt.timedelta(hours=hours))


def settle(firm: Firm, who: str, key: UUID, amount: str) -> Outcome:
    return firm.do(who, "case.settle", key, amount=amount, handling="discount")


def test_grants_and_authority_of_a_delegate_before_while_and_after(past: Firm, mirrored: Mirrored) -> None:
    keys = [past.found() for _ in range(4)]
    with at(1):
        assert isinstance(settle(past, "罗平", keys[0], "100"), Refused)
    with at(2):
        lent = past.system("delegation.appoint", delegator=past.people["韩立"], delegate=past.people["罗平"])
    with at(3):
        first = settle(past, "罗平", keys[0], "100")
        over = settle(past, "罗平", keys[1], "3000")
    with at(4):
        past.system("delegation.end", lent)
    with at(5):
        assert isinstance(settle(past, "罗平", keys[2], "100"), Refused)
        second = settle(past, "韩立", keys[3], "100")
    assert (type(first), type(over), type(second)) == (Done, Waiting, Done)
    assert isinstance(first, Done) and isinstance(second, Done)
    with opened(mirrored()) as mirror:
        counted, found = differences(mirror, MORNING + dt.timedelta(hours=6))
        outcomes = judged(mirror, SETTLE)
    assert found == []
    assert sorted(map(sorted, counted.attempts.values())) == [["access"], ["access"]]
    assert outcomes[str(first.event)] == outcomes[str(second.event)] == "kept"
    [said] = Rows().select("select on_behalf_of from kernel_event where id = %s", [first.event])
    assert said["on_behalf_of"] == past.people["韩立"]


def test_what_is_lent_for_some_verbs_reaches_no_other_verb(past: Firm, mirrored: Mirrored) -> None:
    keys = [past.found() for _ in range(2)]
    past.system(
        "delegation.appoint", delegator=past.people["韩立"], delegate=past.people["罗平"], verbs=["case.settle"]
    )
    with at(1):
        assert isinstance(settle(past, "罗平", keys[0], "100"), Done)
        assert isinstance(past.do("罗平", "case.classify", keys[1], severity="serious"), Refused)
    with opened(mirrored()) as mirror:
        counted, found = differences(mirror, MORNING + dt.timedelta(hours=2))
    assert found == []
    assert list(counted.attempts.values()) == [frozenset({"access"})]


def test_a_delegation_told_of_later_does_not_reach_back(past: Firm, mirrored: Mirrored) -> None:
    """What was not known when somebody acted is not held against the act: an import of a delegation of last week."""
    keys = [past.found() for _ in range(2)]
    with at(1):
        assert isinstance(settle(past, "罗平", keys[0], "100"), Refused)
    with at(2):
        past.system("delegation.appoint", delegator=past.people["韩立"], delegate=past.people["罗平"])
    Rows().execute("update org_holder_span set valid = tstzrange(null, upper(valid)) where how = 'delegate'")
    with at(3):
        assert isinstance(settle(past, "罗平", keys[1], "100"), Done)
    with opened(mirrored()) as mirror:
        counted, found = differences(mirror, MORNING + dt.timedelta(hours=4))
    assert found == []
    assert list(counted.attempts.values()) == [frozenset({"access"})]


def test_whose_post_ended_may_do_nothing_unless_he_stands_in(past: Firm, mirrored: Mirrored) -> None:
    keys = [past.found() for _ in range(2)]
    [post] = Rows().select("select post from org_holding where person = %s", [past.people["罗平"]])
    past.system("post.relieve", post["post"], person=past.people["罗平"], ends_on="2026-03-03")
    with at(1):
        assert isinstance(settle(past, "罗平", keys[0], "100"), Refused)
    with at(2):
        past.system("delegation.appoint", delegator=past.people["韩立"], delegate=past.people["罗平"])
    with at(3):
        assert isinstance(settle(past, "罗平", keys[1], "100"), Done)
    with opened(mirrored()) as mirror:
        _, found = differences(mirror, MORNING + dt.timedelta(hours=4))
    assert found == []


def test_scopes_are_judged_by_the_tree_of_the_day(past: Firm, mirrored: Mirrored) -> None:
    """A manager's scope is her department: a team that was moved away and came back is hers before and after."""
    keys = [past.case(unit=past.units["热线组"]) for _ in range(4)]
    outcomes = []

    def classify(key: UUID) -> None:
        outcomes.append(type(past.do("苏敏", "case.classify", key, kind="complaint", severity="serious")))

    with at(1):
        classify(keys[0])
    with at(2):
        past.system("unit.change", past.units["热线组"], parent=past.units["销售部"])
    with at(3):
        classify(keys[1])
    with at(4):
        past.system("unit.change", past.units["热线组"], name="热线中心", parent=past.units["现场组"])
    with at(5):
        classify(keys[2])
    with at(6):
        past.system("unit.change", past.units["现场组"], parent=past.units["仓库"])
    with at(7):
        classify(keys[3])
    assert outcomes == [Done, Refused, Done, Refused]
    with opened(mirrored()) as mirror:
        counted, found = differences(mirror, MORNING + dt.timedelta(hours=8))
    assert found == []
    assert list(counted.attempts.values()) == [frozenset({"access"})] * 2


ALONE = """
- approval: {id: who, of: member.join, how: authority, by: head @ unit}
%s
"""
CLOSED = "- prohibition: {id: closed, of: member.join, when: {points: '> 0'}}"


def test_whom_an_approval_means_where_nothing_was_done_yet(tables: Firm, mirrored: Mirrored) -> None:
    shop.enact(ALONE % CLOSED)

    def join(who: str, points: int) -> Outcome:
        return tables.do(who, "member.join", None, title="甲", unit=tables.units["热线组"], points=points)

    with clock.pinned(SOON):
        tried = {who: join(who, 1) for who in ("苏敏", "季安")}
        with opened(mirrored()) as mirror:
            assert not mirror.has("stream_member")
            [several] = [[one for one in versions(books(mirror)) if one.key == "extra#who"]]
            [made] = judge(mirror, several, name="tried")
            rows = made.table.select("event", outcome=made.table[made.outcomes[0]]).to_pyarrow().to_pylist()
        found = {row["event"]: row["outcome"] for row in rows}
        allowed = {who: join(who, 0) for who in tried}
    for who, outcome in tried.items():
        assert isinstance(outcome, Refused)
        assert found[str(outcome.attempt)] == ("kept" if isinstance(allowed[who], Done) else "waiting")
    assert [type(one) for one in allowed.values()] == [Done, Waiting]
