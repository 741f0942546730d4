"""Finding a customer among a million by characters of the name, initials, pinyin, phone tail, beside bare SQL for that.

Ours is what the page of customers asks, rows, main phones and count and all; the bare way knows the indexes and what
the text may mean, reads what the viewer is, the rows in one statement, the count in one, by plain psycopg.
"""

from collections.abc import Sequence
from typing import Any

from bench.firm import Firm, product_database
from bench.results import Asked, Result, paired, result

COUNTED = 1001
ROWS = """
    select c.id, c.code, c.name, c.kind, c.city, k.name, p.name, u.name, f.digits, f.extension
    from customers_customer c
    left join org_person p on p.id = c.owner
    left join org_unit u on u.id = c.unit
    left join customers_contact k on k.id = c.primary_contact
    left join lateral (
        select digits, extension from customers_phone where customer = c.id
        order by contact is distinct from c.primary_contact, id limit 1
    ) f on true
    where {where} order by c.sort_key, c.id limit 26
"""
COUNT = "select count(*) from (select from customers_customer c where {where} limit 1001) counted"
MEANT = {
    "name": "select id from customers_customer where grams @> %(grams)s and folded like %(like)s limit 2000",
    "initials": "select id from customers_customer where initials like %(like)s limit 2000",
    "spelled": "select id from customers_customer where sort_key like %(spelled)s limit 2000",
    "within": "select id from customers_customer where initials like %(begun)s and sort_key like %(inner)s limit 2000",
    "code": "select id from customers_customer where upper(code) like %(start)s limit 2000",
    "tail": "select customer from customers_phone where reverse(digits) like %(tail)s limit 2000",
}
SEARCHES = {
    "customer-search": ("昌诚", ("name", "code")),
    "customer-search-initials": ("hmcc", ("name", "initials", "code")),
    "customer-search-pinyin": ("hemuchangcheng", ("name", "initials", "spelled", "within", "code")),
    "customer-search-pinyin-begun": ("qingshich", ("name", "initials", "spelled", "within", "code")),
    "customer-search-phone": ("4821", ("name", "code", "tail")),
}


def measure(names: Sequence[str], asked: Asked) -> list[Result]:
    """A thousand customers for each object of a list."""
    assert tuple(names) == ("customer-search",)
    many = asked.size * 1000
    unit = f"ms per page of 25 of {many:,} customers"
    found = []
    with product_database():
        from bench import crowd

        firm = Firm()
        crowd.add_customers(many)
        for name, (text, meant) in SEARCHES.items():
            ours, bare = page_of(firm, text), bare_of(firm, text, meant)
            mine, theirs = ours(), bare()
            if mine != theirs:
                raise RuntimeError(f"{name}: {mine} and {theirs} are not the same customers")
            times = paired(ours, bare, asked.rounds)
            found.append(result(name, f"bare SQL for the same rows ({mine[1]} found)", times, unit, 1))
    return found


def page_of(firm: Firm, text: str) -> Any:
    """What the page of the product asks; gives the ids and the count."""
    from django.http import QueryDict

    from keguan.controls import scopes
    from keguan.kernel import clock
    from keguan.kernel.glance import one_look
    from keguan.policies.rulebooks import current
    from keguan.web.records.lists import Asked as Looked
    from keguan.web.views.customer_list import CUSTOMERS

    who, given = firm.people["shen"], QueryDict(f"q={text}")
    columns = CUSTOMERS.listing.columns(given)

    @one_look()
    def ours() -> tuple[list[Any], int]:
        rules = current(clock.now())
        asked = Looked(who, given, "zh-hans", scopes.grants(who, rules), rules)
        return list(CUSTOMERS.part(asked, columns).keys), CUSTOMERS.count(asked, COUNTED - 1)

    return ours


def bare_of(firm: Firm, text: str, meant: Sequence[str]) -> Any:
    """The same by hand."""
    from bench.plain import cursor, viewer
    from keguan.customers.names import folded, wanted_grams
    from keguan.kernel.records.pinyin import spellings

    plain = folded(text)
    parts = next(iter(spellings(plain)), ())
    spelled = {
        "spelled": f"{' '.join(parts)}%",
        "inner": f"% {' '.join(parts)}%",
        "begun": f"%{''.join(part[0] for part in parts)}%",
    }
    given = {
        "grams": wanted_grams(text),
        "like": f"%{plain}%",
        "start": f"{plain.upper()}%",
        "tail": f"{text[::-1]}%",
    } | spelled
    where = f"c.id = any(array({' union '.join(f'({MEANT[one]})' for one in meant)}))"
    rows, counted = ROWS.format(where=where), COUNT.format(where=where)

    def bare() -> tuple[list[Any], int]:
        with cursor() as to:
            viewer(to, firm.people["shen"])
            to.execute(rows, given)
            found = to.fetchall()
            to.execute(counted, given)
            [count] = to.fetchone()
        return [row[0] for row in found[:25]], count

    return bare
