"""A deadline in one plain sentence, in Chinese and English."""

from collections.abc import Sequence

from keguan.controls.engines.acts import Act, Judged, acts_label
from keguan.controls.engines.deadline_control import DeadlineControl, Escalation
from keguan.controls.terms import Form
from keguan.kernel.records.labels import Label, join


def sentence(made: DeadlineControl, *, says_by: bool) -> Label:
    """The deadline as a clause would say it."""
    when, whom, owed, term = _when(made), _whom(made), _owed(made), _term(made)
    who = made.by.label() if says_by else Label("", "")
    zh_who = f"{who.zh}须" if says_by else ""
    joint = "" if made.is_watching and made.hold is not None else "，" if says_by else " "
    by_then = term.zh and says_by
    within = f"于{' ' if term.zh[0].isascii() else ''}{term.zh}" if by_then else term.zh
    zh = f"{when.zh}{whom.zh}{joint}{zh_who}{within}{owed.zh}"
    en = f"{when.en}{whom.en}, {owed.en} is due{f' {term.en}' if term.en else ''}{f' by {who.en}' if says_by else ''}"
    for part in (_more(made), _told(made.escalate)):
        zh, en = zh + part.zh, en + part.en
    return Label(zh, en)


def _when(made: DeadlineControl) -> Label:
    if made.every is not None:
        return made.every.label()
    if made.period is not None:
        return Label(f"每隔{made.period.label.zh}", f"every {made.period.label.en}")
    if made.at is not None:
        return Label(f"自 {made.at} 起", f"from {made.at}")
    if made.before is not None:
        return Label(f"{made.before.label.zh}之前", f"before {made.before.label.en}")
    if made.holding is not None:
        said = made.holding.label()
        return Label(f"凡{said.zh}的", f"while {said.en}")
    said = _acts((*made.after, *made.judged))
    return Label(f"{said.zh}后", f"after {said.en}")


def _whom(made: DeadlineControl) -> Label:
    if made.keys is not None:
        return Label(f"对每个{made.keys.fact.label.zh}", f" for each of {made.keys.fact.label.en}")
    if made.population is None:
        return Label("", "")
    of, when = made.type.label, made.population.when
    drawn = Label("", "") if made.sample is None else Label(f"抽 {made.sample}% 的", f"{made.sample}% of ")
    if made.holding is not None:
        return Label(of.zh, f", for each {of.en}")
    if when.is_always:
        return Label(f"对{drawn.zh or '每条'}{of.zh}", f" for {drawn.en}each {of.en}")
    said = when.label()
    return Label(f"对{drawn.zh}{said.zh}的每条{of.zh}", f" for {drawn.en}each {of.en} where {said.en}")


def _owed(made: DeadlineControl) -> Label:
    if made.hold is not None:
        said = made.hold.label()
        return Label(f"做到{said.zh}", f"“{said.en}”")
    said = _acts(made.do)
    if made.at_least > 1:
        return Label(f"{said.zh}至少 {made.at_least} 次", f"{said.en} at least {made.at_least} times")
    return said


def _term(made: DeadlineControl) -> Label:
    return made.within.label()


def _more(made: DeadlineControl) -> Label:
    parts = []
    if made.pause:
        since, until = _acts(made.pause), _acts(made.resume)
        end = Label(f"至{until.zh}", f" to {until.en}") if made.resume else Label("", "")
        parts.append(Label(f"自{since.zh}{end.zh}停算", f"its time stands still from {since.en}{end.en}"))
    for one in made.extend:
        said, limit = _acts((one.act,)), Label("", "")
        if one.most is not None:
            limit = Label("，至多 {n} 次", ", {n} {n:time|times} at most").format(n=one.most)
        figure = Label("", "")
        if one.term is not None and one.term.form is Form.SPAN:
            term = one.term.text
            words = one.term.label()
            figure = Label(words.zh.removesuffix("内"), term)
        parts.append(
            Label(
                f"{said.zh}可延{figure.zh or '期'}{limit.zh}",
                f"{said.en} extends it{' by ' + figure.en if figure.en else ''}{limit.en}",
            )
        )
    if made.cancel:
        said = _acts(made.cancel)
        parts.append(Label(f"{said.zh}后不再要求", f"{said.en} ends it"))
    for moment, zh, en in (
        (made.from_on, "自 {} 起施行", "in effect from {}"),
        (made.until_on, "至 {} 止", "until {}"),
    ):
        if moment is not None:
            parts.append(Label(zh.format(moment), en.format(moment)))
    return Label("".join(f"，{part.zh}" for part in parts), "".join(f"; {part.en}" for part in parts))


def _told(escalate: Sequence[Escalation]) -> Label:
    told = [one.to.label() for one in escalate if one.to is not None and one.every is None]
    zh = en = ""
    if told:
        said = join(told)
        zh, en = f"，逾期告知{said.zh}", f"; when overdue, {said.en} is told"
    for one in escalate:
        if one.every is not None and one.to is not None:
            said, term = one.to.label(), one.every
            zh += f"，逾期后每 {term.label().zh.removesuffix('内')}再告知{said.zh}"
            en += f"; {said.en} is told again every {term.text.removeprefix('1 ')}"
        if one.hand_to is not None:
            said = one.hand_to.label()
            zh, en = f"{zh}，逾期转由{said.zh}办理", f"{en}; when overdue, {said.en} takes over"
    return Label(zh, en)


def _acts(acts: Sequence[Act | Judged]) -> Label:
    """Acts as the clause says them: bare in Chinese where nothing is said of them, quoted in English."""
    words = acts_label(acts)
    if all(isinstance(act, Judged) or act.when.is_always for act in acts):
        bare = [act.says.zh if isinstance(act, Judged) else act.verb.label.zh for act in acts]
        return Label("或".join(bare), words.en)
    return words
