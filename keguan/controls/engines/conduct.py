"""Conduct: what a post stands for or must not do, how it is observed, its offence code. Observations are evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keguan.controls.engines.access import EVERYONE, EVERYONE_LABEL
from keguan.controls.engines.forms import Several, described
from keguan.kernel.records.labels import Label, join
from keguan.policies.engines import BookDraft, Control, ControlForm, Fault, Place

VERBS = frozenset(("observation.observe", "observation.confirm", "offence.confirm", "observation.dismiss"))


class ConductForm(ControlForm):
    """行为：岗位应做与不得做的事。 / What a post stands for or must not do."""

    who: Several = described("岗位；everyone 指每位员工", "roles; everyone means all")
    must: str | None = described("应当", "what they must do", None)
    must_not: str | None = described("不得", "what they must not do", None)
    code: str | None = described("违规代码", "the offence code", None)
    tier: int | None = described("档次", "the tier", None)
    seen_in: Several = described(
        "怎样观察：检查单、抽听、报告、调查……", "how it is observed: review, checklist, report …", ()
    )


@dataclass(frozen=True, kw_only=True)
class ConductControl(Control):
    """A compiled duty of conduct."""

    roles: frozenset[str]
    text: str
    forbids: bool
    code: str | None
    tier: int | None
    seen_in: tuple[str, ...]

    def concerns(self, roles: Iterable[str]) -> bool:
        """Whether it concerns somebody who holds these roles."""
        return EVERYONE in self.roles or not self.roles.isdisjoint(roles)


class Conduct:
    """The engine `conduct`."""

    name = "conduct"
    label = Label("行为", "Conduct")
    form: type[ControlForm] = ConductForm

    def compile(self, form: ConductForm, place: Place, book: BookDraft) -> ConductControl:
        """The duty with its roles and code."""
        if (form.must is None) is (form.must_not is None):
            message = Label("要写 must 或 must_not 之一", "give either must or must_not")
            book.report(place.fault(message, Label("写上其中一项", "give one of them")))
        roles = [name for i, name in enumerate(form.who) if name == EVERYONE or book.role(name, place, "who", i)]
        return ConductControl(
            **Control.common(self.name, form, place),
            says=_sentence(form, roles, book),
            verbs=VERBS,
            roles=frozenset(roles),
            text=form.must or form.must_not or "",
            forbids=form.must is None,
            code=form.code,
            tier=form.tier,
            seen_in=form.seen_in,
        )

    def checks(self, controls: Sequence[Control], _book: BookDraft) -> Iterable[Fault]:
        """Two duties under one offence code of different tiers."""
        seen: dict[str, ConductControl] = {}
        for control in controls:
            if isinstance(control, ConductControl) and control.code:
                first = seen.setdefault(control.code, control)
                if first.tier != control.tier:
                    yield control.place.fault(
                        Label(f"违规代码 {control.code} 在 {first.clause} 是另一档",
                              f"the offence code {control.code} has another tier in {first.clause}"),
                        Label("用同一档，或换一个代码", "use one tier, or another code"),
                        "tier",
                    )  # fmt: skip


def _sentence(form: ConductForm, roles: Sequence[str], book: BookDraft) -> Label:
    who = join([EVERYONE_LABEL if role == EVERYONE else book.roles[role] for role in roles])
    text = form.must or form.must_not or ""
    zh = f"{who.zh}{'应当' if form.must else '不得'}{text.removeprefix('应当').removeprefix('不得')}"
    en = f"{who.en} {'must' if form.must else 'must not'}: {text}"
    if form.code:
        zh, en = f"{zh}（{form.code}）", f"{en} ({form.code})"
    if form.seen_in:
        zh = f"{zh}；见于{'、'.join(form.seen_in)}"
        en = f"{en}; seen in {', '.join(form.seen_in)}"
    return Label(zh, en)
