"""What a step of the setup does, whichever door asks for it: the commands of each thing, all or nothing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from keguan.controls.terms import TermFault, canonical, parse_term
from keguan.kernel.commands.context import Context
from keguan.kernel.commands.outcomes import Done, Outcome, Reason, Refused
from keguan.kernel.commands.pipeline import Runner
from keguan.kernel.records.kinds import BadValue
from keguan.kernel.records.labels import Label, about
from keguan.org import queries as org
from keguan.org.models import Holding, Post
from keguan.policies.adoption import NotAdopted, adopt, declare_roles
from keguan.policies.compiling import BASE
from keguan.policies.faults import Faulty
from keguan.policies.pack_checks import check_pack
from keguan.setup.models import Setup
from keguan.setup.offers import Offer, adopted, offer

UNKNOWN = Reason(
    Label("没有这个制度包", "there is no such pack"), Label("从列出的制度包里选", "choose one of the list"),
    field="pack", kind="input",
)  # fmt: skip
NO_PACK = Reason(
    Label("还没有选制度包", "no pack is chosen"), Label("先选一个", "choose one first"), field="pack", kind="input"
)


class NotDone(Exception):
    """Something of a step was refused; nothing of it was done."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(reason.message.en for reason in reasons))
        self.reasons = list(reasons)


@dataclass(frozen=True, slots=True)
class Bound:
    """A role bound to a post: in a unit (one there is, or a new one by name), perhaps with a title and a holder."""

    role: str
    unit: str = ""
    new_unit: str = ""
    title: str = ""
    person: str = ""
    is_head: bool = False


def current() -> Setup | None:
    """The setup that is not finished. One statement."""
    return Setup.objects.exclude(stage="finished").first()


def is_awaited() -> bool:
    """Whether a setup is under way, or the company has none behind it and no pack either. Two statements at most."""
    stages = set(Setup.objects.order_by().values_list("stage", flat=True).distinct())
    return bool(stages - {"finished"}) or not (stages or adopted() - {BASE})


def choose(run: Runner, ctx: Context, code: str) -> UUID:
    """Choose a pack (nothing: none), and make its roles known so that posts can be established for them."""
    chosen = offer(code)
    if code and chosen is None:
        raise NotDone([UNKNOWN])
    setup = current()
    with transaction.atomic():
        if setup is None:
            key = done(run(ctx, "setup.begin", [(None, {"pack": code or None})])[0])
        else:
            key = done(run(ctx, "setup.plan", [(setup.id, {"pack": code or None})])[0])
        if not code:
            done(run(ctx.but(idempotency_key=None), "setup.pass_over", [(key, {"step": "pack"})])[0])
        if chosen is not None:
            try:
                declare_roles(run, ctx.but(idempotency_key=None), chosen.pack)
            except NotAdopted as refused:
                raise NotDone(refused.refused.reasons) from None
    return key


def bind(run: Runner, ctx: Context, given: Sequence[Bound]) -> int:
    """Establish a post for each of these, open units that are new, assign whoever is named; gives how many posts."""
    plain = ctx.but(idempotency_key=None)
    roles = org.roles()
    top = next(iter(org.units()), None)
    # what is there already is taken, so that a form that comes twice does nothing twice
    named = {row.name: str(row.id) for row in reversed(org.units())}
    with transaction.atomic():
        for one in given:
            if one.role not in roles:
                raise NotDone([Reason(Label("没有这个岗位职责", "there is no such role"), field="role", kind="input")])
            unit = one.unit or named.get(one.new_unit, "")
            if not unit:
                args = {"name": one.new_unit, "parent": str(top.id) if top else None}
                unit = named[one.new_unit] = str(done(run(plain, "unit.open", [(None, args)])[0]))
            post = _post(run, plain, unit, roles[one.role][0], one)
            if one.person and not Holding.objects.filter(post=post, person=UUID(one.person), ends_on=None).exists():
                done(run(plain, "post.assign", [(post, {"person": one.person})])[0])
    return len(given)


def _post(run: Runner, ctx: Context, unit: str, role: UUID, one: Bound) -> UUID:
    known = Post.objects.filter(unit=UUID(unit), role=role, title=one.title or None).first()
    if known is not None:
        return known.id
    args = {"unit": unit, "role": str(role), "title": one.title or None, "is_head": one.is_head}
    return done(run(ctx, "post.establish", [(None, args)])[0])


def read_values(found: Offer, typed: Mapping[str, str]) -> tuple[dict[str, str], list[Reason]]:
    """What was typed for parameters, and what is wrong with it: by kind, then by the clauses in which they stand."""
    values: dict[str, str] = {}
    wrong: list[Reason] = []
    for one in found.asked:
        text = typed.get(one.name, "").strip()
        if not text:
            continue
        try:
            text = _term(text) if one.kind_name == "term" else text
            one.kind.parse(text)
        except BadValue as fault:
            wrong.append(Reason(about(one.label, fault.label), field=one.name, kind="input"))
        values[one.name] = text
    if not wrong:
        _, faults = check_pack(found.pack, values)
        wrong = [Reason(fault.message, fault.cure, kind="input") for fault in faults]
    return values, wrong


def _term(text: str) -> str:
    """A term as the policy writes it; `BadValue` where it is none."""
    written = canonical(text)
    try:
        parse_term(written)
    except TermFault:
        raise BadValue(
            "看不懂期限“{text}”，写成 3 个工作日、24 小时、10 日这样",
            "the term “{text}” cannot be read; write 3 working days, 24 hours or 10 days",
            text=text,
        ) from None
    return written


def plan(run: Runner, ctx: Context, **given: Any) -> UUID:
    """Note decisions in the setup."""
    setup = _open()
    return done(run(ctx, "setup.plan", [(setup.id, given)])[0])


def set_values(run: Runner, ctx: Context, typed: Mapping[str, str], *, take_suggestions: bool = False) -> UUID:
    """Note values of parameters; `NotDone` where one cannot be read, or a clause cannot take it.

    `take_suggestions`: what is left empty gets what the pack suggests.
    """
    setup = _open()
    found = offer(setup.pack)
    if found is None:
        raise NotDone([NO_PACK])
    if take_suggestions:
        suggested = {one.name: one.suggestion for one in found.asked if one.suggestion and not one.stated}
        typed = {**suggested, **{name: text for name, text in typed.items() if text.strip()}}
    values, wrong = read_values(found, typed)
    if wrong:
        raise NotDone(wrong)
    return done(run(ctx, "setup.plan", [(setup.id, {"values": values})])[0])


def put_in_force(run: Runner, ctx: Context) -> Outcome:
    """Adopt the pack as it was planned, with its values; all or nothing. `NotDone` where anything is refused."""
    setup = _open()
    found = offer(setup.pack)
    if found is None:
        raise NotDone([NO_PACK])
    plain = ctx.but(idempotency_key=None)
    system = Context(None, ctx.channel, on_behalf_of=ctx.actor)
    try:
        with transaction.atomic():
            outcome = adopt(
                run,
                plain,
                found.pack,
                effective_on=setup.effective_on,
                running=setup.running,
                values=setup.values or {},
            )
            done(run(system, "setup.note_adoption", [(setup.id, {})])[0])
    except NotAdopted as refused:
        raise NotDone(refused.refused.reasons) from None
    except Faulty as faulty:
        raise NotDone([Reason(fault.message, fault.cure, kind="input") for fault in faulty.faults]) from None
    return outcome


def pass_over(run: Runner, ctx: Context, step: str) -> UUID:
    """Leave a step out; a setup is begun where there is none."""
    setup = current()
    key = setup.id if setup else done(run(ctx.but(idempotency_key=None), "setup.begin", [(None, {})])[0])
    return done(run(ctx, "setup.pass_over", [(key, {"step": step})])[0])


def finish(run: Runner, ctx: Context) -> UUID:
    """End the setup."""
    return done(run(ctx, "setup.finish", [(_open().id, {})])[0])


def _open() -> Setup:
    setup = current()
    if setup is None:
        raise NotDone([NO_PACK])
    return setup


def done(outcome: Outcome) -> UUID:
    """The record of what was done; `NotDone` where it was refused, or waits for somebody."""
    if isinstance(outcome, Done):
        return outcome.object
    if isinstance(outcome, Refused):
        raise NotDone(outcome.reasons)
    waits = Label("这一步要等他人批准", "this step waits for somebody's consent")
    raise NotDone([Reason(waits, kind="guard")])


def day(text: str) -> dt.date | None:
    """A day as a form gives it; nothing where none is given. `NotDone` where it is none."""
    if not text.strip():
        return None
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        words = Label("“{text}”不是日期", "“{text}” is not a date").format(text=text)
        raise NotDone([Reason(words, field="effective_on", kind="input")]) from None
