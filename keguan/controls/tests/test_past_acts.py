"""Conditions on acts that were done and on who holds a record, through the gate and recounted from the mirror."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from keguan.controls import gate
from keguan.controls.batch.recount import differences
from keguan.controls.tests.conftest import MORNING, Firm
from keguan.kernel import clock
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.journal.seal import seal_all
from keguan.mirror import follow, opened

With = Callable[[str], Firm]
DAY = dt.timedelta(days=1)
HELD = """
    - prohibition: {id: held, of: case.note, when: %s}
"""


def note(firm: Firm, key: object, who: str = "季安") -> Outcome:
    return gate.run_one(Context(firm.people[who], "page"), "case.note", key, {"text": "记"})  # type: ignore[arg-type]


def is_held(firm: Firm, key: object) -> bool:
    outcome = note(firm, key)
    assert isinstance(outcome, Done | Refused)
    return isinstance(outcome, Refused)


def test_an_act_counts_with_what_it_was_given_and_by_whom(firm_with: With) -> None:
    firm = firm_with(HELD % "{done: {verb: case.classify, when: {severity: serious}, by: [deputy, $owner]}}")
    key = firm.accepted()
    assert not is_held(firm, key)
    firm.must("苏敏", "case.classify", key, severity="serious")
    assert not is_held(firm, key), "the manager is neither a deputy nor the owner"
    firm.must("何川", "case.classify", key, severity="ordinary")
    assert not is_held(firm, key)
    firm.must("何川", "case.classify", key, severity="serious")
    assert is_held(firm, key)


def test_who_did_it_is_known_by_the_post_he_held_then(firm_with: With) -> None:
    firm = firm_with(HELD % "{done: {verb: case.classify, by: deputy}}")
    early, late = firm.accepted(), firm.accepted()
    firm.must("何川", "case.classify", early, severity="serious")
    [post] = Rows().select("select post from org_holding where person = %s", [firm.people["何川"]])
    with clock.pinned(MORNING + DAY):
        firm.system("post.relieve", post["post"], person=firm.people["何川"], ends_on="2026-03-05")
    with clock.pinned(MORNING + 3 * DAY):
        assert is_held(firm, early)
        assert not is_held(firm, late)


def test_acts_count_since_another_within_a_window_and_so_often(firm_with: With) -> None:
    firm = firm_with(HELD % "{done: {verb: case.classify, since: case.accept, in: this month, times: '>= 2'}}")
    key = firm.case()
    firm.must("季安", "case.accept", key)
    firm.must("苏敏", "case.classify", key, severity="serious")
    assert not is_held(firm, key)
    firm.must("苏敏", "case.classify", key, severity="ordinary")
    assert is_held(firm, key)
    with clock.pinned(MORNING + 31 * DAY):
        assert not is_held(firm, key), "the acts of last month do not count in this one"


def test_a_record_is_held_by_a_role_and_a_unit_by_name(firm_with: With) -> None:
    firm = firm_with(HELD % "{owner: 客服经理, unit: 热线组}")
    mine, others = firm.accepted(), firm.accepted(owner=firm.people["苏敏"])
    elsewhere = firm.accepted(owner=firm.people["苏敏"], unit=firm.units["现场组"])
    assert not is_held(firm, mine)
    assert isinstance(note(firm, others, "苏敏"), Refused)
    assert isinstance(note(firm, elsewhere, "苏敏"), Done)


def test_a_deadline_opens_by_what_was_done_before(firm_with: With) -> None:
    firm = firm_with("""
        - deadline:
            {id: again, after: {verb: case.note, when: {done: {verb: case.note, times: ">= 1"}}},
             do: case.reply, within: 2 days, by: case.owner}
    """)
    key = firm.accepted()
    count = "select count(*) as many from controls_obligation where control = 'more#again'"
    firm.must("季安", "case.note", key, text="一")
    assert Rows().select(count)[0]["many"] == 0, "the act itself is not one that was done before"
    firm.must("季安", "case.note", key, text="二")
    assert Rows().select(count)[0]["many"] == 1


def test_statements_do_not_depend_on_how_many_records_are_asked(firm_with: With) -> None:
    firm = firm_with(HELD % "{owner: manager, done: {verb: case.classify, by: deputy, when: {severity: serious}}}")

    def statements(many: int) -> int:
        keys = [firm.accepted() for _ in range(many)]
        for key in keys:
            firm.must("何川", "case.classify", key, severity="serious")
        before = Rows.total
        found = gate.run(Context(firm.people["季安"], "page"), "case.note", [(key, {"text": "记"}) for key in keys])
        assert all(isinstance(one, Done) for one in found)
        return Rows.total - before

    assert statements(1) == statements(3) == statements(12)


RECOUNTED = [
    "{done: {verb: case.classify, when: {severity: serious}, by: [deputy, $owner]}}",
    "{not_done: {verb: case.classify, by: 'not manager', in: last 3 days}}",
    "{done: {verb: [case.classify, case.accept], since: case.note, times: '[1..2]'}}",
    "{done: {verb: case.classify, since: $accepted_at, when: {severity: '!= $severity'}}}",
    "{owner: [manager, $actor.id], unit: [热线组, 客服部]}",
    "{not_done: case.find, every: notes, have: {author.name: 季安}}",
    "{every: notes, have: {author.joined_on: '< 2025-01-01'}, owner: $actor.id}",
]


@pytest.mark.django_db(transaction=True)
def test_what_was_refused_is_recounted(firm_with: With, tmp_path: Path) -> None:
    firm = firm_with("".join(f"""
    - prohibition: {{id: held{n}, of: case.note, when: {when}, effect: {"warn" if n else "refuse"}}}
    - deadline:
        {{id: clock{n}, after: {{verb: case.classify, when: {when}}}, do: case.reply, within: 2 days, by: case.owner}}
    """ for n, when in enumerate(RECOUNTED)))  # fmt: skip
    keys = [firm.accepted(), firm.accepted(owner=firm.people["苏敏"])]
    for days, who, severity in ((0, "苏敏", "serious"), (1, "何川", "ordinary"), (2, "何川", "serious")):
        with clock.pinned(MORNING + days * DAY):
            for key in keys:
                note(firm, key, "苏敏")
                note(firm, key)
                firm.must(who, "case.classify", key, severity=severity)
                note(firm, key, "苏敏")
    seal_all()
    follow(tmp_path)
    with opened(tmp_path) as mirror:
        found, other = differences(mirror, MORNING + 4 * DAY)
    assert other == []
    assert not {key for key in found.unread if key.startswith("more#")}
    for n, when in enumerate(RECOUNTED):
        query = "select distinct outcome from controls_evidence where control = any(%s)"
        assert len(Rows().select(query, [[f"more#held{n}", f"more#clock{n}"]])) > 1, when


def test_an_unknown_post_is_a_fault_with_its_line(firm_with: With) -> None:
    from keguan.policies.faults import Faulty

    with pytest.raises(Faulty) as caught:
        firm_with(HELD % "{owner: managr}")
    assert "没有“managr”这个岗位" in str(caught.value.faults[0].message.zh)
    assert "manager" in caught.value.faults[0].cure.zh
