"""The runner itself: a story that does not hold is told with file and line, and nothing of it stays."""

from pathlib import Path

import pytest
from django.db import connection

from keguan.cli.scenarios.running import Result, proven, run_pack, scenarios_of
from keguan.org.models import Person
from keguan.policies.faults import Faulty
from keguan.policies.packs.pack import Pack, pack_from_texts
from keguan.policies.packs.shelf import find_pack

STORY = """scenarios:
  - scenario: 先成后败
    steps:
      - at: 2026-03-02 09:00
        as: cheng_agent
        do: customer.add
        call: someone
        with: {name: 某客户（示例）, kind: organisation}
      - at: 2026-03-02 09:05
        as: cheng_agent
        do: case.open
        call: one
        with: {kind: complaint, title: 试, customer: someone, severity: ordinary}
        rules: [SWCS-53]
      - {at: 2026-03-02 09:10, as: cheng_agent, do: case.accept, of: one}
%s
"""


@pytest.fixture
def texts() -> dict[str, str]:
    folder = find_pack("software-firm-service-and-complaints")
    files = [folder / "pack.yaml", folder / "organisation.yaml", *(folder / "policies").glob("*.yaml")]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def told(texts: dict[str, str], step: str, story: str | None = None) -> Pack:
    pack, faults = pack_from_texts({**texts, "scenarios/story.yaml": story or STORY % step})
    assert not faults
    assert pack
    return pack


def play(texts: dict[str, str], step: str) -> Result:
    [result] = run_pack(told(texts, step))
    return result


LINE = STORY[: STORY.index("%s")].count("\n") + 1
WRONG = {
    "      - {at: 2026-03-02 10:00, as: cheng_agent, do: case.close, of: one}": "expected done, got refused",
    "      - {at: 2026-03-02 10:00, as: ye_hr, do: case.close, of: one, expect: {refused: access}}": (
        "expected refused, got hidden"
    ),
    "      - {at: 2026-03-02 10:00, as: cheng_agent, do: case.close, of: one, expect: {refused: 第一条}}": (
        "expected a refusal by 第一条"
    ),
    "      - {at: 2026-03-08 23:59, then: [{obligation: {of: one, control: close, state: broken}}]}": (
        "should be broken but is running"
    ),
    "      - {at: 2026-03-09 00:01, then: [{obligation: {of: one, control: close, state: running}}]}": (
        "should be running but is broken"
    ),
    "      - {at: 2026-03-09 00:01, then: [{notice: {to: gu_deputy, control: close, times: 2}}]}": (
        "gu_deputy should have 2 notices of close but has 1"
    ),
    "      - {at: 2026-03-02 10:00, then: [{fact: {of: one, are: {stage: closed}}}]}": "closed but is accepted",
    "      - {at: 2026-03-02 10:00, then: [{sight: {who: tang_warehouse, of: one, sees: true}}]}": "cannot see one",
    "      - {at: 2026-03-02 10:00, as: gu_deputy, do: approval.consent, of: approval of one}": "nothing waits",
    "      - {at: 2026-03-02 10:00, then: [{clause: {policy: service-and-complaints, clause: 第五条, says: [利润第一]}}]}": (
        "does not stand in 第五条"
    ),
    "      - {at: 2026-03-02 10:00, then: [{clause: {policy: service-and-complaints, clause: 第九百条}}]}": "第九百条 is not published",
    "      - {at: 2026-03-02 10:00, then: [{clause: {policy: service-and-complaints, parts: [总则]}}]}": (
        "the parts of service-and-complaints are 总则"
    ),
    "      - {at: 2026-03-02 10:00, then: [{clause: {policy: service-and-complaints, clause: 第五条, controls: [close]}}]}": (
        "no control close runs under 第五条"
    ),
    "      - {at: 2026-03-02 10:00, then: [{rights: {who: ye_hr, may: {all: [announcement.publish]}}}]}": (
        "ye_hr should have announcement —, not all"
    ),
    "      - {at: 2026-03-02 10:00, then: [{form: {type: survey_round, stages: [running]}}]}": (
        "the stages of survey_round are running, closed"
    ),
    "      - {at: 2026-03-02 10:00, then: [{form: {type: case}}]}": "there is no register case",
    "      - {at: 2026-03-02 10:00, then: [{settings: {of: one, are: {form_title: 单}}}]}": (
        "form_title should be 单 but is 客户投诉处理表"
    ),
    "      - {at: 2026-03-02 10:00, then: [{fact: {of: receivable of one, are: {stage: noted}}}]}": (
        "there is no “receivable of one”"
    ),
    "      - {at: 2026-03-02 10:00, as: cheng_agent, do: case.note, of: one, with: {text: 试}, expect: {done: true, warnings: {第五条: []}}}": (
        "the warnings are none"
    ),
}


@pytest.mark.django_db
def test_a_step_that_comes_out_otherwise_is_told_with_its_line(texts: dict[str, str]) -> None:
    one = STORY.removeprefix("scenarios:\n")
    results = run_pack(told(texts, "", "scenarios:\n" + "".join(one % step for step in WRONG)))
    assert len(results) == len(WRONG)
    for number, (result, expected) in enumerate(zip(results, WRONG.values(), strict=True)):
        [failure] = result.failures
        assert expected in failure.message.en
        assert (failure.file, failure.line) == ("scenarios/story.yaml", LINE + number * (LINE - 1))
        assert result.proven == {"SWCS-53"}
    assert proven(results) == frozenset(), "a scenario that fails proves nothing"


@pytest.mark.django_db
def test_nothing_stays(texts: dict[str, str]) -> None:
    assert play(texts, "").is_passed
    assert not Person.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from kernel_rulebook")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    ("step", "message", "cure"),
    [
        ("      - {at: 2026-03-02 10:00, as: cheng_agent, do: case.clos, of: one}", "case.clos", "case.close"),
        ("      - {at: 2026-03-02 10:00, as: chengagent, do: case.close, of: one}", "chengagent", "cheng_agent"),
        ("      - {at: 2026-03-02 10:00, as: cheng_agent, do: case.close, of: ones}", "no name", "one"),
        ("      - {at: 2026-03-02 08:00, as: cheng_agent, do: case.close, of: one}", "before the one above", "order"),
        ("      - {at: tomorrow, as: cheng_agent, do: case.close, of: one}", "“tomorrow”", "2026-03-02 09:10"),
        ("      - {at: 2026-03-02 10:00, as: cheng_agent, do: case.close}", "which record", "of: its name"),
        ("      - {at: 2026-03-02 10:00, as: cheng_agent}", "does nothing", "give do"),
        (
            "      - {at: 2026-03-02 10:00, as: cheng_agent, do: case.close, of: one, with: {x: 1}}",
            "argument “x”",
            "is_acc",
        ),
        (
            "      - {at: 2026-03-02 10:00, then: [{obligation: {of: one, control: clos, state: kept}}]}",
            "“clos”",
            "close",
        ),
        ("      - {at: 2026-03-02 10:00, then: [{}]}", "looks at one thing", "fact"),
        ("      - {at: 2026-03-02 10:00, then: [{rights: {who: ye_hrr}}]}", "ye_hrr", "ye_hr"),
        ("      - {at: 2026-03-02 10:00, then: [{form: {type: cas}}]}", "“cas”", "case"),
        (
            "      - {at: 2026-03-02 10:00, as: cheng_agent, do: case.close, of: one, rules: [swcs 1]}",
            "code",
            "lower-case",
        ),
    ],
)
def test_faults_of_scenarios_are_told_like_those_of_policies(
    texts: dict[str, str], step: str, message: str, cure: str
) -> None:
    with pytest.raises(Faulty) as caught:
        scenarios_of(told(texts, step))
    [fault] = caught.value.faults
    assert (fault.file, fault.line) == ("scenarios/story.yaml", LINE)
    assert message in fault.message.en
    assert cure in fault.cure.en


def test_the_shelf_is_beside_the_product() -> None:
    assert find_pack("software-firm-service-and-complaints") == Path(__file__).parents[2] / "packs" / (
        "software-firm-service-and-complaints"
    )
