"""Pages of the company's own directory: people, units, posts, roles, and who stands in for whom."""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.kinds import Date
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.orders import Order
from keguan.kernel.sheets import Value
from keguan.lists.table import said
from keguan.org import posts
from keguan.org import queries as org
from keguan.org.models import Unit
from keguan.web import addresses, pages
from keguan.web.components import Link, State, Tab
from keguan.web.records import ordering
from keguan.web.records.hand_over import handed_over_panels, hands_panel
from keguan.web.records.lists import Asked, Own, RecordList
from keguan.web.records.places import administration_url
from keguan.web.records.record import Looked, RecordPages

if TYPE_CHECKING:
    from django.db.models import QuerySet

PLACES = Label("管理", "Administration")
VACANT = State(Label("空缺", "vacant"), "broken")
OVER = State(Label("已结束", "over"))
CURRENT = State(Label("在任", "held"), "kept")
AHEAD = State(Label("尚未开始", "not yet begun"), "wait")
BY_NAME = Order("name", Label("名称", "By name"), "name")
HOLDER_HEADS = (
    pages.Head("person", Label("任职人", "Holder")),
    pages.Head("from", Label("自", "From")),
    pages.Head("until", Label("至（不含）", "Until")),
)


class DirectoryList(RecordList):
    """A list of the company's own records: those that are over stand apart."""

    over: str = ""
    tab_names: Mapping[str, Label] = MappingProxyType({})

    @property
    def has_deadlines(self) -> bool:
        """Nothing is usually owed on them."""
        return False

    def orders(self) -> dict[str, Order]:
        """By name first."""
        named = {"name": BY_NAME} if "name" in self.type.by_name else {}
        return named | ordering.orders(self.type, self.masked)

    def visible(self, asked: Asked) -> "QuerySet[Any]":
        """Those that are there today, or those that are over."""
        found = super().visible(asked)
        if not self.over:
            return found
        is_there = Q(**{f"{self.over}__isnull": True}) | Q(**{f"{self.over}__gt": org.today()})
        match self._tab(asked):
            case "there":
                return found.filter(is_there)
            case "over":
                return found.exclude(is_there)
        return found

    def tabs(self, asked: Asked) -> tuple[Tab, ...]:
        """There, over, all."""
        kept = {name: value for name, value in self.listing.kept(asked.given).items() if name != "tab"}
        return tuple(
            Tab(label, f"?{urlencode({**kept, 'tab': name})}", is_current=name == self._tab(asked))
            for name, label in self.tab_names.items()
        )

    def _tab(self, asked: Asked) -> str:
        tab = str(asked.given.get("tab", ""))
        return tab if tab in self.tab_names else "there"

    def back(self) -> Link | None:
        """The page that lists the parts of the administration."""
        return Link(PLACES, administration_url())

    def fills(self, asked: Asked, keys: Sequence[UUID], columns: Sequence[str]) -> Own:
        """The columns that are no facts."""
        found = dict(super().fills(asked, keys, columns))
        for name in self.own_columns:
            if name in columns:
                found[name] = self.fill(name, keys)
        return found

    def fill(self, name: str, keys: Sequence[UUID]) -> Mapping[UUID, pages.Cell]:
        """One column that is no fact. One statement."""
        raise NotImplementedError


class PersonList(DirectoryList):
    """The people who work here."""

    called = Label("人员", "People")
    placeholder = Label("姓名、工号、登录名", "Name, staff number, user name")
    own_columns = MappingProxyType({"posts": Label("岗位", "Posts")})
    over = "left_on"
    tab_names = MappingProxyType(
        {"there": Label("在职", "Working here"), "over": Label("已离职", "Left"), "all": Label("全部", "All")}
    )

    def doings(self, asked: Asked) -> tuple[pages.Doing, ...]:
        """Also the invitations of those who have a user name and no password yet."""
        made = super().doings(asked)
        if asked.grants is None or not asked.grants.uses("person.grant_sign_in"):
            return made
        return (pages.Doing(Label("登录邀请", "Invitations"), reverse("web:invitations"), icon="file"), *made)

    def fill(self, name: str, keys: Sequence[UUID]) -> Mapping[UUID, pages.Cell]:
        """The posts that each holds today."""
        return {key: pages.Cell(_joined(found)) for key, found in posts.posts_held(keys).items()}


class UnitList(DirectoryList):
    """The units of the company."""

    called = Label("部门", "Units")
    placeholder = Label("名称、代码", "Name, code")
    own_columns = MappingProxyType({"head": Label("负责人", "Head")})
    over = "closed_on"
    tab_names = MappingProxyType(
        {"there": Label("现有", "Open"), "over": Label("已撤销", "Closed"), "all": Label("全部", "All")}
    )

    def fill(self, name: str, keys: Sequence[UUID]) -> Mapping[UUID, pages.Cell]:
        """Who heads each today."""
        return {key: pages.Cell("、".join(names)) for key, names in posts.heads(keys).items()}


class PostList(DirectoryList):
    """The posts of the company, with who holds them."""

    called = Label("岗位", "Posts")
    placeholder = Label("岗位名称", "Title")
    own_columns = MappingProxyType({"holder": Label("任职人", "Holder")})

    @property
    def speaking(self) -> tuple[str, ...]:
        """A post is called by its title or its role."""
        return ("title", "role")

    def search(self, text: str) -> Q:
        """By title, role or unit."""
        return (
            Q(title__icontains=text)
            | Q(role__zh__icontains=text)
            | Q(role__en__icontains=text)
            | Q(unit__name__icontains=text)
        )

    def fill(self, name: str, keys: Sequence[UUID]) -> Mapping[UUID, pages.Cell]:
        """Who holds each today; nobody is said."""
        found = posts.holders(keys)
        return {key: pages.Cell("、".join(found[key])) if key in found else pages.Cell(state=VACANT) for key in keys}


class RoleList(DirectoryList):
    """The roles that policies speak of."""

    called = Label("岗位职责", "Roles")
    placeholder = Label("名称、代码", "Name, code")
    own_columns = MappingProxyType({"holders": Label("任职人", "Held by")})

    def fill(self, name: str, keys: Sequence[UUID]) -> Mapping[UUID, pages.Cell]:
        """Who holds each today; nobody is said."""
        found = posts.role_holders(keys)
        return {key: pages.Cell("、".join(found[key])) if key in found else pages.Cell(state=VACANT) for key in keys}


class DelegationList(DirectoryList):
    """Who stands in for whom."""

    called = Label("代理", "Delegations")

    def title_of(self, asked: Asked, values: Mapping[str, Any], words: Mapping[str, Value]) -> str:
        """Who for whom."""
        return f"{said(words.get('delegator'))} → {said(words.get('delegate'))}"

    @property
    def speaking(self) -> tuple[str, ...]:
        """Its people."""
        return ("delegator", "delegate")


class PersonPages(RecordPages):
    """Somebody who works here: his posts, what is in his hands, and what became of handing it over."""

    is_printed = False
    lists = PersonList
    usual = ("posts", "code", "username", "joined_on")

    def state(self, looked: Looked, *, is_waiting: bool) -> State | None:
        """Whether he still works here, and may sign in."""
        left = looked.values.get("left_on")
        if left is not None and left <= org.today():
            return State(Label("已离职", "left"))
        return super().state(looked, is_waiting=is_waiting)

    def fits(self, verb: Verb, looked: Looked) -> bool:
        """Only who has a sign-in loses it; who has left is only erased."""
        if verb.name == "person.withdraw_sign_in":
            return bool(looked.values.get("username"))
        if verb.name in ("person.leave", "person.grant_sign_in"):
            return looked.values.get("left_on") is None
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
        day = org.today()
        rows = tuple(
            (
                pages.Cell(one.unit_name, url=addresses.page_url("unit", str(one.unit))),
                pages.Cell(one.title, url=addresses.page_url("post", str(one.post))),
                pages.Cell(str(one.starts_on)),
                pages.Cell(Date().show(one.ends_on)),
                pages.Cell(state=_holding(one, day)),
            )
            for one in posts.held_by(looked.id)
        )
        held = pages.LinesPanel(
            Label("任职", "Posts held"), heads, rows,
            empty=Label("没有任职：到“岗位”里任命。", "Holds no post: assign one under Posts."),
        )  # fmt: skip
        return (held, *handed_over_panels(looked))


class UnitPages(RecordPages):
    """A unit: its posts with their holders, and the units below it."""

    is_printed = False
    lists = UnitList
    usual = ("parent", "head", "kind", "code")

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
                pages.Cell("、".join(one.holders)) if one.holders else pages.Cell(state=VACANT),
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


class RolePages(RecordPages):
    """A role that policies speak of."""

    is_printed = False
    lists = RoleList
    usual = ("holders", "code", "en", "source")


class DelegationPages(RecordPages):
    """A delegation."""

    is_printed = False
    lists = DelegationList
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


def _joined(found: Sequence[Label]) -> Label:
    return join(list(found), "、", "; ")
