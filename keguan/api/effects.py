"""What a change of calendars would do to running deadlines, as part of its preview."""

from typing import Any

from keguan.api.problems import clause_json
from keguan.controls.queries.calendar_effect import Effect
from keguan.kernel import clock
from keguan.policies.rulebooks import current


def effect_json(found: Effect, language: str) -> dict[str, Any]:
    """Counts, and the deadlines that move furthest with their clauses; `object` is null where it may not be seen."""
    controls = current(clock.now()).by_key
    return {
        "running": found.running,
        "is_part": found.is_part,
        "moved": found.moved,
        "earlier": found.earlier,
        "overdue": found.overdue,
        "deadlines": [
            {
                "clause": clause_json(controls[one.control].citation, language) if one.control in controls else None,
                "type": one.object_type,
                "object": str(one.object) if one.object else None,
                "before": one.was.isoformat(),
                "after": one.now.isoformat(),
                "is_overdue": one.is_overdue,
            }
            for one in found.most
        ],
    }
