"""Lists of the company's own directory: people, units, posts, roles, and who stands in for whom."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from keguan.kernel.records.labels import Label, join, typed
from keguan.kernel.records.orders import Order
from keguan.kernel.sheets import Value
from keguan.lists.table import said
from keguan.org import posts
from keguan.org import queries as org
from keguan.org.models import Role
from keguan.policies.queries import pack_titles
from keguan.web import pages
from keguan.web.components import Link, State, Tab
from keguan.web.records import ordering
from keguan.web.records.lists import Asked, Own, RecordList
from keguan.web.records.places import administration_url
from keguan.web.records.values import DECLARED_BY

if TYPE_CHECKING:
    from django.db.models import QuerySet

PLACES = Label("管理", "Administration")
VACANT = State(Label("空缺", "vacant"), "broken")
BY_NAME = Order("name", Label("名称", "By name"), "name")


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
        return {key: pages.Cell(typed(names)) for key, names in posts.heads(keys).items()}


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
        return {key: pages.Cell(typed(found[key])) if key in found else pages.Cell(state=VACANT) for key in keys}


class RoleList(DirectoryList):
    """The roles that policies speak of."""

    called = Label("岗位职责", "Roles")
    placeholder = Label("名称、代码", "Name, code")
    own_columns = MappingProxyType({"holders": Label("任职人", "Held by"), "source": DECLARED_BY.label})

    def title_of(self, asked: Asked, values: Mapping[str, Any], words: Mapping[str, Value]) -> str:
        """Its name in the reader's language."""
        return role_name(values).text(asked.language)

    def fill(self, name: str, keys: Sequence[UUID]) -> Mapping[UUID, pages.Cell]:
        """Who holds each today; nobody is said. Which pack declares it, by its title."""
        if name == "source":
            titles = pack_titles()
            rows = Role.objects.filter(pk__in=keys).values_list("pk", "source")
            return {key: pages.Cell(titles.get(code, code)) for key, code in rows if code}
        found = posts.role_holders(keys)
        return {key: pages.Cell(typed(found[key])) if key in found else pages.Cell(state=VACANT) for key in keys}


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


def role_name(values: Mapping[str, Any]) -> Label:
    """What a role is called: words of the policy that declares it."""
    return Label(str(values.get("zh") or ""), str(values.get("en") or values.get("zh") or ""))


def _joined(found: Sequence[Label]) -> Label:
    return join(list(found), "、", "; ")
