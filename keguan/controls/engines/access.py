"""Access: who may use which verbs, see and export which records in which scope, and what is masked for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from keguan.controls.engines.forms import Several, described
from keguan.kernel.records.labels import Label, join
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

EVERYONE = "everyone"
EVERYONE_LABEL = Label("每位员工", "everybody who works here")
Scope = Literal["own", "team", "department", "all"]
SCOPES: dict[str, Label] = {
    "own": Label("本人经手的", "their own"),
    "team": Label("本部门的", "those of their unit"),
    "department": Label("本部门及下级部门的", "those of their unit and all below"),
    "all": Label("全部", "all"),
}


class AccessForm(ControlForm):
    """权限：哪些岗位可用哪些动作、可看哪些记录。 / Who may do and see what."""

    who: Several = described("岗位（一个或几个）；everyone 指每位员工", "roles, one or several; everyone means all")
    may: Several = described("可用的动作；case.* 指工单的全部动作", "verbs; case.* means all of a record type", ())
    see: Several = described("可查看的记录类型", "record types they may see", ())
    export: Several = described("可导出的记录类型", "record types they may export", ())
    scope: Scope = described("范围：own 本人、team 本部门、department 含下级、all 全部", "which records", "own")
    mask: Several = described("要遮盖的字段，如 customer.phone", "facts that are masked, such as customer.phone", ())


@dataclass(frozen=True, kw_only=True)
class AccessControl(Control):
    """A grant: what the roles may do, see and export, in which scope, and what is masked for them."""

    roles: frozenset[str]
    see: frozenset[str]
    export: frozenset[str]
    scope: Scope
    mask: frozenset[tuple[str, str]]


class Access:
    """The engine `access`. Denied by default: what no grant names, nobody may."""

    name = "access"
    label = Label("权限", "Access")
    form: type[ControlForm] = AccessForm

    def compile(self, form: AccessForm, place: Place, book: BookDraft) -> AccessControl:
        """The grant with roles, verbs and record types checked."""
        roles = [
            role
            for i, name in enumerate(form.who)
            if (role := name if name == EVERYONE else book.role(name, place, "who", i))
        ]
        verbs = [verb for i, name in enumerate(form.may) for verb in book.verbs(name, place, "may", i)]
        see = [found for i, name in enumerate(form.see) if (found := book.record_type(name, place, "see", i))]
        export = [found for i, name in enumerate(form.export) if (found := book.record_type(name, place, "export", i))]
        if not (form.may or form.see or form.export):
            book.report(
                place.fault(
                    Label("这项授权没有写明可做什么", "this grant says nothing that may be done"),
                    Label(
                        "写 may（动作）、see（可看的记录）或 export", "give may (verbs), see (record types) or export"
                    ),
                )
            )
        return AccessControl(
            **Control.common(self.name, form, place),
            says=_sentence(
                [_called(role, book) for role in roles],
                form,
                [v.label for v in verbs],
                [t.label for t in see],
                [_mask_label(name, book) for name in form.mask],
            ),
            verbs=frozenset(verb.name for verb in verbs),
            roles=frozenset(roles),
            see=frozenset(found.name for found in see),
            export=frozenset(found.name for found in export),
            scope=form.scope,
            mask=frozenset(self._masked(form, place, book)),
        )

    def _masked(self, form: AccessForm, place: Place, book: BookDraft) -> Iterable[tuple[str, str]]:
        for i, name in enumerate(form.mask):
            record_type, dot, fact = name.partition(".")
            found = book.record_type(record_type, place, "mask", i)
            if found and not dot:
                book.report(
                    place.fault(
                        Label(f"“{name}”没有写明字段", f"“{name}” names no field"),
                        Label(f"写成 {name}.字段名", f"write {name}.field"),
                        "mask",
                        i,
                    )
                )
            elif found:
                line, dot, inner = fact.partition(".")
                lines = {one.name: one for one in found.lines}
                is_line = line in lines and (not dot or inner in lines[line].by_name)
                if is_line or book.fact(record_type, fact, place, "mask", i):
                    yield record_type, fact

    def checks(self, controls: Sequence[Control], book: BookDraft) -> Iterable[Fault]:
        """A role that may use verbs on records of which it can see none."""
        grants = [control for control in controls if isinstance(control, AccessControl)]
        sees: dict[str, set[str]] = {}
        for grant in grants:
            for role in grant.roles:
                sees.setdefault(role, set()).update(grant.see)
        for grant in grants:
            needed = {verb.on for name in grant.verbs if (verb := book.vocabulary.verbs.get(name)) and not verb.creates}
            for role in sorted(grant.roles):
                for missing in sorted(needed - sees[role] - sees.get(EVERYONE, set())):
                    words = book.vocabulary.types[missing].label
                    yield grant.place.fault(
                        Label(
                            f"“{_called(role, book).zh}”可以办理{words.zh}，却看不到任何{words.zh}",
                            f"“{_called(role, book).en}” may act on {words.en} but can see none",
                        ),
                        Label(f"在 see 里加上 {missing}", f"add {missing} under see"),
                        "may",
                    )


def _called(role: str, book: BookDraft) -> Label:
    return EVERYONE_LABEL if role == EVERYONE else book.roles[role]


def _mask_label(name: str, book: BookDraft) -> Label:
    record_type, _, fact = name.partition(".")
    known = book.vocabulary.types.get(record_type)
    if known is None:
        return Label(fact, fact)
    line, _, inner = fact.partition(".")
    lines = {one.name: one for one in known.lines}
    if line in lines:
        found = lines[line].by_name.get(inner)
        return found.label if found else lines[line].label
    found = book.facts(record_type).get(fact)
    return found.label if found else Label(fact, fact)


def _sentence(
    roles: list[Label], form: AccessForm, verbs: list[Label], types: list[Label], masked: list[Label]
) -> Label:
    who, scope = join(roles), SCOPES[form.scope]
    zh, en = [], []
    if types:
        things = join(types)
        zh.append(f"查看{scope.zh}{things.zh}" if form.scope != "all" else f"查看全部{things.zh}")
        en.append(
            f"see {scope.en} of the records: {things.en}" if form.scope != "all" else f"see all records: {things.en}"
        )
    if verbs:
        acts = join(verbs[:6])
        rest = len(verbs) - 6
        zh.append(f"办理{acts.zh}" + (f"等 {len(verbs)} 项" if rest > 0 else ""))
        en.append(f"do: {acts.en}" + (f" and {rest} more" if rest > 0 else ""))
    if form.export:
        zh.append("导出")
        en.append("export")
    hidden = join(masked)
    masked_zh = f"；{hidden.zh}遮盖" if masked else ""
    masked_en = f"; {hidden.en.lower()} masked" if masked else ""
    return Label(f"{who.zh}可{'，可'.join(zh)}{masked_zh}", f"{who.en} may {'; may '.join(en)}{masked_en}")
