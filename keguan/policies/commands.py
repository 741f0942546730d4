"""The acts on policies: adopt a pack, publish new versions of its policies, set a parameter.

Each is one act: a fault anywhere refuses the whole. Each enters the rulebooks that follow from it (one per day on which
something changes), so that no command is needed at midnight. Bodies compile; compiled forms are never stored.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from keguan.kernel.commands.outcomes import Reason
from keguan.kernel.commands.verbs import Argument, Item, verb
from keguan.kernel.commands.work import Work
from keguan.kernel.records.kinds import COMPANY_ZONE, BadValue, Choice, Date, Fields, Text, empty
from keguan.kernel.records.labels import Label
from keguan.policies.calendars import stored_calendars
from keguan.policies.compiling import declarations, digest, policy_body
from keguan.policies.declarations import kind_of
from keguan.policies.entering import enter_rulebooks, refuse_faults
from keguan.policies.facts import PACK
from keguan.policies.pack_checks import check_pack
from keguan.policies.packs.pack import Pack, Policy, pack_from_texts
from keguan.policies.rulebooks import in_force, last_number, stored_state

RUNNING = {
    "keep": Label("照旧版本办完", "what runs goes on by the version that opened it"),
    "switch": Label("改按新版本", "what runs goes on by the new version"),
    "from today": Label("自施行日起按新版本", "the new version counts from its first day"),
}
FILES = Argument("files", Fields(), Label("文件", "Files"), required=True,
                 help=Label("相对路径与文字", "texts by path: pack.yaml, policies/*.yaml"))  # fmt: skip
EFFECTIVE_ON = Argument("effective_on", Date(), Label("施行日期", "Effective on"),
                        help=Label("不填则照制度所写，或自今日", "as the policy says, or today"))  # fmt: skip
HOW_RUNNING = Argument("running", Choice(RUNNING), Label("办理中的事项", "What is running"))
PARAMETER_VALUES = Argument("values", Fields(), Label("参数值", "Parameter values"))


@verb("policy.adopt", Label("采用制度包", "Adopt a pack"), on=PACK,
      arguments=(FILES, EFFECTIVE_ON, HOW_RUNNING, PARAMETER_VALUES), creates=True)  # fmt: skip
def adopt(work: Work, items: list[Item]) -> None:
    """Adopt a whole pack: its policies take effect together, or nothing does."""
    for item in _one(work, items):
        pack = _checked(work, item)
        if pack is None:
            continue
        number, state = last_number(), stored_state()
        entry: dict[str, Any] = {
            "code": pack.code, "currency": pack.form.currency, "declares": declarations(pack),
            "versions": [], "values": [],
        }  # fmt: skip
        work.create(
            item, code=pack.code, zh=pack.form.title.zh, en=pack.form.title.en, currency=pack.form.currency,
            declares=entry["declares"], adopted_at=item.happened_at,
        )  # fmt: skip
        state[item.id] = entry
        for policy in pack.policies:
            _add_version(work, item, entry, policy)
        for name, value in (item["values"] or {}).items():
            _add_value(work, item, entry, name, value, item["effective_on"] or _today(work))
        enter_rulebooks(work, item, state, stored_calendars(), number)


@verb("policy.publish", Label("发布制度新版本", "Publish new versions"), on=PACK,
      arguments=(FILES, EFFECTIVE_ON, HOW_RUNNING), loads=("versions", "values"))  # fmt: skip
def publish(work: Work, items: list[Item]) -> None:
    """Bring a pack's changed policies into force: those that are gone end, those that did not change stay."""
    for item in _one(work, items):
        pack = _checked(work, item)
        if pack is None:
            continue
        if pack.code != item.before["code"]:
            message = Label(f"这是另一个制度包：{pack.code}", f"this is another pack: {pack.code}")
            work.refuse(item, Reason(message, Label("请改用“采用制度包”", "adopt it instead"), kind="input"))
            continue
        number, state = last_number(), stored_state()
        entry = state[item.id]
        entry["declares"] = _joined(entry["declares"], declarations(pack))
        work.set(
            item, zh=pack.form.title.zh, en=pack.form.title.en, currency=pack.form.currency,
            declares=entry["declares"],
        )  # fmt: skip
        for policy in pack.policies:
            day = _effective(work, item, policy)
            latest = [version for version in entry["versions"] if version["code"] == policy.code]
            if any(digest(policy_body(policy)) == version["hash"] and in_force(version, day) for version in latest):
                continue
            if _end(work, item, entry, policy.code, day):
                _add_version(work, item, entry, policy)
        codes = {policy.code for policy in pack.policies}
        for gone in sorted({version["code"] for version in entry["versions"]} - codes):
            _end(work, item, entry, gone, item["effective_on"] or _today(work))
        enter_rulebooks(work, item, state, stored_calendars(), number)


@verb("parameter.set", Label("设定参数", "Set a parameter"), on=PACK,
      arguments=(
          Argument("parameter", Text(60), Label("参数", "Parameter"), required=True),
          Argument("value", Text(400), Label("值", "Value"), required=True),
          Argument("effective_on", Date(), Label("自哪天起", "From")),
      ), loads=("values",))  # fmt: skip
def set_parameter(work: Work, items: list[Item]) -> None:
    """Give one of the pack's parameters a value from a day on (today, if none is given)."""
    for item in _one(work, items):
        number, state = last_number(), stored_state()
        entry = state[item.id]
        day = item["effective_on"] or _today(work)
        for value in entry["values"]:
            if value["parameter"] == item["parameter"] and (value["ends_on"] is None or value["ends_on"] > day):
                value["ends_on"] = max(day, value["effective_on"])
                work.set_line(item, "values", value["id"], ends_on=value["ends_on"])
        if _add_value(work, item, entry, item["parameter"], item["value"], day):
            enter_rulebooks(work, item, state, stored_calendars(), number)


def _today(work: Work) -> dt.date:
    return work.now.astimezone(COMPANY_ZONE).date()


def _one(work: Work, items: list[Item]) -> Iterable[Item]:
    """The first item; the others are refused, because each would have to know of those before."""
    for item in items[1:]:
        message = Label("制度的变更要一件一件办", "changes of policies are made one at a time")
        work.refuse(item, Reason(message, Label("请再提交一次", "please submit it again"), kind="invariant"))
    return items[:1]


def _checked(work: Work, item: Item) -> Pack | None:
    """The pack of the item's files, compiled without fault; else the item is refused."""
    pack, faults = pack_from_texts({str(name): str(text) for name, text in item["files"].items()})
    if pack is not None and not faults:
        _, faults = check_pack(pack, item["values"])
    if faults:
        refuse_faults(work, item, faults)
        return None
    return pack


def _effective(work: Work, item: Item, policy: Policy) -> dt.date:
    day: dt.date = item["effective_on"] or policy.effective_on or _today(work)
    return day


def _add_version(work: Work, item: Item, entry: Mapping[str, Any], policy: Policy) -> None:
    body = policy_body(policy)
    if item["running"]:
        body["running"] = item["running"]
    number = max((v["number"] for v in entry["versions"] if v["code"] == policy.code), default=0) + 1
    version = {
        "title": policy.title,
        "number": number,
        "body": body,
        "hash": digest(policy_body(policy)),
        "effective_on": _effective(work, item, policy),
        "ends_on": policy.ends_on,
    }
    entry["versions"].append({"code": policy.code, **version})
    work.add_line(
        item,
        "versions",
        policy=policy.code,
        file=policy.file,
        text=policy.text,
        published_at=item.happened_at,
        **version,
    )


def _end(work: Work, item: Item, entry: Mapping[str, Any], code: str, day: dt.date) -> bool:
    """End what holds of a policy on a day; refuses where a later version is announced already."""
    for version in entry["versions"]:
        if version["code"] != code or (version["ends_on"] is not None and version["ends_on"] <= day):
            continue
        if version["effective_on"] > day:
            message = Label(
                f"“{version['title']}”第 {version['number']} 版已公布，自 {version['effective_on']} 起施行",
                f"version {version['number']} of “{version['title']}” is announced for {version['effective_on']}",
            )
            cure = Label("选同一天或更晚的施行日期", "choose that day or a later one")
            work.refuse(item, Reason(message, cure, field="effective_on", kind="invariant"))
            return False
        version["ends_on"] = day
        work.set_line(item, "versions", version["id"], ends_on=day)
    return True


def _add_value(work: Work, item: Item, entry: Mapping[str, Any], name: str, raw: Any, day: dt.date) -> bool:
    declared = entry["declares"]["parameters"].get(name)
    if declared is None:
        message = Label(f"没有名为“{name}”的参数", f"there is no parameter “{name}”")
        known = "、".join(entry["declares"]["parameters"]) or "—"
        work.refuse(item, Reason(message, Label(f"可设的参数：{known}", f"parameters: {known}"), field="parameter"))
        return False
    kind = kind_of(declared, entry["currency"])
    try:
        value = None if empty(raw) else kind.to_json(kind.parse(raw))
    except BadValue as error:
        work.refuse(item, Reason(error.label, field="value", kind="input"))
        return False
    entry["values"].append({"parameter": name, "value": value, "effective_on": day, "ends_on": None})
    work.add_line(item, "values", parameter=name, value={"is": value}, effective_on=day, ends_on=None)
    return True


def _joined(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Declarations of both: what a version still in force names must not vanish under it."""
    fields = {
        name: {**before["fields"].get(name, {}), **after["fields"].get(name, {})}
        for name in {*before["fields"], *after["fields"]}
    }
    return {
        "roles": {**before["roles"], **after["roles"]},
        "fields": fields,
        "parameters": {**before["parameters"], **after["parameters"]},
    }
