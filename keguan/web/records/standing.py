"""How a record stands: its deadlines, the clauses that apply, what it waits for, signatures, earlier rounds.

The same for every record type. Shapes what the controls' queries say; asks nothing else.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from keguan.controls import queries, scopes
from keguan.controls.live.grants import Grants
from keguan.controls.queries import page as side
from keguan.controls.queries.rounds import earlier_rounds
from keguan.controls.queries.signing import signings
from keguan.kernel import clock
from keguan.kernel.records.labels import Label, join
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary
from keguan.policies.engines import Rulebook
from keguan.prints import printing
from keguan.web import addresses, pages
from keguan.web.approval_lines import shown
from keguan.web.components import Applies, Citation, Fact, Link, Segment, State, Term, Tone
from keguan.web.shapes import citation

SOON = dt.timedelta(hours=24)
TONES: dict[str, Tone] = {
    "waiting": "wait",
    "broken": "broken",
    "refused": "broken",
    "running": "",
    "warned": "soon",
    "kept": "kept",
    "kept_late": "soon",
}
ENDS: dict[str, Tone] = {"kept": "kept", "kept_late": "soon", "broken": "broken", "cancelled": "", "waived": ""}
IDLE = frozenset(("idle", "unset", "set"))
"""States of a control that has not begun to matter to the record, or only gives a value."""
OVER = ("kept", "kept_late", "cancelled", "waived")


def due_tone(due_at: dt.datetime, *, is_broken: bool) -> Tone:
    """How urgent a deadline is: broken, due within a day, or neither."""
    if is_broken or due_at <= clock.now():
        return "broken"
    return "soon" if due_at - clock.now() <= SOON else ""


def cited_by(control: str, rules: Rulebook) -> Citation | None:
    """The clause of a control that is in force; nothing where it no longer is."""
    found = rules.by_key.get(control)
    return citation(found.citation) if found else None


def due_cell(due: queries.Due | None, rules: Rulebook) -> pages.Cell:
    """The nearest deadline of a record with the clause that set it."""
    if due is None:
        return pages.Cell()
    return pages.Cell(
        due_at=due.due_at,
        tone=due_tone(due.due_at, is_broken=due.is_broken),
        citation=cited_by(due.control, rules),
    )


def terms(who: UUID, record_type: str, record: UUID) -> tuple[Term, ...]:
    """Every deadline of a record that ever ran, the earliest due first."""
    known = scopes.grants(who)
    bars = side.term_bars(who, record_type, record, is_all=True)
    return tuple(_term(bar, _form_url(bar.owed, record_type, record, known)) for bar in bars)


def _form_url(owed: queries.Owed, record_type: str, record: UUID, known: Grants | None) -> str:
    """The form that meets what is still owed, for whoever may open it."""
    if owed.state in OVER or known is None or not known.uses(owed.verb):
        return ""
    return addresses.kept_for_url(vocabulary.verbs[owed.verb], record_type, record)


def _term(bar: side.TermBar, url: str) -> Term:
    owed = bar.owed
    cited = citation(owed.citation)
    if cited is None:
        raise RuntimeError("an obligation always has its clause")
    is_over = owed.state != "running" or owed.is_paused
    state = Label("停算中", "paused") if owed.is_paused else vocabulary.types["obligation"].stage_label(owed.state)
    by = join([Label.typed(name) for name in owed.people]) if owed.people else Label("无人负责", "nobody")
    return Term(
        name=owed.act,
        citation=cited,
        due_at=owed.due_at,
        segments=tuple(Segment(piece.kind, piece.percent) for piece in bar.progress.pieces),
        explanation=tuple(bar.progress.lines),
        tone=ENDS[owed.state] if is_over else due_tone(owed.due_at, is_broken=owed.is_broken),
        state=State(state, ENDS.get(owed.state, "")) if is_over else None,
        met_at=owed.met_at,
        is_over=owed.state in OVER,
        by=by,
        url=url,
    )


def applies(who: UUID, record_type: str, record: UUID) -> tuple[Applies, ...]:
    """The clauses that apply to a record now, with how each stands."""
    found = []
    for clause in side.clauses_here(who, record_type, record):
        cited = citation(clause.citation)
        if cited is not None:
            state = State(clause.state_label, TONES.get(clause.state, ""))
            found.append(Applies(cited, clause.sentence, state, is_idle=clause.state in IDLE))
    return tuple(found)


def signing_rows(who: UUID, record_type: str, record: UUID) -> tuple[pages.SigningRow, ...]:
    """The signatures that acts on a record need: who signed, who still has to."""
    return tuple(
        pages.SigningRow(
            one.act, one.label, citation(one.citation), "、".join(one.signed), "、".join(one.void),
            join(list(one.missing)), one.is_mine,
        )
        for one in signings(who, record_type, record)
    )  # fmt: skip


def round_rows(who: UUID, record_type: str, record: UUID, names: Mapping[UUID, str]) -> tuple[pages.RoundRow, ...]:
    """The earlier rounds of a record with the facts as they stood."""
    return tuple(
        pages.RoundRow(
            Label(f"第 {one.number} 轮", f"Round {one.number}"), one.began_at, one.ended_at,
            tuple(Fact(fact.label, shown(fact.kind, fact.kind.to_json(value), names)) for fact, value in one.facts),
        )
        for one in earlier_rounds(who, record_type, record)
    )  # fmt: skip


def prints(record_type: RecordType, key: str, record: UUID) -> pages.PrintMenu:
    """Printing a record: in all its copies, or one of them."""
    url = reverse("web:record_print", args=[record_type.name, key])
    copies = printing.copies(record_type, record)
    single = tuple(Link(copy.mark, f"{url}?copies={copy.number}") for copy in copies if copy.keeper is not None)
    return pages.PrintMenu(url, single)


def pending(unsettled: Sequence[queries.ApprovalTold], key: str) -> pages.Pending | None:
    """What a record (`key` in addresses) waits for, else what came back to the viewer: the first of such requests."""
    row = next((one for one in unsettled if one.state == "waiting"), next(iter(unsettled), None))
    if row is None:
        return None
    cited = citation(row.citation)
    if cited is None:
        raise RuntimeError("a request always has its clause")
    sums = [(label, kind.show(value)) for label, kind, value in row.asked if kind.name == "money"]
    what = Label(
        " · ".join([row.act.zh, *(f"{label.zh} {said}" for label, said in sums)]),
        " · ".join([row.act.en, *(f"{label.en} {said}" for label, said in sums)]),
    )
    withdraw_url = reverse("web:approval_withdraw", args=[row.id])
    if row.state != "waiting":
        act = vocabulary.verbs[row.verb]
        again_url = f"{addresses.act_url(act.on, key, act.name)}?{urlencode({'returned': row.id})}"
        return pages.Pending(
            what, row.decided_by_name or "", cited, row.decided_at or row.requested_at, withdraw_url=withdraw_url,
            again_url=again_url, comment=row.comment or "",
        )  # fmt: skip
    return pages.Pending(
        what=what,
        by=row.by,
        citation=cited,
        since=row.requested_at,
        url=reverse("web:approvals") + f"#approval-{row.id}" if row.is_mine_to_decide else "",
        withdraw_url=withdraw_url if row.is_mine_to_withdraw else "",
        is_nobody_s=row.is_nobody_s,
    )
