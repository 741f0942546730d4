"""A people expression in plain Chinese or English."""

from collections.abc import Mapping

from keguan.controls.conditions.sentences import low
from keguan.controls.people import nodes
from keguan.controls.people.nodes import People
from keguan.kernel.records.labels import Label, join


def people_label(people: People, role_labels: Mapping[str, Label]) -> Label:  # noqa: C901, PLR0911, PLR0912  # one per node
    """The people in words; `role_labels` gives the words of roles by id (the id stands in where it is missing)."""

    def said(one: People) -> Label:
        label = people_label(one, role_labels)
        several = isinstance(one, nodes.AnyOf | nodes.AllOf | nodes.Some | nodes.Recusal)
        return Label(f"（{label.zh}）", f"({label.en})") if several else label

    match people:
        case nodes.Role(role=role, unit=unit):
            label = role_labels.get(role, Label(role, role.replace("_", " ")))
            return Label(f"{unit.label.zh}的{label.zh}", f"{low(label.en)} of {low(unit.label.en)}") if unit else label
        case nodes.Head(unit=unit):
            return Label(f"{unit.label.zh}负责人", f"head of {low(unit.label.en)}")
        case nodes.Superior(of=of):
            label = said(of)
            return Label(f"{label.zh}的上级", f"superior of {low(label.en)}")
        case nodes.WhoDid(label=label):
            return Label(f"办理“{label.zh}”的人", f"whoever did “{label.en}”")
        case nodes.Each(facts=facts, heads=heads):
            if heads:
                return Label(f"每个{facts.label.zh}的负责人", f"the head of each of {low(facts.label.en)}")
            return Label(f"{facts.label.zh}中的每个人", f"each of {low(facts.label.en)}")
        case nodes.PersonFact(fact=fact):
            is_opener = fact.path[-1] == "opened_by"
            return Label(fact.label.zh, "whoever opened it" if is_opener else low(fact.label.en))
        case nodes.Requester():
            return Label("申请人", "the requester")
        case nodes.Named():
            return Label("指名的人", "a person by name")
        case nodes.Actor():
            return Label("办理人", "the person acting")
        case nodes.AnyOf(of=of):
            return _listed([said(one) for one in of], "或", "or")
        case nodes.AllOf(of=of):
            label = _listed([said(one) for one in of], "和", "and")
            return Label(f"{label.zh}（缺一不可）", f"{label.en} (all of them)")
        case nodes.Some(count=count, of=of):
            label = join([said(one) for one in of], "、", ", ")
            return Label(f"{label.zh}中的 {count} 人", f"{count} of {label.en}")
        case nodes.Recusal(who=who, but=but, otherwise=otherwise):
            one, two = said(who), said(but)
            zh, en = f"{one.zh}（{two.zh}回避", f"{one.en} (not {low(two.en)}"
            if otherwise is not None:
                last = said(otherwise)
                zh, en = f"{zh}，由{last.zh}代", f"{en}; else {low(last.en)}"
            return Label(f"{zh}）", f"{en})")


def _listed(words: list[Label], zh: str, en: str) -> Label:
    first = join(words[:-1], "、", ", ")
    return Label(f"{first.zh}{zh}{words[-1].zh}", f"{first.en} {en} {words[-1].en}")


def people_sentence(people: People, language: str, role_labels: Mapping[str, Label]) -> str:
    """The people in words in one language."""
    return people_label(people, role_labels).text(language)
