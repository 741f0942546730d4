"""Beside django-helpdesk and BottleCRM, each in an environment of its own, on the same server, with as many open cases.

Everybody answers in his own process without a web server between (Django's test client); everybody's table holds the
same titles. What counts is the better peer; the other is told too. Only BottleCRM keeps deadlines by working hours, so
the sweep with nothing due stands beside its scan; django-helpdesk's escalation (days since the last) is told beside
the sweep of a tenth that is due.
"""

import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from bench.environments import environment
from bench.firm import Firm, product_database
from bench.results import MS, Asked, Result

HERE = Path(__file__).parent
VERSIONS = ("3.12", "3.13")
HELPDESK, BOTTLECRM = "django-helpdesk 2.6.1", "BottleCRM 1.35.0"
PEERS: dict[str, tuple[str, str, tuple[str, ...], dict[str, str]]] = {
    HELPDESK: (
        "helpdesk", "postgres", ("django>=5.2,<5.3", "django-helpdesk==2.6.1", "psycopg[binary]"),
        {"DJANGO_SETTINGS_MODULE": "helpdesk_settings", "PYTHONPATH": str(HERE)},
    ),
    BOTTLECRM: (
        "bottlecrm", "crm_app", ("django-crm==1.35.0",),
        {
            "DJANGO_SETTINGS_MODULE": "crm.settings", "PYTHONPATH": str(HERE), "SECRET_KEY": "bench-only-" * 8,
            "ENV_TYPE": "dev", "DEBUG": "False", "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
            "CELERY_BROKER_URL": "memory://", "CELERY_RESULT_BACKEND": "cache+memory://",
        },
    ),
}  # fmt: skip
"""Its program, the role that owns its database (row-level security is void for a superuser), packages, settings."""
Laps = Mapping[str, Sequence[float]]


def measure(names: Sequence[str], asked: Asked) -> list[Result]:
    """Ours beside the better peer, with 20 cases for each object of a list, a tenth of them due at last."""
    wanted = [name.removeprefix("peer-") for name in names]
    many, due = asked.size * 20, asked.size * 2
    pythons = {peer: environment(f"peer-{PEERS[peer][0]}", PEERS[peer][2], VERSIONS) for peer in PEERS}
    with product_database():
        ours = _ours(Firm(), wanted, many, due, asked.rounds)
        theirs = {peer: _peer(peer, python, wanted, many, due, asked.rounds) for peer, python in pythons.items()}
    return [one for name in wanted for one in _told(name, ours, theirs, many, due)]


def _told(name: str, ours: Laps, theirs: Mapping[str, Laps], many: int, due: int) -> list[Result]:
    if name != "sweep":
        better, other = sorted(theirs, key=lambda peer: median(theirs[peer][name]))
        unit = f"ms ({many:,} open cases)"
        return [
            _result(f"peer-{name}", ours[name], theirs[better][name], better, unit),
            _result(f"peer-{name}-other", ours[name], theirs[other][name], other, unit),
        ]
    found = []
    for kind, words in (("idle", "nothing due"), ("due", f"{due:,} due")):
        unit = f"ms ({words} of {many:,} open cases)"
        suffix = "" if kind == "idle" else f"-{kind}"
        found.append(
            _result(f"peer-sweep{suffix}", ours[kind], theirs[BOTTLECRM][kind], f"{BOTTLECRM}: breach scan", unit)
        )
        escalation = f"{HELPDESK}: escalate_tickets (no working hours, clauses, evidence)"
        found.append(_result(f"peer-sweep{suffix}-other", ours[kind], theirs[HELPDESK][kind], escalation, unit))
    return found


def _result(name: str, ours: Sequence[float], other: Sequence[float], other_is: str, unit: str) -> Result:
    return Result(name, median(ours), median(other), other_is, median(ours) / median(other), unit)


def _peer(peer: str, python: Path, wanted: Sequence[str], many: int, due: int, rounds: int) -> Laps:
    """A peer's laps, on a database of its own that is dropped afterwards."""
    import psycopg
    from django.db import connection
    from psycopg import sql

    program, role, _, settings = PEERS[peer]
    host = str(connection.settings_dict["HOST"])
    name = f"bench_{program}"
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("KEGUAN_", "DJANGO_", "PYTHON"))}
    environ |= {**settings, "DBNAME": name, "DBUSER": role, "DBPASSWORD": "", "DBHOST": host, "DBPORT": "5432"}
    script = str(HERE / f"time_{program}.py")
    command = [str(python), "-W", "ignore", script, ",".join(wanted), str(many), str(due), str(rounds)]
    with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as server:
        if not server.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
            server.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
        server.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(role)))
        try:
            with tempfile.TemporaryDirectory() as place:  # they write logs where they run
                done = subprocess.run(command, cwd=place, env=environ, check=False, capture_output=True, text=True)
        finally:
            server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
    if done.returncode:
        raise RuntimeError(f"{peer} failed:\n{done.stderr[-2000:]}")
    found: Laps = json.loads(done.stdout.splitlines()[-1])
    return found


def _ours(firm: Firm, wanted: Sequence[str], many: int, due: int, rounds: int) -> Laps:
    """The same through our API, and our sweep; the clocks of the copies stand far ahead until a tenth is due."""
    from django.db import connection
    from django.test import Client

    from bench import crowd
    from bench.peers.timing import WANTED, WORDS, laps
    from bench.served import FACTS
    from keguan.controls.sweep import sweep_all

    draw = random.Random(1)
    titles = ["".join(draw.choices(WORDS, k=5)) for _ in range(crowd.TITLES)]
    sweep_all()
    crowd.add_cases(many, closed=0.0, titles=titles)
    with connection.cursor() as cursor:
        cursor.execute(AHEAD)
    crowd.analyze("controls_obligation")
    client = Client(headers={"host": "localhost", "Authorization": f"Bearer {firm.token('cheng')}"})

    def get(query: str) -> Callable[[], None]:
        def run() -> None:
            reply = client.get(f"/api/v1/cases{query}")
            assert reply.status_code == 200, reply.content[:300]
            assert reply.json()["items"], query

        return run

    def create() -> None:
        facts = {**FACTS, "title": draw.choice(titles)}
        reply = client.post("/api/v1/cases", data=json.dumps(facts), content_type="application/json")
        assert reply.status_code == 201, reply.content[:300]

    def swept() -> float:
        began = time.perf_counter()
        sweep_all()
        return (time.perf_counter() - began) * MS

    told: dict[str, Any] = {}
    if "create" in wanted:
        told["create"] = laps(create, rounds)
    if "list" in wanted:
        told["list"] = laps(get("?limit=25"), rounds)
    if "search" in wanted:
        told["search"] = laps(get(f"?limit=25&q={WANTED}"), rounds)
    if "sweep" in wanted:
        told["idle"] = [swept() for _ in range(5)]
        with connection.cursor() as cursor:
            cursor.execute(DUE, [due])
        told["due"] = [swept()]
    return told


AHEAD = """
    update controls_obligation o
    set state = 'running', told = 0, next_at = now() + interval '30 days', due_at = now() + interval '30 days',
        plan = jsonb_build_object('steps', jsonb_build_array(
            jsonb_build_object('what', 'due', 'at', now() + interval '30 days', 'n', 0))),
        marks = jsonb_build_array(jsonb_build_object(
            'kind', 'open', 'at', o.opened_at, 'due_at', now() + interval '30 days'))
    from cases_case c where c.id = o.object and c.code like 'B%' and o.state in ('running', 'broken')
"""
DUE = """
    update controls_obligation o
    set next_at = d.at, due_at = d.at,
        plan = jsonb_build_object('steps', jsonb_build_array(jsonb_build_object('what', 'due', 'at', d.at, 'n', 0))),
        marks = jsonb_build_array(jsonb_build_object('kind', 'open', 'at', o.opened_at, 'due_at', d.at))
    from (
        select distinct on (b.object) b.id, now() - interval '5 minutes' as at
        from controls_obligation b join cases_case c on c.id = b.object and c.code like 'B%%'
        where b.state = 'running' order by b.object limit %s
    ) d where d.id = o.id
"""
