"""How far a setup is: each step with its state and what is still missing. Reads only; every door shows it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from keguan.controls import scopes
from keguan.controls.engines.measure import MeasureControl
from keguan.controls.engines.registers import RegisterControl
from keguan.customers.models import Customer
from keguan.imports.importers import importer_of
from keguan.imports.models import Import
from keguan.kernel import clock
from keguan.kernel.records.kinds import COMPANY_ZONE
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org import posts as held
from keguan.org import queries as org
from keguan.org.models import Person, Post
from keguan.policies.compiling import BASE
from keguan.policies.engines import Rulebook
from keguan.setup.facts import STEPS
from keguan.setup.founding import ADMINISTRATOR
from keguan.setup.models import Setup
from keguan.setup.offers import Asked, Offer, adopted, as_text, offer, values_on

State = Literal["done", "todo", "passed"]
LABELS: Mapping[str, Label] = {
    "company": Label("公司与管理员", "Company and administrator"),
    "pack": Label("选制度包", "Choose a pack"),
    "posts": Label("岗位对应", "Bind roles to posts"),
    "parameters": Label("设定参数", "Set parameters"),
    "records": Label("办理中的事项", "Open records"),
    "adopt": Label("施行", "Put in force"),
    "people": Label("导入人员", "People from a sheet"),
    "customers": Label("导入客户", "Customers from a sheet"),
    "balances": Label("期初数", "Opening balances"),
}
OPEN_TYPES = ("case",)
"""Record types of the product whose open records a new policy meets; registers are met as well."""


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post that a role is bound to; nobody in `holders`: it is vacant."""

    id: UUID
    unit_id: UUID
    unit: str
    title: str
    is_head: bool
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role of the pack with its posts."""

    code: str
    label: Label
    posts: tuple[PostLine, ...]

    @property
    def is_missing(self) -> bool:
        """Whether nobody holds it."""
        return not any(post.holders for post in self.posts)


@dataclass(frozen=True, slots=True)
class OpenLine:
    """Open records of a type that the pack's policies will meet."""

    label: Label
    count: int


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """A sum that a policy keeps, and the type of record of which it is the sum: opening figures come in as such."""

    title: Label
    clause: str
    record_type: str
    noun: Label
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step, how it stands, what is missing; `detail` says in a word what there is."""

    name: str
    label: Label
    state: State
    missing: tuple[Label, ...] = ()
    detail: Label | None = None


@dataclass(frozen=True)
class Progress:
    """The setup as a whole."""

    setup: Setup | None
    offer: Offer | None
    roles: tuple[RoleLine, ...]
    open_records: tuple[OpenLine, ...]
    balances: tuple[BalanceLine, ...]
    people: int
    without_sign_in: int
    customers: int
    adopted: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = field(default=())
    held: Mapping[str, str] = field(default_factory=dict)

    def step(self, name: str) -> Step:
        """The step of this name."""
        return next(one for one in self.steps if one.name == name)

    @property
    def values(self) -> Mapping[str, str]:
        """Values as planned; once the pack is in force, as they are set now."""
        planned = {name: as_text(value) for name, value in ((self.setup and self.setup.values) or {}).items()}
        return {**planned, **self.held}

    @property
    def unset(self) -> tuple[Asked, ...]:
        """Parameters without a value, so that their clauses do not run."""
        asked = self.offer.asked if self.offer else ()
        return tuple(one for one in asked if not one.stated and not self.values.get(one.name))

    @property
    def is_adopted(self) -> bool:
        """Whether the pack was put in force."""
        return self.setup is not None and self.setup.adopted_at is not None

    def next(self) -> str:
        """The first step that is still to be done; nothing where none is."""
        return next((one.name for one in self.steps if one.state == "todo"), "")


def progress(setup: Setup | None, book: Rulebook) -> Progress:
    """How far it is. The same few statements whatever there is."""
    chosen = offer(setup.pack) if setup else None
    working = Person.objects.filter(left_on=None)
    found = Progress(
        setup=setup,
        offer=chosen,
        roles=role_lines(chosen),
        open_records=tuple(_open_records(book)),
        balances=tuple(_balances(book)),
        people=working.count(),
        without_sign_in=working.filter(username=None).count(),
        customers=Customer.objects.count(),
        adopted=frozenset(adopted() - {BASE}),
        held=values_on(clock.now().astimezone(COMPANY_ZONE).date()) if setup and setup.adopted_at else {},
    )
    passed = set((setup.passed or ()) if setup else ())
    steps = tuple(_passed(_step(name, found), passed) for name in STEPS)
    return Progress(**{**found.__dict__, "steps": steps})


def role_lines(chosen: Offer | None) -> tuple[RoleLine, ...]:
    """The roles of a pack with their posts and holders. Three statements."""
    roles = dict(chosen.roles) if chosen else {}
    roles.setdefault(ADMINISTRATOR, Label("系统管理员", "Administrator"))
    posts = list(
        Post.objects.filter(role__code__in=list(roles), unit__closed_on=None)
        .select_related("unit", "role")
        .order_by("unit__name", "id")
    )
    names = held.holders([post.id for post in posts])
    by_role: dict[str, list[PostLine]] = defaultdict(list)
    for post in posts:
        line = PostLine(
            post.id, post.unit_id, post.unit.name, post.title or "", post.is_head, tuple(names.get(post.id, ()))
        )
        by_role[post.role.code].append(line)
    return tuple(RoleLine(code, label, tuple(by_role[code])) for code, label in roles.items())


def _open_records(book: Rulebook) -> Sequence[OpenLine]:
    """How many records of each type are not ended. One statement for each type."""
    lines = []
    registers = [one.plan.name for one in book.of_engine("register") if isinstance(one, RegisterControl)]
    for name in (*OPEN_TYPES, *registers):
        record_type = vocabulary.types[name]
        model: Any = scopes.model_of(record_type.table)
        stage = record_type.stage or ""
        over = [one.name for one in record_type.stages if one.name in ("closed", "void", "voided", "finished")]
        last = record_type.stages[-1].name if record_type.stages else ""
        count = model.objects.exclude(**{f"{stage}__in": [*over, last]}).count()
        if count:
            lines.append(OpenLine(record_type.label, count))
    return lines


def _balances(book: Rulebook) -> Sequence[BalanceLine]:
    """The sums that the policies in force keep of records that can come from sheets. One statement."""
    counts: dict[str, int] = defaultdict(int)
    for name, added in Import.objects.filter(stage="finished").values_list("type", "added"):
        counts[name or "customer"] += added
    found = []
    for control in book.of_engine("measure"):
        if not isinstance(control, MeasureControl) or control.how != "sum" or control.source is None:
            continue
        kind = control.source.type
        if not control.source.acts and kind.name not in OPEN_TYPES and importer_of(kind.name) is not None:
            found.append(BalanceLine(control.words, control.clause, kind.name, kind.label, counts[kind.name]))
    return found


def _passed(step: Step, passed: set[str]) -> Step:
    return Step(step.name, step.label, "passed", step.missing, step.detail) if (
        step.state == "todo" and step.name in passed
    ) else step  # fmt: skip


def _step(name: str, found: Progress) -> Step:
    is_done, missing, detail = CHECKS[name](found)
    return Step(name, LABELS[name], "done" if is_done else "todo", tuple(missing), detail)


Checked = tuple[bool, Sequence[Label], Label | None]


def _company(_found: Progress) -> Checked:
    company = org.company()
    return company is not None, (), Label.typed(company.name) if company else None


def _pack(found: Progress) -> Checked:
    if found.offer is not None:
        return True, (), found.offer.title
    return False, (Label("还没有选制度包", "no pack is chosen"),), None


def _posts(found: Progress) -> Checked:
    vacant = [one for one in found.roles if one.is_missing]
    words = {
        False: Label("{role}：没有设岗", "{role}: no post"),
        True: Label("{role}：空缺", "{role}: vacant"),
    }
    missing = [words[bool(one.posts)].format(role=one.label) for one in vacant]
    said = Label("{n} 项职责，{m} 项没有人任", "{n} in all, {m} held by nobody").format(
        n=len(found.roles), m=len(vacant)
    )
    return not missing and found.offer is not None, missing, said


def _parameters(found: Progress) -> Checked:
    words = Label("{name}（{clause}）", "{name} ({clause})")
    missing = [
        words.format(
            name=one.label, clause=Label.written("、".join(dict.fromkeys(p.clause for p in one.places)) or "—")
        )
        for one in found.unset
    ]
    if found.offer is None:
        return False, missing, None
    said = Label("{n} 项，{m} 项未设", "{n} in all, {m} not set").format(n=len(found.offer.asked), m=len(missing))
    return not missing, missing, said


def _records(found: Progress) -> Checked:
    if not found.open_records:
        return True, (), Label("没有办理中的事项", "nothing is open")
    said = Label("{n} 件办理中", "{n} open").format(n=sum(one.count for one in found.open_records))
    chosen = found.setup is not None and found.setup.running is not None
    return chosen, () if chosen else (Label("还没有说明怎么办", "it is not said what happens to them"),), said


def _adopt(found: Progress) -> Checked:
    if found.is_adopted:
        return True, (), Label("已施行", "in force")
    return False, (Label("还没有施行", "not in force yet"),), None


def _people(found: Progress) -> Checked:
    said = Label("{n} 人", "{n} {n:person|people}").format(n=found.people)
    missing = []
    if found.people < 2:
        missing.append(Label("只有一个人", "there is only one person"))
    elif found.without_sign_in:
        words = Label("{n} 人还不能登录", "{n} cannot sign in yet")
        missing.append(words.format(n=found.without_sign_in))
    return found.people > 1, missing, said


def _customers(found: Progress) -> Checked:
    said = Label("{n} 个客户", "{n} {n:customer|customers}").format(n=found.customers)
    return found.customers > 0, () if found.customers else (Label("还没有客户", "there are no customers"),), said


def _opening(found: Progress) -> Checked:
    if not found.is_adopted and not found.balances:
        return False, (Label("施行后才知道要结存什么", "known once the pack is in force"),), None
    if not found.balances:
        return True, (), Label("没有要结存的数", "nothing is kept as a sum")
    words = Label("{title}：没有期初", "{title}: no opening figure")
    missing = [words.format(title=one.title) for one in found.balances if not one.count]
    return not missing, missing, None


CHECKS = {
    "company": _company,
    "pack": _pack,
    "posts": _posts,
    "parameters": _parameters,
    "records": _records,
    "adopt": _adopt,
    "people": _people,
    "customers": _customers,
    "balances": _opening,
}
