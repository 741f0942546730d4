"""Two at one form: what somebody changed while another had it open is neither undone nor overwritten unseen.

A form on a record carries, for each input that shows a fact, a digest of the fact and one of what the input showed.
What was left as it was shown takes the fact as it is by now; what both changed is said before it is overwritten.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from django.http import QueryDict

from keguan.kernel.commands.verbs import Argument, Verb
from keguan.kernel.records.kinds import BadValue, Reference
from keguan.kernel.records.labels import Label
from keguan.kernel.records.types import Fact
from keguan.web.components import Field, Reason

NAME, EXTRA = "began", "extra_"
CHANGED = Label("您打开表单以后，“{what}”已改为“{now}”", "“{what}” became “{now}” while you had the form open")
REPLACED = Label("您打开表单以后，“{what}”已被改动", "“{what}” was changed while you had the form open")
CURE = Label("您填的还在；再提交一次，就以您的为准。", "What you filled in is still here; send it again and it counts.")
EMPTIED = Label("空", "empty")
Marks = dict[str, list[str]]


def began(fields: Iterable[Field], record: Mapping[str, Any]) -> str:
    """What the form carries of the facts that its inputs show."""
    marks = {
        one.name: [_digest(repr(_fact(record, one.name))), _digest(_plain(one.value))]
        for one in fields
        if isinstance(one.value, str) and _is_fact(record, one.name)
    }
    return json.dumps(marks, separators=(",", ":")) if marks else ""


def settled(
    act: Verb, declared: Mapping[str, Fact], record: Mapping[str, Any], posted: QueryDict, args: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[Reason, ...]]:
    """The arguments with what others changed meanwhile, and what both changed."""
    found, told = {**args, **({"extra": dict(args["extra"])} if args.get("extra") else {})}, []
    for name, (fact, shown) in marks_of(posted).items():
        now, mine = _fact(record, name), posted.get(name)
        of = declared.get(name.removeprefix(EXTRA)) if name.startswith(EXTRA) else act.argument(name)
        if of is None or mine is None or not _is_fact(record, name) or _digest(repr(now)) == fact:
            continue
        if _digest(_plain(mine)) == shown:
            _put(found, name, of.kind.to_json(now))
        elif not _is_same(of, mine, now):
            told.append(Reason(_said(of, now), cure=CURE, field=name.removeprefix(EXTRA)))
    return found, tuple(told)


def carried(posted: QueryDict, told: Iterable[Reason]) -> str:
    """What the form goes on carrying when it comes back: what was just told is known from now on."""
    known = {one.field for one in told}
    kept = {name: marks for name, marks in marks_of(posted).items() if name.removeprefix(EXTRA) not in known}
    return json.dumps(kept, separators=(",", ":")) if kept else ""


def marks_of(posted: QueryDict) -> Marks:
    """The digests that a form carries; none where it carries none that can be read."""
    try:
        found = json.loads(posted.get(NAME) or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): pair for name, pair in found.items() if isinstance(pair, list) and len(pair) == 2}


def _is_fact(record: Mapping[str, Any], name: str) -> bool:
    return name.startswith(EXTRA) or name in record


def _fact(record: Mapping[str, Any], name: str) -> Any:
    if name.startswith(EXTRA):
        return (record.get("extra") or {}).get(name.removeprefix(EXTRA))
    return record.get(name)


def _put(args: dict[str, Any], name: str, value: Any) -> None:
    if name.startswith(EXTRA):
        args.setdefault("extra", {})[name.removeprefix(EXTRA)] = value
    else:
        args[name] = value


def _is_same(of: Argument | Fact, mine: str, now: Any) -> bool:
    if not mine.strip():
        return now in (None, "", [])
    try:
        return bool(of.kind.parse(mine) == now)
    except (BadValue, TypeError):
        return False


def _said(of: Argument | Fact, now: Any) -> Label:
    if isinstance(of.kind, Reference):
        return REPLACED.format(what=of.label)
    return CHANGED.format(what=of.label, now=of.kind.label(now) if now not in (None, "") else EMPTIED)


def _plain(shown: str) -> str:
    return shown.replace("\r\n", "\n").strip()


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=5).hexdigest()
