"""What changes in the company in the course of the year: its policy, a post, a department's place, a closed office."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from keguan.cli.demo.acting import Act, Course
from keguan.cli.demo.firm import Firm
from keguan.cli.demo.founding import username
from keguan.cli.demo.hours import later, local_day
from keguan.policies.packs.forms import OrganisationForm, UnitForm
from keguan.policies.packs.pack import Pack, pack_from_texts

ADMINISTRATOR = "luo_admin"


def earlier_edition(pack: Pack, earlier: Mapping[str, Any]) -> Pack:
    """The pack as it read before the change in mid-year."""
    text = pack.texts[earlier["file"]]
    for edit in earlier["edits"]:
        if text.count(edit["is"]) != 1:
            raise ValueError(f"the demo's earlier edition: “{edit['is']}” stands {text.count(edit['is'])} times")
        text = text.replace(edit["is"], edit["was"])
    kept = {name: one for name, one in pack.texts.items() if name == "pack.yaml" or name.startswith("policies/")}
    found, faults = pack_from_texts({**kept, earlier["file"]: text})
    if found is None or faults:
        raise ValueError("the demo's earlier edition: " + "; ".join(str(fault) for fault in faults))
    return found


def at_first(cast: OrganisationForm, changes: Mapping[str, Any]) -> OrganisationForm:
    """The company a year ago: somebody else in a post, a department elsewhere."""
    post, move = changes["predecessor"], changes["move"]
    people = [
        one.model_copy(update={"name": post["name"]}) if one.person == post["post"] else one for one in cast.people
    ]
    [moved] = [one for one in _all(cast.units) if one.unit == move["unit"]]
    units = [_placed(one, moved, move["from"]) for one in cast.units]
    return cast.model_copy(update={"people": people, "units": units})


def _all(units: Iterable[UnitForm]) -> Iterable[UnitForm]:
    for unit in units:
        yield unit
        yield from _all(unit.units)


def _placed(unit: UnitForm, moved: UnitForm, above: str) -> UnitForm:
    below = [_placed(one, moved, above) for one in unit.units if one.unit != moved.unit]
    return unit.model_copy(update={"units": [*below, moved] if unit.unit == above else below})


def new_policy(firm: Firm, pack: Pack) -> Course:
    """The tightened policy is published and takes effect the next day; what runs is finished by the old one."""
    moment = firm.moment(firm.words["changes"]["version"]["at"], 16)
    files = {name: text for name, text in pack.texts.items() if name == "pack.yaml" or name.startswith("policies/")}
    day = local_day(moment) + dt.timedelta(days=1)
    yield Act(moment, ADMINISTRATOR, "policy.publish", "pack", {"files": files, "effective_on": day, "running": "keep"})


def new_holder(firm: Firm, cast: OrganisationForm, post: str) -> Course:
    """Somebody leaves: his successor joins, takes the post and what is open, and signs in."""
    change = firm.words["changes"]["predecessor"]
    moment, who = firm.moment(change["until"], 9), change["post"]
    [successor] = [one for one in cast.people if one.person == who]
    day, left = local_day(moment), f"{who}_before"
    yield Act(moment, ADMINISTRATOR, "person.add", None, {"name": successor.name, "joined_on": day}, who)
    moment = later(moment, 10)
    yield Act(moment, ADMINISTRATOR, "post.assign", post, {"person": who, "starts_on": day})
    moment = later(moment, 10)
    yield Act(moment, ADMINISTRATOR, "person.grant_sign_in", who, {"username": username(who)})
    moment = later(moment, 30)
    yield Act(moment, ADMINISTRATOR, "person.hand_over", left, {"to": [who]})
    moment = later(moment, 10)
    yield Act(moment, ADMINISTRATOR, "post.relieve", post, {"person": left, "ends_on": day})
    moment = later(moment, 10)
    yield Act(moment, ADMINISTRATOR, "person.leave", left, {"left_on": day})


def moved(firm: Firm) -> Course:
    """A department comes under another."""
    move = firm.words["changes"]["move"]
    yield Act(firm.moment(move["at"], 14), ADMINISTRATOR, "unit.change", move["unit"], {"parent": "company"})


def closed_days(firm: Firm) -> Course:
    """The office is closed for some days, announced the day before; terms in working time move."""
    closed = firm.words["changes"]["closed"]
    moment = firm.moment(closed["at"], 11)
    first = local_day(moment) + dt.timedelta(days=1)
    days = {"on": first, "to": first + dt.timedelta(days=closed["days"] - 1), "name": closed["name"]}
    yield Act(moment, ADMINISTRATOR, "calendar.add_days", "calendar", days)


def stand_in(firm: Firm) -> Course:
    """The deputy in charge is away and lets another decide."""
    away = firm.words["changes"]["delegation"]
    begin = firm.moment(away["at"], 9)
    given = {"delegate": away["to"], "starts_at": begin, "ends_at": begin + dt.timedelta(days=away["days"]),
             "reason": away["why"]}  # fmt: skip
    yield Act(begin, away["who"], "delegation.begin", None, given)
