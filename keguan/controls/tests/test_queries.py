"""What pages read: owed, waiting, clauses here, actions, figures and the lists behind them, scopes."""

import datetime as dt

from keguan.controls import gate, queries, scopes
from keguan.controls.sweep import sweep_all
from keguan.controls.tests.conftest import MORNING, PACK, SYSTEM, Firm
from keguan.kernel import clock
from keguan.kernel.commands.outcomes import Waiting
from keguan.policies.adoption import adopt
from keguan.policies.packs.pack import pack_from_texts
from keguan.policies.rulebooks import current


def test_today_shows_what_one_owes_and_nobody_elses(firm: Firm) -> None:
    firm.accepted()
    [row] = queries.owed_by(firm.people["季安"])
    assert row.subject.code == "TS-2026-001"
    assert row.subject.title == "到货破损"
    assert (row.act.zh, row.verb) == ("结案", "case.close")
    assert row.citation.clause == "第三条"
    assert row.left.zh.startswith("还有 6 天")
    assert row.people == ("季安",)
    assert queries.owed_by(firm.people["何川"]) == []


def test_a_request_waits_for_one_and_is_another_ones(firm: Firm) -> None:
    key = firm.found()
    outcome = firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    assert isinstance(outcome, Waiting)
    [row] = queries.told(firm.people["何川"], queries.waiting(firm.people["何川"]))
    assert (row.act.zh, row.requester_name, row.by.zh) == ("核决赔付", "苏敏", "副总经理")
    label, kind, value = row.asked[0]
    assert (label.zh, kind.show(value)) == ("赔付金额", "¥3,200")
    assert row.steps[0].people == ("何川",)
    assert row.citation.clause == "第四条"
    assert row.is_mine_to_decide
    assert queries.waiting(firm.people["高岚"]) == []
    [mine] = queries.told(firm.people["苏敏"], queries.asked(firm.people["苏敏"], is_open=True))
    assert mine.is_mine_to_withdraw
    assert queries.approval(firm.people["罗平"], outcome.approval) is None
    assert queries.approval(firm.people["何川"], outcome.approval) is not None


def test_the_page_says_what_applies_and_what_may_be_done(firm: Firm) -> None:
    key = firm.found()
    states = {clause.control: clause.state for clause in queries.clauses_here(firm.people["苏敏"], "case", key)}
    assert states["complaints#close"] == "running"
    assert states["complaints#stages"] == "kept"
    assert states["complaints#settle"] == "idle"
    found = {action.verb: action for action in queries.actions(firm.people["苏敏"], "case", key)}
    assert found["case.note"].state == "free"
    assert found["case.close"].state == "blocked"
    assert found["case.close"].citation is not None
    assert found["case.close"].citation.clause == "第二条"
    assert found["case.settle"].state == "free"
    assert "视赔付金额" in found["case.settle"].notes[0].message.zh
    assert found["case.assign"].state == "needs"
    assert found["case.assign"].by is not None
    assert found["case.assign"].by.zh == "副总经理"
    assert {
        action.state for action in queries.actions(firm.people["韩立"], "case", key) if action.verb == "case.find"
    } == {"denied"}
    assert queries.actions(firm.people["罗平"], "case", key) == []
    assert queries.clauses_here(firm.people["罗平"], "case", key) == []
    [bar] = queries.term_bars(firm.people["苏敏"], "case", key)
    assert sum(piece.percent for piece in bar.progress.pieces) == 100
    assert "六日" in bar.progress.lines[0].zh
    assert queries.term_bars(firm.people["罗平"], "case", key) == []


def test_the_page_says_which_clause_gives_a_setting(firm: Firm) -> None:
    key = firm.found()

    def given() -> list[tuple[str, str, str]]:
        here = queries.clauses_here(firm.people["苏敏"], "case", key)
        return [(one.citation.clause, one.sentence.zh, one.state_label.zh) for one in here if one.engine == "setting"]

    assert given() == [("第一条", "工单编号规则：TS-YYYY-NNN", "取值")]
    with clock.pinned(MORNING + dt.timedelta(hours=2)):
        texts = {str(path.relative_to(PACK)): path.read_text(encoding="utf-8") for path in PACK.rglob("*.yaml")}
        name = "policies/complaints.yaml"
        texts[name] = texts[name].replace("is: TS-YYYY-NNN", "is: NEW-NNNN")
        pack, faults = pack_from_texts(texts)
        assert pack is not None
        assert not faults
        adopt(gate.run, SYSTEM, pack)
    with clock.pinned(MORNING + dt.timedelta(hours=3)):
        # its number was drawn under the version of then
        assert given() == [("第一条", "工单编号规则：TS-YYYY-NNN", "取值")]
        key = firm.found()
        assert given() == [("第一条", "工单编号规则：NEW-NNNN", "取值")]
    assert queries.clauses_here(firm.people["罗平"], "case", key) == []


def test_figures_open_their_lists(firm: Firm) -> None:
    key = firm.found()
    firm.do("苏敏", "case.close", key)
    firm.do("苏敏", "case.settle", key, amount="3200", handling="discount")
    other = firm.accepted()
    with clock.pinned(MORNING + dt.timedelta(days=8)):
        sweep_all()
        book = current(clock.now())
        seen = scopes.among(firm.people["苏敏"])
        found = queries.figures(book.controls, seen, MORNING - dt.timedelta(days=1))
        close, stages = "complaints#close", "complaints#stages"
        assert (found.of(close, "broken"), found.of(close, "kept"), found.running[close]) == (2, 0, 2)
        assert found.of(stages, "refused") == 1
        assert found.of("complaints#settle", "waiting") == 1
        assert found.of("complaints#late", "done") == 2
        assert found.tally[close, "broken"] == {firm.units["热线组"]: 2}
        assert found.share(book.by_key[close]) == 0
        assert found.share(book.by_key["complaints#late"]) is None
        rows = queries.judgements(close, ("broken",), seen, found.since)
        assert {row.object for row in rows} == {key, other}
        assert {row.object for row in queries.clocks(close, seen)} == {key, other}
        [refused] = queries.judgements(stages, ("refused",), seen, found.since)
        assert (refused.object, refused.verb) == (key, "case.close")
        nothing = scopes.among(firm.people["罗平"])
        assert queries.judgements(close, ("broken",), nothing, found.since) == []
        assert queries.figures(book.controls, nothing, found.since).judged(book.controls) == (0, 0)


def test_an_obligation_of_nobody_is_on_the_fault_list(firm: Firm) -> None:
    key = firm.must("季安", "case.open", None, kind="complaint", title="无主", unit=firm.units["热线组"])
    firm.must("季安", "case.accept", key)
    assert queries.unowned(firm.people["高岚"]) == []
    from keguan.kernel.commands.rows import Rows

    Rows().execute("update controls_obligation set people = '{}' where object = %s", [key])
    assert [row.subject.id for row in queries.unowned(firm.people["高岚"])] == [key]


def test_scopes_are_those_of_the_commands(firm: Firm) -> None:
    from django.apps import apps

    cases = apps.get_model("cases", "Case").objects
    mine, other = firm.case(), firm.case(owner=firm.people["唐果"], unit=firm.units["销售部"])

    def sees(who: str) -> set[object]:
        return set(cases.filter(scopes.visible_to(firm.people[who], "case")).values_list("id", flat=True))

    assert sees("季安") == {mine, other}
    assert sees("唐果") == {other}
    assert sees("苏敏") == {mine}
    assert sees("高岚") == {mine, other}
    assert sees("罗平") == set()
    firm.must("季安", "case.accept", other)
    assert sees("罗平") == set()
