"""Proposals by REST: seen by those who decide, accepted as changed, dismissed with a reason, refused with why."""

from collections.abc import Iterator
from typing import Any

import pytest

from keguan.api.tests.conftest import NOW, SYSTEM, Door, Firm
from keguan.cases.models import Note
from keguan.controls.models import Proposal
from keguan.controls.tests.callbacks import adopt_callbacks
from keguan.kernel import clock
from keguan.kernel.commands.rows import Rows
from keguan.policies.rulebooks import forget

LATER = NOW.replace(minute=5)


@pytest.fixture(autouse=True)
def _own_rulebooks() -> Iterator[None]:
    """What one test enacts is rolled back: the next one's rulebook has the same number."""
    forget()
    yield
    forget()


def proposed(firm: Firm, how: str) -> str:
    """A case that was accepted, and what its acceptance had proposed."""
    adopt_callbacks(SYSTEM, how, "who did case.accept")
    with clock.pinned(LATER):
        code = firm.case()
        assert firm.manager.post(f"/cases/{code}/accept", {}).status == 200
    return str(Proposal.objects.get().id)


def shown(door: Door) -> list[dict[str, Any]]:
    answer = door.get("/proposals?state=waiting")
    assert answer.status in (200, 403), answer.body
    items: list[dict[str, Any]] = answer.body["items"] if answer.status == 200 else []
    return items


def notes() -> list[str]:
    return list(Note.objects.values_list("text", flat=True))


def test_a_draft_is_seen_changed_and_accepted(firm: Firm) -> None:
    key = proposed(firm, "draft")
    with clock.pinned(LATER):
        [row] = shown(firm.manager)
        assert row["id"] == key
        assert row["facts"]["verb"] == "case.note"
        assert row["facts"]["args"] == {"text": "请三日内回访"}
        assert shown(firm.stranger) == []
        assert firm.stranger.post(f"/proposals/{key}/accept").status == 404
        preview = firm.manager.post(f"/proposals/{key}/accept?preview=true", {"args": {"text": "请两日内回访"}})
        assert preview.body["would_be"] == "done"
        assert notes() == []
        done = firm.manager.post(
            f"/proposals/{key}/accept", {"args": {"text": "请两日内回访"}, "comment": "急"}, Idempotency_Key="once"
        )
        assert done.status == 200, done.body
        assert notes() == ["请两日内回访"]
        again = firm.manager.post(
            f"/proposals/{key}/accept", {"args": {"text": "请两日内回访"}, "comment": "急"}, Idempotency_Key="once"
        )
        assert again.status == 200
        twice = firm.manager.post(f"/proposals/{key}/accept")
        assert twice.status == 422
        assert "已经采纳" in twice.messages[0]
        assert notes() == ["请两日内回访"]
        assert shown(firm.manager) == []
    [made] = Rows().select("select actor, channel, caused_by from kernel_event where verb = 'case.note'")
    [accepted] = Rows().select("select id from kernel_event where verb = 'proposal.accept'")
    assert made == {"actor": firm.people["manager"], "channel": "follow_up", "caused_by": accepted["id"]}


def test_what_the_clause_fixes_cannot_be_changed(firm: Firm) -> None:
    key = proposed(firm, "propose")
    with clock.pinned(LATER):
        other = firm.manager.post(f"/proposals/{key}/accept", {"args": {"text": "不用回访"}})
        assert other.status == 422
        assert "不能改" in other.messages[0]
        assert other.body["reasons"][0]["cure"] == "保持原值"
        english = firm.manager.english().post(f"/proposals/{key}/accept", {"args": {"nothing": 1}})
        assert english.status == 422
        assert english.messages == ["there is no argument nothing"]
        assert firm.manager.post(f"/proposals/{key}/accept").status == 200
        assert notes() == ["请三日内回访"]


@pytest.mark.parametrize("body", [{}, {"comment": ""}])
def test_it_is_dismissed_with_a_reason(firm: Firm, body: dict[str, str]) -> None:
    key = proposed(firm, "propose")
    with clock.pinned(LATER):
        silent = firm.manager.post(f"/proposals/{key}/dismiss", body)
        assert silent.status == 422
        assert silent.body["reasons"][0]["field"] == "comment"
        assert firm.stranger.post(f"/proposals/{key}/dismiss", {"comment": "不"}).status == 404
        assert firm.manager.post(f"/proposals/{key}/dismiss", {"comment": "客户不便"}).status == 200
        one = firm.manager.get(f"/proposals/{key}")
        assert one.status == 200
        assert one.body["facts"]["state"] == "dismissed"
        assert one.body["facts"]["comment"] == "客户不便"
        late = firm.manager.post(f"/proposals/{key}/accept")
        assert late.status == 422
        assert "已经否决" in late.messages[0]
        assert notes() == []
