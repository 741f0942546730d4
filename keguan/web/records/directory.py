"""Pages of the company's own directory: people, units, posts, roles, and who stands in for whom."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

from keguan.kernel import clock
from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.journal.read import Passage
from keguan.kernel.records.kinds import Date
from keguan.kernel.records.labels import Label, typed
from keguan.kernel.records.vocabulary import vocabulary
from keguan.lists import naming
from keguan.org import posts, teams
from keguan.org import queries as org
from keguan.org.models import Unit
from keguan.policies.queries import pack_titles
from keguan.web import addresses, pages
from keguan.web.components import Link, State
from keguan.web.language import language_of, text_of
from keguan.web.records import coded_forms
from keguan.web.records.coded_forms import CodedForms
from keguan.web.records.directory_lists import (
    VACANT,
    DelegationList,
    PersonList,
    PostList,
    RoleList,
    UnitList,
    role_name,
)
from keguan.web.records.door import Subject
from keguan.web.records.forms import Forms
from keguan.web.records.hand_over import handed_over_panels, hands_panel
from keguan.web.records.record import Looked, RecordPages
from keguan.web.records.values import DECLARED_BY

OVER = State(Label("已结束", "over"))
CURRENT = State(Label("在任", "held"), "kept")
AHEAD = State(Label("尚未开始", "not yet begun"), "wait")
HOLDER_HEADS = (
    pages.Head("person", Label("任职人", "Holder")),
    pages.Head("from", Label("自", "From")),
    pages.Head("until", Label("至（不含）", "Until")),
)


class PersonPages(RecordPages):
    """Somebody who works here: his posts, what is in his hands, and what became of handing it over."""

    is_printed = False
    lists = PersonList
    forms = CodedForms({"types": coded_forms.types})
    usual = ("posts", "username", "joined_on")

    def state(self, looked: Looked, *, is_waiting: bool) -> State | None:
        """Whether he still works here, and who stands in for him now."""
        left = looked.values.get("left_on")
        if left is not None and left <= org.today():
            return State(Label("已离职", "left"))
        absence = next((one for one in teams.away([looked.id], clock.now()) if one.is_whole), None)
        if absence is not None:
            return State(Label("不在，{who}代理", "away; {who} stands in").format(who=absence.delegate), "wait")
        return super().state(looked, is_waiting=is_waiting)

    def fits(self, verb: Verb, looked: Looked) -> bool:
        """Only who has a sign-in loses it, only who has none gets one; who has left is only erased."""
        may_sign_in, works = bool(looked.values.get("username")), looked.values.get("left_on") is None
        match verb.name:
            case "person.withdraw_sign_in":
                return may_sign_in
            case "person.grant_sign_in":
                return works and not may_sign_in
            case "person.leave":
                return works
        return super().fits(verb, looked)

    def beside(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """What is in his hands."""
        return hands_panel(looked)

    def panels(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """His posts, and the last hand-over."""
        heads = (
            pages.Head("unit", Label("部门", "Unit")), pages.Head("post", Label("岗位", "Post")), *HOLDER_HEADS[1:],
            pages.Head("state", Label("状态", "State")),
        )  # fmt: skip
        day, left = org.today(), looked.values.get("left_on")
        has_left = left is not None and left <= day
        rows = tuple(
            (
                pages.Cell(one.unit_name, url=addresses.page_url("unit", str(one.unit))),
                pages.Cell(one.title, url=addresses.page_url("post", str(one.post))),
                pages.Cell(str(one.starts_on)),
                pages.Cell(Date().show(one.ends_on)),
                pages.Cell(state=OVER if has_left else _holding(one, day)),
            )
            for one in posts.held_by(looked.id)
        )
        held = pages.LinesPanel(
            Label("任职", "Posts held"), heads, rows, self._assigns(looked),
            empty=Label("没有任职。", "Holds no post."),
        )  # fmt: skip
        return (held, *handed_over_panels(looked))

    def _assigns(self, looked: Looked) -> tuple[pages.Doing, ...]:
        """The button that gives a post to somebody who works here, for who may."""
        grants, left = looked.asked.grants, looked.values.get("left_on")
        if grants is None or not grants.uses("post.assign") or (left is not None and left <= org.today()):
            return ()
        key = naming.key_of(looked.values.get(self.type.code or ""), looked.id)
        return (pages.Doing(vocabulary.verbs["post.assign"].label, addresses.appoint_url(key)),)


class UnitPages(RecordPages):
    """A unit: its posts with their holders, and the units below it."""

    is_printed = False
    lists = UnitList
    usual = ("parent", "head", "kind")

    def state(self, looked: Looked, *, is_waiting: bool) -> State | None:
        """Whether it is closed."""
        closed = looked.values.get("closed_on")
        if closed is not None and closed <= org.today():
            return State(Label("已撤销", "closed"))
        return super().state(looked, is_waiting=is_waiting)

    def fits(self, verb: Verb, looked: Looked) -> bool:
        """A closed unit is not closed again."""
        return super().fits(verb, looked) and (verb.name != "unit.close" or looked.values.get("closed_on") is None)

    def beside(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """The units below."""
        return _below(looked)

    def panels(self, looked: Looked) -> tuple[pages.Panel, ...]:
        """Its posts with their holders."""
        heads = (pages.Head("post", Label("岗位", "Post")), pages.Head("holder", Label("任职人", "Holder")))
        rows = tuple(
            (
                pages.Cell(_of_head(one), url=addresses.page_url("post", str(one.id))),
                pages.Cell(typed(one.holders)) if one.holders else pages.Cell(state=VACANT),
            )
            for one in posts.posts_of(looked.id)
        )
        may_establish = looked.asked.grants is not None and looked.asked.grants.uses("post.establish")
        new = (
            pages.Doing(
                Label("设岗", "Establish a post"), addresses.new_url("post", "post.establish", unit=str(looked.id))
            ),
        )
        shown = pages.LinesPanel(Label("岗位", "Posts"), heads, rows, new if may_establish else ())
        return (shown,)


class PostPages(RecordPages):
    """A post: who holds it and held it."""

    is_printed = False
    lists = PostList
    usual = ("unit", "role", "holder", "is_head")

    def title(self, looked: Looked) -> str:
        """Its title or role, and its unit."""
        found = posts.post_names([looked.id])
        return found[looked.id].text(looked.asked.language) if looked.id in found else super().title(looked)

    def _find(self, who: UUID, key: str) -> Subject | None:
        found = super()._find(who, key)
        if found is None:
            return None
        called = posts.post_names([found.id]).get(found.id)
        return replace(found, title=text_of(called, language_of({}))) if called else found


class RoleForms(Forms):
    """A role's code and names; the policies that declare it are not typed."""

    def arguments(self, act: Verb) -> list[Argument]:
        """All but where it comes from."""
        return [one for one in super().arguments(act) if one.name != DECLARED_BY.name]


class RolePages(RecordPages):
    """A role that policies speak of."""

    is_printed = False
    lists = RoleList
    forms = RoleForms()
    usual = ("holders", "en", "source")

    def passages(self, looked: Looked) -> tuple[Passage, ...]:
        """With the pack that declared it by its title."""
        titles, told, name = pack_titles(), super().passages(looked), DECLARED_BY.name
        return tuple(
            replace(one, args={**one.args, name: title.text(looked.asked.language)})
            if (title := titles.get(one.args.get(name, "")))
            else one
            for one in told
        )

    def title(self, looked: Looked) -> str:
        """Its name in the reader's language."""
        return role_name(looked.values).text(looked.asked.language) or super().title(looked)


class DelegationPages(RecordPages):
    """A delegation."""

    is_printed = False
    lists = DelegationList
    forms = CodedForms({"verbs": coded_forms.verbs})
    usual = ("starts_at", "ends_at", "reason")

    def title(self, looked: Looked) -> str:
        """Who for whom."""
        values = looked.values
        return " → ".join(looked.called("person", values.get(name)) for name in ("delegator", "delegate"))


def _holding(one: posts.Held, day: dt.date) -> State:
    if one.is_over(day):
        return OVER
    return CURRENT if one.starts_on <= day else AHEAD


def _of_head(one: posts.PostRow) -> Label:
    if not one.is_head:
        return one.title
    return Label("{title}（负责人）", "{title} (head)").format(title=one.title)


def _below(looked: Looked) -> tuple[pages.Panel, ...]:
    found = (
        Unit.objects.filter(parent=looked.id, closed_on=None).order_by("code", "name").values_list("id", "name", "code")
    )
    links = tuple(Link(name, addresses.page_url("unit", code or str(key))) for key, name, code in found)
    return (pages.CardPanel(Label("下级部门", "Units below"), links=links),) if links else ()
