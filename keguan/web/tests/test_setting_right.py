"""Corrections and undoing on the pages: what is wrong is chosen and said once, the rest of the form changes nothing."""

import datetime as dt
import re
from uuid import UUID, uuid4

from django.urls import reverse

from keguan.cases.models import Case
from keguan.kernel import clock
from keguan.kernel.journal.read import timeline
from keguan.web.tests.conftest import Office


def opened(office: Office) -> Case:
    form = {
        "idempotency_key": str(uuid4()),
        "kind": "complaint",
        "channel": "phone",
        "title": "到货少两件",
        "quantity": "17",
    }
    place = office.browser("agent").post(reverse("web:case_take"), form)["Location"]
    return Case.objects.get(code=place.strip("/").split("/")[-1])


def inputs(page: str) -> dict[str, str]:
    """What a browser would post of the form as it stands."""
    form = page[page.index('id="act"') :]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]+)"', tag)
        if name and (kind is None or kind[1] not in ("radio", "checkbox") or "checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form):
        found[name] = body.strip("\n")
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', body)
        found[name] = chosen[1] if chosen else ""
    found.pop("csrfmiddlewaretoken", None)
    return found


def test_only_what_was_changed_in_the_form_is_corrected(office: Office) -> None:
    case, client = opened(office), office.browser("agent")
    address = reverse("web:case_act", args=[case.code, "correct"])
    form = inputs(client.get(address).content.decode())
    assert (form["is_title"], form["is_quantity"]) == ("到货少两件", "17")
    response = client.post(address, {**form, "is_order_no": "D-78", "reason": "抄漏了"})
    assert response.status_code == 302, response.content.decode()
    newest = timeline(case.id)[0]
    assert newest.verb == "case.correct" and set(newest.changes) == {"order_no"}
    page = client.get(reverse("web:case_page", args=[case.code])).content.decode()
    assert "订单编号 空 → D-78" in page and "抄漏了" in page


def test_nothing_changed_is_refused_and_the_reason_stays_typed(office: Office) -> None:
    case, client = opened(office), office.browser("agent")
    address = reverse("web:case_act", args=[case.code, "correct"])
    form = inputs(client.get(address).content.decode())
    response = client.post(address, {**form, "reason": "手误"})
    assert response.status_code == 422
    assert "没有说明更正什么" in response.content.decode() and "手误" in response.content.decode()


def test_the_time_of_an_act_is_chosen_from_the_course(office: Office) -> None:
    case, client = opened(office), office.browser("agent")
    address = reverse("web:case_act", args=[case.code, "correct"])
    page = client.get(address).content.decode()
    [event] = re.findall(r'value="([0-9a-f-]{36})"[^>]*>\s*登记工单', page) or re.findall(
        r'name="event" value="([0-9a-f-]{36})"', page
    )
    earlier = clock.now() - dt.timedelta(days=2)
    local = earlier.astimezone(dt.timezone(dt.timedelta(hours=8))).strftime("%Y-%m-%dT%H:%M")
    response = client.post(address, {**inputs(page), "event": event, "actual_at": local, "reason": "两天前就收到了"})
    assert response.status_code == 302, response.content.decode()
    case.refresh_from_db()
    assert case.opened_at == earlier.replace(second=0, microsecond=0)
    assert timeline(case.id)[0].corrects is not None


def test_the_newest_act_can_be_undone_on_the_page(office: Office) -> None:
    case, client = opened(office), office.browser("agent")
    office.act("case.assign", case.id, owner=office.people["agent"])
    key: UUID = office.people["manager"]
    client.post(
        reverse("web:case_act", args=[case.code, "assign"]), {"owner": str(key), "idempotency_key": str(uuid4())}
    )
    page = client.get(reverse("web:case_page", args=[case.code])).content.decode()
    [address] = re.findall(r'action="([^"]*/undo/[^"]*)"', page)
    client.post(address, {"idempotency_key": str(uuid4())})
    case.refresh_from_db()
    assert case.owner_id == office.people["agent"]
    assert office.browser("stranger").post(address).status_code == 404
