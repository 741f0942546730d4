"""Run in the environment of django-helpdesk: its REST create, staff list, search and escalation, told as JSON."""

import json
import random
import sys
import time
from datetime import timedelta

import django

django.setup()
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402
from helpdesk.query import query_to_base64  # noqa: E402
from timing import WANTED, laps, title  # noqa: E402

wanted, many, due, rounds = set(sys.argv[1].split(",")), *map(int, sys.argv[2:5])
random.seed(1)
call_command("migrate", verbosity=0)
user = get_user_model().objects.create_user("bench", is_staff=True, is_superuser=True)
queue = Queue.objects.create(slug="c", title="投诉", escalate_days=1, allow_public_submission=True)
client = Client()
client.force_login(user)
now = timezone.now()
given = {"queue": queue, "submitter_email": "c@example.cn", "priority": 5, "status": 1, "secret_key": "x"}
Ticket.objects.bulk_create(
    [Ticket(title=title(), description=title() * 5, created=now, modified=now, **given) for _ in range(many)],
    batch_size=2000,
)


def create():
    body = {"queue": queue.pk, "title": title(), "description": "d", "submitter_email": "c@example.cn", "priority": 3}
    reply = client.post("/helpdesk/api/tickets/", data=json.dumps(body), content_type="application/json")
    assert reply.status_code == 201, reply.content[:300]


def listing(text):
    query = query_to_base64({"filtering": {"status__in": [1, 2]}, "sorting": "created", "search_string": text})

    def run():
        reply = client.get("/helpdesk/datatables_ticket_list/" + query, {"draw": 1, "start": 0, "length": 25})
        assert len(reply.json()["data"]) > 0, reply.content[:300]

    return run


def sweep():
    began = time.perf_counter()
    call_command("escalate_tickets")
    return (time.perf_counter() - began) * 1000


told = {}
if "create" in wanted:
    told["create"] = laps(create, rounds)
if "list" in wanted:
    told["list"] = laps(listing(""), rounds)
if "search" in wanted:
    told["search"] = laps(listing(WANTED), rounds)
if "sweep" in wanted:
    told["idle"] = [sweep() for _ in range(3)]
    ids = list(Ticket.objects.order_by("pk").values_list("pk", flat=True)[:due])
    Ticket.objects.filter(pk__in=ids).update(created=now - timedelta(days=6))
    before = FollowUp.objects.count()
    told["due"] = [sweep()]
    assert FollowUp.objects.count() - before == due, FollowUp.objects.count() - before
print(json.dumps(told))
