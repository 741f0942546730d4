"""Tests on whom or what a fact holds: a person by the role he holds, a unit by its code or name.

`{owner: deputy}` asks the roles of the owner, `{owner: "!= $customer.owner"}` who he is; both may stand in one list.
A unit is looked at by what it is called when the condition is asked, so that renaming it changes nothing here.
"""

from collections.abc import Sequence
from typing import Any as Anything

from keguan.controls.conditions import nodes
from keguan.controls.conditions.faults import ConditionFault, Where, did_you_mean, nearest
from keguan.controls.conditions.grammar import Written, WrittenFact, WrittenOperand
from keguan.controls.conditions.leaves import read_fact_test, read_operand_of, written
from keguan.controls.conditions.names import Name, Names, UnknownName
from keguan.controls.conditions.values import element
from keguan.kernel.records.kinds import BadValue, Choice, Reference, Text
from keguan.kernel.records.labels import Label

CODE, CALLED = "code", "name"


def read_fact(name: Name, raw: Anything, names: Names, where: Where) -> nodes.Node:
    """One test on one fact; of a person or a unit also what the directory says of it."""
    kind = name.kind
    if not isinstance(kind, Reference) or kind.to not in ("person", "unit"):
        return read_fact_test(name, raw, names, where)
    test = written(raw, where)
    said = [one for one in test.operands if not isinstance(one, WrittenFact)]
    if test.form not in ("equal", "window") or not said:
        return read_fact_test(name, raw, names, where)
    facts = tuple(read_operand_of(name, one, names, where) for one in test.operands if isinstance(one, WrittenFact))
    parts: list[nodes.Node] = [nodes.Test(name, nodes.Equals(facts))] if facts else []
    parts += (
        [_role(name, said, names, where)] if kind.to == "person" else [_unit(name, one, names, where) for one in said]
    )
    tree: nodes.Node = parts[0] if len(parts) == 1 else nodes.Any(tuple(parts))
    return nodes.negate(tree) if test.negated else tree


def _role(name: Name, said: Sequence[WrittenOperand], names: Names, where: Where) -> nodes.Node:
    """Whether the person holds one of the roles."""
    try:
        roles = names.standing(name, "role")
    except UnknownName:
        raise ConditionFault(
            Label(f"读不到“{name.label.zh}”的岗位", f"the roles of “{name.label.en}” cannot be read here"),
            Label(
                "与另一人员事实比较：$事实；或写 set、empty",
                "compare with another person ($fact), or write set or empty",
            ),
            where,
        ) from None
    return nodes.Test(roles, nodes.Equals(tuple(_of_role(roles, one, names, where) for one in said)))


def _of_role(roles: Name, one: WrittenOperand, names: Names, where: Where) -> nodes.Operand:
    kind = element(roles.kind)
    if isinstance(one, Written) and isinstance(kind, Choice):
        try:
            return nodes.Literal(kind.parse(str(one.text)))
        except BadValue:
            known = {
                **{code: code for code in kind.options},
                **{label.zh: code for code, label in kind.options.items()},
            }
            close = [known[found] for found in nearest(str(one.text), known)]
            facts = [f"${found}" for found in names.suggest(str(one.text))[:1] if _is_person(found, names)]
            raise ConditionFault(
                Label(f"没有“{one.text}”这个岗位", f"there is no role called “{one.text}”"),
                did_you_mean(
                    dict.fromkeys((*facts, *close)),
                    Label(
                        "写岗位的编号或名称；人员事实写 $事实", "write a role by code or name, or $fact for a person"
                    ),
                ),
                where,
            ) from None
    return read_operand_of(roles, one, names, where)


def _is_person(fact: str, names: Names) -> bool:
    kind = names.resolve(fact).kind
    return isinstance(kind, Reference) and kind.to == "person"


def _unit(name: Name, one: WrittenOperand, names: Names, where: Where) -> nodes.Node:
    """Whether the unit is called so: its name, or its code where it has one."""
    try:
        code, called = names.standing(name, CODE), names.standing(name, CALLED)
    except UnknownName:
        raise ConditionFault(
            Label(f"读不到“{name.label.zh}”的编号与名称", f"code and name of “{name.label.en}” cannot be read here"),
            Label(
                "与另一单位事实比较：$事实；或写 set、empty", "compare with another unit ($fact), or write set or empty"
            ),
            where,
        ) from None
    if isinstance(one, Written):
        one = Written(str(one.text), one.is_quoted)
    wanted = nodes.Equals((read_operand_of(Name(called.path, Text(), called.label), one, names, where),))
    by_code = nodes.All((nodes.Test(code, nodes.IsSet()), nodes.Test(code, wanted)))
    return nodes.Any((nodes.Test(called, wanted), by_code))


def units_named(tree: nodes.Node) -> frozenset[str]:
    """The units that tests of the tree name: by what `_unit` makes of `{unit: 热线组}`, however it was negated."""
    tests = [node for node in nodes.walk(tree) if isinstance(node, nodes.Test)]
    coded = {
        one.name.path[:-1] for one in tests
        if one.name.path[-1] == CODE and isinstance(one.comparison, nodes.IsSet)
    }  # fmt: skip
    return frozenset(
        str(operand.value)
        for one in tests if one.name.path[-1] == CALLED and one.name.path[:-1] in coded
        for operand in nodes.operands(one.comparison) if isinstance(operand, nodes.Literal)
    )  # fmt: skip
