"""The list of cases over a million of them, beside bare SQL for the same rows, and beside itself over ten thousand.

Ours is what the page asks: who looks and what he may see, the rows with the nearest deadline and the clause behind it,
names, masks, and how many there are. The bare way knows the tables and indexes, reads in one statement what the viewer
is (a list cannot be right without), in one the rows with their neighbours, in one the count, by plain psycopg.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.firm import Firm, product_database
from bench.results import MS, Asked, Result, paired, result

LIMIT, COUNTED = 26, 1001
OPEN = "c.closed_at is null and c.voided_at is null"
ROWS = """
    select c.id, c.code, c.title, c.kind, c.stage, c.severity, c.opened_at, c.closed_at, c.due_at, k.name, p.name,
           u.name, o.control, o.due_at, o.state
    from cases_case c
    left join customers_customer k on k.id = c.customer
    left join org_person p on p.id = c.owner
    left join org_unit u on u.id = c.unit
    left join lateral (
        select control, due_at, state from controls_obligation
        where object = c.id and state in ('running', 'broken') order by due_at, id limit 1
    ) o on true
    where {where} order by {order} limit 26
"""
COUNT = "select count(*) from (select from cases_case c where {where} limit 1001) counted"
# what is one's own: each part by its own index, the first of each
OWN = """c.id in (
    (select c.id from cases_case c where c.owner = %(who)s and {where} order by {order} limit 26) union
    (select c.id from cases_case c where c.opened_by = %(who)s and {where} order by {order} limit 26) union
    (select c.id from cases_case c where c.followers @> array[%(who)s]::uuid[] and {where}
     order by {order} limit 26) union
    (select c.id from cases_case c where {where} and c.id in ({concerned}) order by {order} limit 26)
)"""
CONCERNED = """
    select object from controls_obligation
    where object_type = 'case' and people @> array[%(who)s]::uuid[] and state in ('running', 'broken')
    union all select object from controls_approval a where object_type = 'case' and state = 'waiting' and
        (requester = %(who)s or exists (
            select from controls_approvalstep s where s.parent = a.id and s.people @> array[%(who)s]::uuid[]))
"""
ALL_OWN = (
    "(c.owner = %(who)s or c.opened_by = %(who)s or c.followers @> array[%(who)s]::uuid[] or c.id in ({concerned}))"
)
FOUND = """c.id = any(array(
    (select c.id from cases_case c where {where} and c.grams @> %(grams)s
     and {folded} like %(like)s limit 2000) union
    (select c.id from cases_case c where {where} and upper(c.code) like upper(%(like)s) limit 2000) union
    (select c.id from cases_case c where {where} and upper(c.order_no) = upper(%(text)s) limit 2000) union
    (select c.id from cases_case c where {where} and c.customer in (
        select id from customers_customer where grams @> %(grams)s and folded like %(like)s limit 2000) limit 2000)
))"""
FOLDED = r"lower(regexp_replace(normalize(c.title, NFKC), '\s', '', 'g'))"
NEWEST, DUE = "c.opened_at desc, c.id desc", "c.due_at, c.id"
TEXT = "发票重复"


@dataclass(frozen=True)
class Scene:
    """A list that somebody asks for, and how bare SQL would find it."""

    name: str
    who: str
    query: str
    where: str
    order: str
    is_own: bool = False
    text: str = ""


SCENES = (
    Scene("list", "shen", "", OPEN, NEWEST),
    Scene("list-due", "shen", "sort=due", OPEN, DUE),
    Scene(
        "list-filtered", "shen", "sort=due&kind=complaint&stage=accepted",
        f"{OPEN} and c.kind = 'complaint' and c.stage = 'accepted'", DUE,
    ),
    Scene("list-late", "shen", "tab=late&sort=due", "c.due_at <= now()", DUE),
    Scene("list-search", "shen", f"tab=all&q={TEXT}", "true", NEWEST, text=TEXT),
    Scene("list-own", "fang", "sort=due", OPEN, DUE, is_own=True),
)  # fmt: skip


def measure(names: Sequence[str], asked: Asked) -> list[Result]:
    """Each list over ten cases, and over a thousand cases, for each object of a command's list."""
    assert tuple(names) == ("list",)
    few, many = asked.size * 10, asked.size * 1000
    with product_database():
        from bench import crowd

        firm = Firm()
        crowd.add_customers(max(asked.size, 10))
        crowd.add_cases(few)
        before = {scene.name: _times(firm, scene, asked.rounds) for scene in SCENES}
        crowd.add_cases(many - few)
        found = []
        for scene in SCENES:
            unit = f"ms per page of 25 of {many:,} cases"
            times = _times(firm, scene, asked.rounds)
            found.append(result(scene.name, "bare SQL for the same rows", times, unit, 1))
            small, big = statistics.median(before[scene.name][0]), statistics.median(times[0])
            flat = f"the same list over {few:,} cases"
            found.append(Result(f"{scene.name}-flat", big * MS, small * MS, flat, big / small, unit))
    return found


def _times(firm: Firm, scene: Scene, rounds: int) -> tuple[list[float], list[float]]:
    ours, bare = page_of(firm, scene), bare_of(firm, scene)
    mine, theirs = ours(), bare()
    if mine != theirs:
        raise RuntimeError(f"{scene.name}: {mine} and {theirs} are not the same list")
    return paired(ours, bare, rounds)


def page_of(firm: Firm, scene: Scene) -> Any:
    """What the page of the product asks; gives the ids and the count."""
    from django.http import QueryDict

    from keguan.controls import scopes
    from keguan.kernel import clock
    from keguan.kernel.glance import one_look
    from keguan.policies.rulebooks import current
    from keguan.web.records.lists import Asked as Looked
    from keguan.web.views.case_list import CASES

    who, given = firm.people[scene.who], QueryDict(scene.query)
    columns = CASES.listing.columns(given)

    @one_look()
    def ours() -> tuple[list[Any], int]:
        rules = current(clock.now())
        asked = Looked(who, given, "zh-hans", scopes.grants(who, rules), rules)
        return list(CASES.part(asked, columns).keys), CASES.count(asked, COUNTED - 1)

    return ours


def bare_of(firm: Firm, scene: Scene) -> Any:
    """The same by hand."""
    from bench.plain import cursor, viewer
    from keguan.customers.names import folded, wanted_grams

    where = scene.where
    given: dict[str, Any] = {"who": firm.people[scene.who]}
    if scene.text:
        text = folded(scene.text)
        given |= {"text": text, "like": f"%{text}%", "grams": wanted_grams(text)}
        where = FOUND.format(where=where, folded=FOLDED)
    rows, counted = where, where
    if scene.is_own:
        rows = OWN.format(where=where, order=scene.order, concerned=CONCERNED)
        counted = f"{where} and {ALL_OWN.format(concerned=CONCERNED)}"
    rows = ROWS.format(where=rows, order=scene.order)
    counted = COUNT.format(where=counted)

    def bare() -> tuple[list[Any], int]:
        with cursor() as to:
            viewer(to, given["who"])
            to.execute(rows, given)
            found = to.fetchall()
            to.execute(counted, given)
            [count] = to.fetchone()
        return [row[0] for row in found[: LIMIT - 1]], count

    return bare
