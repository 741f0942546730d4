"""Run in the environment of BottleCRM: its REST create, list, search and breach scan, told as JSON."""

import datetime as dt
import json
import random
import sys
import time

import django

django.setup()
from business_hours.models import BusinessCalendar, BusinessHoliday  # noqa: E402
from cases import tasks  # noqa: E402
from cases.models import Case, EscalationPolicy  # noqa: E402
from common.models import Org, Profile  # noqa: E402
from common.serializer import OrgAwareRefreshToken  # noqa: E402
from common.tasks import set_rls_context  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from timing import WANTED, laps, title  # noqa: E402

wanted, many, due, rounds = set(sys.argv[1].split(",")), *map(int, sys.argv[2:5])
random.seed(1)
call_command("migrate", verbosity=0)
user = get_user_model().objects.create_user(email="bench@example.cn", password="bench-only-12")
org = Org.objects.create(name="bench")
set_rls_context(org.id)
profile = Profile.objects.create(user=user, org=org, role="ADMIN", is_organization_admin=True, is_active=True)
hours = {
    f"{day}_{end}": at
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    for end, at in (("open", dt.time(9)), ("close", dt.time(18)))
}
calendar = BusinessCalendar.objects.create(org=org, is_default=True, timezone="Asia/Shanghai", **hours)
for number in range(30):
    day = dt.date(2026, 1, 1) + dt.timedelta(days=12 * number)
    BusinessHoliday.objects.create(calendar=calendar, org=org, date=day, name="h")
for priority in ("Low", "Normal", "High", "Urgent"):
    EscalationPolicy.objects.get_or_create(
        org=org, priority=priority, defaults={"first_response_target": profile, "resolution_target": profile}
    )
Case.objects.bulk_create(
    [
        Case(name=f"{title()}{number}", status="New", priority="Normal", org=org, description=title() * 3,
             sla_first_response_hours=8, sla_resolution_hours=48)
        for number in range(many)
    ],
    batch_size=2000,
)  # fmt: skip
token = OrgAwareRefreshToken.for_user_and_org(user, org, profile).access_token
headers = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
client = Client()


def get(query):
    def run():
        reply = client.get("/api/cases/" + query, **headers)
        assert reply.status_code == 200, reply.content[:300]

    return run


def create():
    body = {"name": f"{title()}{random.random()}", "status": "New", "priority": "Normal", "description": "d"}
    reply = client.post("/api/cases/", data=json.dumps(body), content_type="application/json", **headers)
    assert reply.status_code in (200, 201), reply.content[:300]


def sweep():
    set_rls_context(org.id)
    began = time.perf_counter()
    fired = tasks._scan_org(org)  # noqa: SLF001 – what its periodic task runs for each company
    return (time.perf_counter() - began) * 1000, fired


told = {}
if "create" in wanted:
    told["create"] = laps(create, rounds)
if "list" in wanted:
    told["list"] = laps(get("?limit=25&offset=0"), rounds)
if "search" in wanted:
    told["search"] = laps(get(f"?limit=25&offset=0&search={WANTED}"), rounds)
if "sweep" in wanted:
    took, fired = sweep()
    assert not fired, fired
    told["idle"] = [took]
    set_rls_context(org.id)
    ids = list(Case.objects.order_by("id").values_list("id", flat=True)[:due])
    Case.objects.filter(id__in=ids).update(created_at=timezone.now() - dt.timedelta(days=40))
    took, fired = sweep()
    assert fired, fired
    told["due"] = [took]
print(json.dumps(told))
