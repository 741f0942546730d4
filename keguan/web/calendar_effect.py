"""What a change of calendars would do, shown in its form before it is made."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from keguan.controls import scopes
from keguan.controls.queries import calendar_effect
from keguan.kernel.commands.verbs import Verb
from keguan.kernel.records.vocabulary import vocabulary
from keguan.web.doors import viewer
from keguan.web.pages import EffectPart, MovedRow
from keguan.web.rules import book, cited
from keguan.web.subjects import subjects


def is_asked(request: HttpRequest, act: Verb) -> bool:
    """Whether the form was handed in to see the effect only."""
    return act.name in calendar_effect.CHANGING and request.POST.get("intent") == "preview"


def effect_part(request: HttpRequest, act: Verb, record: UUID | None, args: Mapping[str, Any]) -> EffectPart | None:
    """The effect of the act as it was typed; nothing where it cannot be made so."""
    who, rules = viewer(request), book()
    found = calendar_effect.effect(who, act.name, record, args)
    if found is None:
        return None
    about = subjects(who, [(one.object_type, one.object) for one in found.most], scopes.grants(who), "calendar_effect")
    rows = []
    for one in found.most:
        subject = about.get(one.object) if one.object else None
        control = rules.by_key.get(one.control)
        rows.append(
            MovedRow(
                what=control.says if control else "",
                citation=cited(rules, one.control),
                record=subject.name if subject else vocabulary.types[one.object_type].label,
                url=subject.url if subject else "",
                was=one.was,
                now=one.now,
                is_overdue=one.is_overdue,
            )
        )
    return EffectPart(found.running, found.moved, found.earlier, found.overdue, tuple(rows), found.is_part)
