"""What scenarios look at of the rulebook itself: published clauses, what posts may do, forms to fill in. Reads only."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from uuid import UUID

from keguan.controls.engines.access import EVERYONE
from keguan.controls.engines.register_types import VOID
from keguan.controls.engines.registers import RegisterControl
from keguan.controls.live.grants import WIDTHS, Grants, all_grants
from keguan.controls.scopes import grants
from keguan.kernel import clock
from keguan.kernel.records.labels import Label
from keguan.kernel.records.vocabulary import vocabulary
from keguan.org.directory import Profile
from keguan.policies.looks import EVERYBODY, ClauseCheck, FormCheck, RightsCheck
from keguan.policies.queries import policy_page
from keguan.policies.rulebooks import current


def published(check: ClauseCheck) -> Iterator[Label]:
    """What differs between a clause as it is read and what was expected of it."""
    page = policy_page(check.policy)
    rows = list(page.clauses) if page else []
    where = check.clause or check.policy
    top = -1
    if check.clause is not None:
        start = next((i for i, row in enumerate(rows) if row.number == check.clause), len(rows))
        top = rows[start].level if start < len(rows) else 0
        end = next((i for i in range(start + 1, len(rows)) if rows[i].level <= top), len(rows))
        rows = rows[start:end]
    if not rows:
        yield Label(f"没有公布“{where}”", f"{where} is not published")
        return
    text = rows[0].heading + rows[0].text
    for words in check.says:
        if words not in text:
            yield Label(f"“{where}”里没有“{words}”", f"“{words}” does not stand in {where}")
    parts = tuple(row.heading for row in rows if row.level == top + 1)
    if check.parts is not None and parts != check.parts:
        yield Label(f"“{where}”的各部分是 {'、'.join(parts)}", f"the parts of {where} are {', '.join(parts)}")
    running = {control.key.partition("#")[2] for row in rows for control in row.controls if not control.missing}
    for control in check.controls:
        if control not in running:
            yield Label(f"“{where}”没有运行中的管控项 {control}", f"no control {control} runs under {where}")


def rights(check: RightsCheck, people: Mapping[str, UUID]) -> Iterator[Label]:
    """What differs between what somebody's posts let him do and see, and what was expected."""
    found = _grants(check.who, people)
    widest = sorted(found.mine, key=lambda grant: WIDTHS.index(grant.scope))
    verbs = {verb: grant.scope for grant in widest for verb in grant.verbs}
    seen = {name: grant.scope for grant in widest for name in grant.see}
    masked = {f"{name}.{fact}" for name in seen for fact in found.masked(name)}
    expected = {verb: scope for scope, patterns in check.may.items() for verb in _verbs(patterns)}
    yield from _differing(check.who, expected, verbs)
    yield from _differing(check.who, {name: scope for scope, names in check.see.items() for name in names}, seen)
    yield from _listed(check.who, check.export, (name for grant in found.mine for name in grant.export))
    yield from _listed(check.who, check.mask, masked)


def _grants(who: str, people: Mapping[str, UUID]) -> Grants:
    """What everybody may; or what somebody may beyond that."""
    if who == EVERYBODY:
        common = tuple(grant for grant in all_grants(current(clock.now())) if EVERYONE in grant.roles)
        return Grants(Profile(UUID(int=0), ""), common)
    found = grants(people[who])
    mine = tuple(grant for grant in found.mine if EVERYONE not in grant.roles) if found else ()
    return Grants(found.profile if found else Profile(people[who], ""), mine)


def _verbs(patterns: Iterable[str]) -> Iterator[str]:
    open_to_all = [verb.name for verb in vocabulary.verbs.values() if not verb.internal]
    for pattern in patterns:
        yield from (name for name in open_to_all if fnmatchcase(name, pattern)) if "*" in pattern else (pattern,)


def _differing(who: str, expected: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Label]:
    for name in sorted(expected.keys() | found.keys()):
        wanted, has = expected.get(name, "—"), found.get(name, "—")
        if wanted != has:
            yield Label(
                f"{who} 对 {name} 的权限应为 {wanted}，实为 {has}", f"{who} should have {name} {wanted}, not {has}"
            )


def _listed(about: str, expected: Iterable[str], found: Iterable[str]) -> Iterator[Label]:
    wanted, has = sorted(set(expected)), sorted(set(found))
    if wanted != has:
        yield Label(
            f"{about} 应有 {'、'.join(wanted) or '—'}，实有 {'、'.join(has) or '—'}",
            f"{about} should have {', '.join(wanted) or '—'}, has {', '.join(has) or '—'}",
        )


def form(check: FormCheck) -> Iterator[Label]:
    """What differs between a register as it is filled in and what was expected of it."""
    name, book = check.type, current(clock.now())
    known = next((one for one in book.controls if isinstance(one, RegisterControl) and one.plan.name == name), None)
    if known is None:
        yield Label(f"没有台账 {name}", f"there is no register {name}")
        return
    opening = vocabulary.verbs[f"{name}.open"]
    yield from _listed(f"{name}.required", check.required, (one.name for one in opening.arguments if one.required))
    yield from _listed(f"{name}.personal", check.personal, (one.name for one in opening.arguments if one.personal))
    stages = tuple(stage.name for stage in known.type.stages if stage != VOID)
    if stages != check.stages:
        yield Label(f"{name} 的环节是 {'、'.join(stages)}", f"the stages of {name} are {', '.join(stages)}")
    copies = tuple(copy.keeper for copy in known.plan.copies)
    if copies != check.copies:
        yield Label(f"{name} 各联由 {'、'.join(copies)} 保管", f"the copies of {name} are kept by {', '.join(copies)}")
    for list_name, _, facts in known.plan.lists:
        needed = (fact.name for fact in facts if fact.required)
        yield from _listed(f"{name}.{list_name}", check.lines.get(list_name, ()), needed)
