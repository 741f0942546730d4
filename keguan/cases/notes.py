"""What is added to a case in every stage, closed or not: notes that may mention people, files; and who follows it."""

from typing import Any

from keguan.cases.facts import ATTACHMENTS, CASE, NOTES
from keguan.cases.telling import tell_of_note
from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Inverse, Item, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.labels import Label

NOT_A_PERSON = Reason(
    Label("只有本人登录后才能关注", "only a person who signed in can follow a case"),
    Label("请本人登录后再关注", "let the person sign in and follow it"),
    kind="invariant",
)


@verb(
    "case.note",
    Label("添加备注", "Add a note"),
    on=CASE,
    arguments=(
        Argument("text", NOTES.by_name["text"].kind, NOTES.by_name["text"].label, True, True),
        Argument("mentions", NOTES.by_name["mentions"].kind, NOTES.by_name["mentions"].label),
    ),
    tells=tell_of_note,
    names=("customer",),
)
def note(work: Work, items: list[Item]) -> None:
    """Write down something that happened or was said; notes never change. Whom it mentions is told, and follows."""
    for item in items:
        mentions = item["mentions"] or None
        values: dict[str, Any] = {"author": work.ctx.actor, "text": item["text"], "noted_at": item.happened_at}
        work.add_line(item, "notes", **values, mentions=mentions)
        followers = item.before.get("followers", ())
        if mentions and not set(mentions) <= set(followers):
            work.set(item, followers=list(dict.fromkeys((*followers, *mentions))))


@verb(
    "case.attach",
    Label("添加附件", "Attach a file"),
    on=CASE,
    arguments=tuple(
        Argument(fact.name, fact.kind, fact.label, required=True, personal=fact.personal)
        for fact in ATTACHMENTS.facts
        if fact.name in ("digest", "name", "media_type", "size")
    ),
    names=("customer",),
)
def attach(work: Work, items: list[Item]) -> None:
    """Attach a stored file, by the digest that its storing gave; size in bytes."""
    for item in items:
        work.add_line(item, "attachments", **item.args, uploaded_by=work.ctx.actor, uploaded_at=item.happened_at)


@verb(
    "case.follow",
    Label("关注", "Follow"),
    on=CASE,
    inverse=Inverse("case.unfollow", lambda _cited: {}),
)
def follow(work: Work, items: list[Item]) -> None:
    """Be told, in one's own name, of every note and every step of the case; twice is once."""
    for item in items:
        followers = item.before.get("followers", ())
        if work.ctx.actor is None:
            work.refuse(item, NOT_A_PERSON)
        elif work.ctx.actor not in followers:
            work.set(item, followers=[*followers, work.ctx.actor])


@verb(
    "case.unfollow",
    Label("不再关注", "Unfollow"),
    on=CASE,
    inverse=Inverse("case.follow", lambda _cited: {}),
)
def unfollow(work: Work, items: list[Item]) -> None:
    """Be told nothing more of the case."""
    for item in items:
        left = [person for person in item.before.get("followers", ()) if person != work.ctx.actor]
        work.set(item, followers=left or None)
