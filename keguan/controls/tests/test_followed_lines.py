"""What references on lines point to, in conditions: through the gate, in sums, and in a fixed number of statements."""

from collections.abc import Callable

import pytest

from keguan.controls import gate
from keguan.controls.conditions import ConditionFault, compile_condition
from keguan.controls.names import ObjectNames
from keguan.controls.tests.conftest import Firm
from keguan.controls.tests.vocabulary import yaml
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Refused
from keguan.kernel.commands.rows import Rows
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import BookDraft

With = Callable[[str], Firm]
HELD = """
    - prohibition: {id: held, of: case.classify, when: %s}
"""


def classify(firm: Firm, keys: list[object]) -> list[bool]:
    """Whether each is refused."""
    given = [(key, {"severity": "serious"}) for key in keys]
    found = gate.run(Context(firm.people["苏敏"], "page"), "case.classify", given)  # type: ignore[arg-type]
    assert all(isinstance(one, Done | Refused) for one in found)
    return [isinstance(one, Refused) for one in found]


def test_a_reference_on_a_line_is_followed(firm_with: With) -> None:
    firm = firm_with(HELD % "{every: notes, have: {author.name: 季安}}")
    mine, ours = firm.accepted(), firm.accepted()
    firm.must("季安", "case.note", mine, text="一")
    firm.must("季安", "case.note", ours, text="一")
    firm.must("苏敏", "case.note", ours, text="二")
    assert classify(firm, [mine, ours]) == [True, False]


def test_each_level_costs_one_statement_for_all_records(firm_with: With) -> None:
    firm = firm_with(HELD % "{every: notes, have: {author.name: 无此人, line.author.joined_on: set}}")

    def statements(many: int) -> int:
        keys: list[object] = [firm.accepted() for _ in range(many)]
        for key in keys:
            firm.must("季安", "case.note", key, text="一")  # type: ignore[arg-type]
            firm.must("苏敏", "case.note", key, text="二")  # type: ignore[arg-type]
        before = Rows.total
        assert classify(firm, keys) == [False] * many
        return Rows.total - before

    assert statements(1) == statements(2) == statements(9)


@pytest.mark.parametrize(
    ("text", "says", "cure"),
    [
        ("{every: notes, have: {author.nmae: a}}", "没有“author.nmae”", "author.name"),
        ("{every: notes, have: {author: manager}}", "岗位", "$事实"),
        ("{sum: notes.author.name, is: 3}", "不能求和", "只有数"),
        ("{sum: notes.author.nam, is: 3}", "没有“author.nam”", "author.name"),
    ],
)
def test_what_cannot_be_followed_is_a_fault(text: str, says: str, cure: str) -> None:
    names = ObjectNames(BookDraft(), vocabulary.types["case"], (vocabulary.verbs["case.close"],))
    with pytest.raises(ConditionFault) as caught:
        compile_condition(yaml(text), names)
    assert says in caught.value.message.zh
    assert cure in caught.value.cure.zh


def test_it_is_said_in_words() -> None:
    names = ObjectNames(BookDraft(), vocabulary.types["case"], (vocabulary.verbs["case.close"],))
    one = compile_condition({"every": "notes", "have": {"author.left_on": "set"}}, names)
    assert one.sentence() == "备注的每一行都已填写备注的人离职日期"
    assert one.sentence("en") == "in every line of notes, author left on is given"
    assert one.facts() == {("case", "notes"), ("case", "notes", "author__left_on")}
