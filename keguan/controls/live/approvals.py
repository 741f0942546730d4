"""Approvals as a command meets them: who may act at once, who is asked, what a request or grant means. Reads only."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from keguan.controls.conditions import Match
from keguan.controls.engines.approval import ApprovalControl, Ask, StepOf
from keguan.controls.engines.slots import expand, unmet
from keguan.controls.live.session import Session
from keguan.controls.people.resolve import Question, resolve, seated
from keguan.controls.scene import Scene
from keguan.kernel.commands.arguments import as_json
from keguan.kernel.commands.law import Step, Substitute, Verdict
from keguan.kernel.commands.outcomes import Citation, Reason
from keguan.kernel.commands.rows import canonical
from keguan.kernel.commands.verbs import Item, Verb
from keguan.kernel.records.labels import Label, join

WAITING = """
    select id, object, verb, requester, by_zh, by_en, requested_at from controls_approval
    where object = any(%(ids)s) and verb = %(verb)s and state = 'waiting'
    union all
    select a.id, l.object, a.verb, a.requester, a.by_zh, a.by_en, a.requested_at
    from controls_approvalline l join controls_approval a on a.id = l.parent
    where l.object = any(%(ids)s) and l.verb = %(verb)s and l.state = 'waiting'
"""
GRANTED = """
    select a.id, a.object, a.verb, a.args, a.read, a.requester, a.rulebook, (
        select jsonb_object_agg(l.object, l.args) from controls_approvalline l
        where l.parent = a.id and l.state = 'granted') as lines
    from controls_approval a where a.id = %s and a.state = 'granted'
"""
Asked = list[tuple[Ask, list[dict[str, Any]]]]


def granted(step: Step) -> dict[str, Any] | None:
    """The granted request that this command resumes. One statement, and none for other commands."""
    if step.ctx.approval is None:
        return None
    found = step.rows.select(GRANTED, [step.ctx.approval])
    return found[0] if found and found[0]["requester"] == step.ctx.actor else None


def override_of(resumed: Mapping[str, Any] | None) -> UUID | None:
    """The override that had been cited when the request was made."""
    key = (resumed["read"] or {}).get("override") if resumed else None
    return UUID(key) if key else None


def decide(
    step: Step, notes: Session, scenes: Mapping[int, Scene], asks: Mapping[int, list[Ask]],
    verdicts: dict[int, Verdict], resumed: dict[str, Any] | None,
) -> None:  # fmt: skip
    """Let the item pass, let it wait for others, or refuse it where nobody can decide or a request waits already."""
    needed: dict[int, Asked] = {position: [(ask, []) for ask in found] for position, found in asks.items()}
    lines: list[dict[str, Any]] = []
    questions: list[Question] = []
    for position, asked in needed.items():
        for ask, mine in asked:
            for one in ask.steps:
                for question in questions_of(one, scenes[position], ask.control.how):
                    line = {"step": one, "people": (), "seats": ()}
                    mine.append(line)
                    lines.append(line)
                    questions.append(question)
    for line, who in zip(lines, seated(notes.rows, notes.now, questions), strict=True):
        line["people"], line["seats"] = tuple(sitting.person for sitting in who), who
    waiting = _waiting(step, [item for item in step.items if item.position in asks])
    for item in step.items:
        if item.position not in asks:
            continue
        verdict, asked = verdicts[item.position], needed[item.position]
        left = _left(step, asked, verdict)
        before = waiting.get(item.id, [])
        if verdict.reasons:
            continue
        if left and not _is_granted(step.verb, item, asked, resumed):
            if before:
                verdict.reasons.append(_waits(before[0], left[0][0].citation))
                continue
            verdict.controls.extend((ask.control.key, "waiting") for ask, _ in asked if _asks(ask, left))
            verdict.instead = _substitute(step, item, asked, left, verdict)
            continue
        verdict.controls.extend((ask.control.key, "kept") for ask, _ in asked if not ask.control.trial)
        if before:
            step.memo.setdefault("overtaken", {})[item.position] = [(row["id"], item.id) for row in before]


def cover(step: Step, notes: Session, controls: Sequence[ApprovalControl], scenes: Mapping[int, Scene]) -> None:
    """Let every scene answer `covered_by`: the actor may do it alone, or it was done with the same row deciding.

    The people of all approvals concerned are resolved together.
    """
    questions: list[Question] = []
    places: list[tuple[int, str, Ask]] = []
    known: dict[int, dict[str, bool | None]] = {position: {} for position in scenes}
    for position, scene in scenes.items():
        for control in controls:
            answer = control.ask(scene)
            if answer is None:
                known[position][control.id] = True
            elif isinstance(answer, Ask):
                known[position][control.id] = _was_done(control, answer, scene)
                for one in answer.steps:
                    asked = questions_of(one, scene, control.how)
                    questions += asked
                    places += [(position, control.id, answer)] * len(asked)
            else:
                known[position][control.id] = None
    alone: dict[tuple[int, str], bool] = {}
    for (position, key, ask), who in zip(places, resolve(notes.rows, notes.now, questions), strict=True):
        may = ask.control.how == "authority" and step.ctx.actor in who
        alone[position, key] = alone.get((position, key), True) and may
    for (position, key), may in alone.items():
        known[position][key] = may or bool(known[position][key])
    for position, scene in scenes.items():
        scene.covers = known[position].get


def questions_of(step: StepOf, scene: Scene, how: str) -> list[Question]:
    """Whom a step means for one item, once for each member of a list that it means.

    Nobody consents to what he asks for himself, nor does who stands in for him: above him somebody else does.
    """
    never = (scene.requester,) if how == "consent" and scene.requester is not None else ()
    verb, recused = scene.verb.name if scene.verb else None, step.but.people if step.but else None
    return [Question(people, narrowed, recused, verb, never) for people, narrowed in expand(step.by.people, scene)]


def _was_done(control: ApprovalControl, ask: Ask, scene: Scene) -> bool:
    """Whether the approved act was done and the facts it left lead to the same row as the command's."""
    if not scene.done(tuple(control.verbs)):
        return False
    kept = control.table.lookup(scene.without_arguments())
    return isinstance(kept, Match) and kept.index >= ask.row


def _left(step: Step, asked: Asked, verdict: Verdict) -> list[tuple[ApprovalControl, dict[str, Any]]]:
    """The consents that are still needed; reasons where nobody holds a post that is asked, or too few people do."""
    left: list[tuple[ApprovalControl, dict[str, Any]]] = []
    for ask, lines in asked:
        control = ask.control
        if control.trial:
            verdict.controls.append((control.key, "recorded"))
            continue
        open_lines = [line for line in lines if control.how == "consent" or step.ctx.actor not in line["people"]]
        for sitting in (one for line in lines if line not in open_lines for one in line["seats"]):
            if sitting.person == step.ctx.actor and not sitting.is_own:
                verdict.on_behalf_of = verdict.on_behalf_of or sitting.holder
        for line in open_lines:
            line["people"] = [person for person in line["people"] if person != step.ctx.actor]
        for pos in {line["step"].pos for line in open_lines}:
            together = [line for line in open_lines if line["step"].pos == pos]
            everybody = [person for line in together for person in line["people"]]
            for n in unmet([line["people"] for line in together], everybody, in_order=False):
                verdict.controls.append((control.key, "undetermined"))
                verdict.reasons.append(_nobody(together[n]["step"].by.label(), control))
        if not lines:
            verdict.controls.append((control.key, "undetermined"))
            verdict.reasons.append(_nobody(ask.by, control))
        left += [(control, line) for line in open_lines]
    return left


def _asks(ask: Ask, left: Sequence[tuple[ApprovalControl, dict[str, Any]]]) -> bool:
    return any(control is ask.control for control, _ in left)


def _nobody(who: Label, control: ApprovalControl) -> Reason:
    return Reason(
        Label(f"现在没有人可以决定（{who.zh}），只好停在这里", f"nobody can decide this now ({who.en})"),
        Label("请管理员任命此岗位，或设代理", "ask the administrator to fill the post"),
        control.citation,
    )


def _waiting(step: Step, items: Sequence[Item]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    existing = [item.id for item in items if item.record is not None]
    if existing:
        for row in step.rows.select(WAITING, {"ids": existing, "verb": step.verb.name}):
            found.setdefault(row["object"], []).append(row)
    return found


def _waits(row: Mapping[str, Any], citation: Citation) -> Reason:
    by = Label(row["by_zh"], row["by_en"])
    return Reason(
        Label(f"已有一项相同的申请在等{by.zh}决定，不能再申请一次", f"the same request already waits for {by.en}"),
        Label("等它有结果，或请申请人先撤回", "wait for it, or let whoever asked withdraw it"),
        citation,
    )


def _is_granted(verb: Verb, item: Item, asked: Asked, resumed: dict[str, Any] | None) -> bool:
    """Whether the resumed request covers the command: same act, same arguments, and the same rows still decide."""
    if resumed is None or resumed["verb"] != verb.name:
        return False
    key = item.id if item.record is not None else None
    args = resumed["args"] if resumed["object"] == key and not resumed["lines"] else None
    args = (resumed["lines"] or {}).get(str(key), args)
    rows = {ask.control.key: ask.row for ask, _ in asked if not ask.control.trial}
    return bool(args is not None and resumed["read"].get("rows") == rows and args == as_json(verb, item.args))


def _substitute(
    step: Step, item: Item, asked: Asked, left: list[tuple[ApprovalControl, dict[str, Any]]], verdict: Verdict
) -> Substitute:
    first = min(line["step"].pos for _, line in left)
    by = join(list(dict.fromkeys(line["step"].by.label() for _, line in left if line["step"].pos == first)))
    control = left[0][0]
    is_new = item.record is None
    code = item.record.get(step.verb.type.code) if item.record and step.verb.type.code else None
    rows = {ask.control.key: ask.row for ask, _ in asked if not ask.control.trial}
    given = as_json(step.verb, item.args)
    read: dict[str, Any] = {"rows": rows, "facts": dict(verdict.read)}
    if verdict.override is not None:
        read["override"] = str(verdict.override)
    steps = [_line(one, line) for one, line in left]
    args = {
        "verb": step.verb.name,
        "object_type": step.verb.on,
        "object": None if is_new else item.id,
        "object_label": code,
        "args": given,
        "read": read,
        "control": control.key,
        "how": control.how,
        "rulebook": step.rulebook,
        "requester": step.ctx.actor,
        "by_zh": by.zh,
        "by_en": by.en,
        "steps": {"steps": steps},
    }
    joins = ""
    if step.ctx.batch is not None and not is_new:
        # what a set command asks of the same people under the same rows is one request with a line for each object
        joins = canonical([step.ctx.batch, rows, steps, read.get("override")])
        args["lines"] = {"lines": [{"object": str(item.id), "object_label": code, "args": given}]}
    return Substitute("approval.request", args, by, control.citation, joins)


def _line(control: ApprovalControl, line: Mapping[str, Any]) -> dict[str, Any]:
    label = line["step"].by.label()
    return {
        "pos": line["step"].pos,
        "people": [str(person) for person in line["people"]],
        "by_zh": label.zh,
        "by_en": label.en,
        "control": control.key,
    }
