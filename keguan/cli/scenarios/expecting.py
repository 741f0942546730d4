"""Whether an outcome is what a scenario expects; gives sentences for what differs, nothing where all is well."""

from collections.abc import Iterator, Mapping

from keguan.kernel.commands.outcomes import Done, Outcome, Reason, Refused, Waiting
from keguan.kernel.records.labels import Label
from keguan.policies.scenarios import Expectation

KINDS = ("access", "guard", "missing", "invariant", "input", "busy")


def differences(expect: Expectation, outcome: Outcome, roles: Mapping[str, Label]) -> Iterator[Label]:
    """What differs between what was expected and what came of the act."""
    came = _name(outcome)
    if came != expect.outcome:
        yield Label(
            f"应为 {expect.outcome}，实为 {came}：{_told(outcome).zh}",
            f"expected {expect.outcome}, got {came}: {_told(outcome).en}",
        )
        return
    if isinstance(outcome, Done):
        yield from _done(expect, outcome)
    elif isinstance(outcome, Waiting):
        yield from _waiting(expect, outcome, roles)
    elif expect.outcome == "refused":
        yield from _refused(expect, outcome.reasons)


def _name(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return "hidden" if outcome.is_hidden else "refused"
    return "done" if isinstance(outcome, Done) else "waiting"


def _told(outcome: Outcome) -> Label:
    if isinstance(outcome, Waiting):
        return outcome.by
    reasons = outcome.reasons if isinstance(outcome, Refused) else outcome.warnings
    return Label("；".join(_cited(r).zh for r in reasons), "; ".join(_cited(r).en for r in reasons))


def _cited(reason: Reason) -> Label:
    if reason.citation is None:
        return reason.message
    clause = reason.citation.clause
    return Label(f"{reason.message.zh}〔{clause}〕", f"{reason.message.en} [{clause}]")


def _done(expect: Expectation, outcome: Done) -> Iterator[Label]:
    if expect.code is not None and outcome.code != expect.code:
        yield Label(
            f"编号应为 {expect.code}，实为 {outcome.code}", f"expected number {expect.code}, got {outcome.code}"
        )
    cited = [reason for reason in outcome.warnings if reason.citation and reason.citation.clause == expect.warned]
    if expect.warned is not None and not cited:
        yield Label(
            f"应有〔{expect.warned}〕的提醒，实有：{_told(outcome).zh or '无'}",
            f"expected a warning by {expect.warned}, got: {_told(outcome).en or 'none'}",
        )
    if expect.field is not None and all(reason.field != expect.field for reason in cited):
        yield Label(f"提醒没有指出 {expect.field}", f"no warning names {expect.field}")
    if expect.warnings is not None:
        found: dict[str, set[str]] = {}
        for reason in outcome.warnings:
            clause = reason.citation.clause if reason.citation else "—"
            found.setdefault(clause, set()).update({reason.field} if reason.field else ())
        if found != {clause: set(fields) for clause, fields in expect.warnings.items()}:
            shown = "; ".join(f"{clause}: [{', '.join(sorted(fields))}]" for clause, fields in found.items())
            yield Label(f"提醒应恰为所列，实为 {shown or '无'}", f"the warnings are {shown or 'none'}")


def _waiting(expect: Expectation, outcome: Waiting, roles: Mapping[str, Label]) -> Iterator[Label]:
    by = roles.get(expect.by or "", Label(expect.by or "", expect.by or ""))
    if expect.by is not None and by.zh not in outcome.by.zh:
        yield Label(f"应由{by.zh}决定，实由{outcome.by.zh}", f"expected {by.en} to decide, not {outcome.by.en}")
    clause = outcome.citation.clause if outcome.citation else None
    if expect.clause is not None and clause != expect.clause:
        yield Label(f"应依〔{expect.clause}〕，实依〔{clause}〕", f"expected {expect.clause} to be cited, not {clause}")


def _refused(expect: Expectation, reasons: tuple[Reason, ...]) -> Iterator[Label]:
    said = "; ".join(_cited(reason).en for reason in reasons)
    zh = "；".join(_cited(reason).zh for reason in reasons)
    if expect.clause in KINDS:
        if all(reason.kind != expect.clause for reason in reasons):
            yield Label(f"拒绝的缘由应属 {expect.clause}：{zh}", f"refused for another kind of reason: {said}")
    elif expect.clause is not None and all(
        reason.citation is None or reason.citation.clause != expect.clause for reason in reasons
    ):
        yield Label(f"应依〔{expect.clause}〕拒绝，实为：{zh}", f"expected a refusal by {expect.clause}, got: {said}")
    if expect.field is not None and all(reason.field != expect.field for reason in reasons):
        yield Label(f"拒绝没有指出 {expect.field}：{zh}", f"no reason names {expect.field}: {said}")
