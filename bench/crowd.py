"""Cases and customers by the hundred thousand: true rows of the demo company, copied by SQL with what searches read.

A case takes its clocks with it, every moment shifted by the same step, so that what was late is late and what was kept
is kept. Nine of ten copies are of closed cases. Titles and names are drawn once, so every run has the same.
"""

import contextlib
import datetime as dt
import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from bench.plain import cursor
from keguan.customers.commands import search_keys
from keguan.customers.names import grams

TITLES = 2000
THINGS = ("报表", "发票", "账套", "接口", "条码", "库存", "合同", "凭证", "工资条", "对账单", "扫描枪", "打印机")
FAULTS = ("导出缺少合计行", "重复扣款", "升级后打不开", "到货时破损", "金额不符", "反应迟缓", "少发两件", "无法登录")
PLACES = (
    "禾木",
    "青石",
    "远山",
    "云溪",
    "长风",
    "白鹭",
    "北辰",
    "松江",
    "锦城",
    "东湖",
    "金陵",
    "岭南",
    "海棠",
    "兰亭",
)
TRADES = ("文具", "机械", "食品", "纺织", "电子", "医药", "建材", "物流", "印刷", "家具")
LETTERS = (
    "安邦博昌诚达德恩丰福刚高光广国海航浩和恒弘华汇吉佳嘉建健江金锦京景凯康科乐力利联龙隆茂美明宁鹏平普启谦勤庆瑞荣"
)
CLOSED = 0.9
AT_ONCE = 50_000
SPAN = dt.timedelta(days=3 * 365)
CUSTOMER = ("id", "code", "name", "kind", "city", "owner", "unit", "opened_by", "created_at", "folded", "grams",
            "initials", "sort_key")  # fmt: skip
PHONE = ("id", "customer", "digits", "kind")
COPIES = """
    create unlogged table bench_copy as
    select uuidv7(-(shift * interval '1 second')) as id, g as i, 'B' || %(known)s + g as code, pattern, title,
           shift * interval '1 second' as shift
    from (
        select g, (random() * %(seconds)s)::bigint as shift, 1 + g %% %(titles)s as title,
               case when random() < %(closed)s then closed[1 + g %% cardinality(closed)]
                    else running[1 + g %% cardinality(running)] end as pattern
        from generate_series(1, %(many)s) g,
             (select array_agg(id) filter (where closed_at is not null) as closed,
                     array_agg(id) filter (where closed_at is null and voided_at is null) as running
              from cases_case where code not like 'B%%') patterns
    ) drawn
"""
CASES = """
    insert into cases_case ({columns})
    select {cells} from bench_copy b join cases_case o on o.id = b.pattern join bench_title t on t.i = b.title
    cross join (select array_agg(id) as ids from (select id from customers_customer limit 5000) those) c
    cross join (select array_agg(id) as ids from org_person) p cross join (select array_agg(id) as ids from org_unit) u
"""
CLOCKS = """
    insert into controls_obligation ({columns})
    select {cells} from bench_copy b join controls_obligation o on o.object = b.pattern
"""
HEADS = """
    insert into kernel_head (id, type, n, recorded_at)
    select b.id, h.type, h.n, h.recorded_at - b.shift from bench_copy b join kernel_head h on h.id = b.pattern
"""
COLUMNS = """
    select attname, format_type(atttypid, null) from pg_attribute
    where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
"""
INDEXES = """
    select c.relname, pg_get_indexdef(c.oid) from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = %s::regclass and not exists (select from pg_constraint where conindid = c.oid)
"""
OWN_CASE = {
    "id": "b.id",
    "code": "b.code",
    "title": "t.title",
    "grams": "t.grams",
    "merged_into": "null",
    "split_from": "null",
    "owner": "p.ids[1 + b.i % cardinality(p.ids)]",
    "unit": "u.ids[1 + b.i % cardinality(u.ids)]",
    "opened_by": "p.ids[1 + b.i * 7 % cardinality(p.ids)]",
    "customer": "c.ids[1 + (random() * (cardinality(c.ids) - 1))::int]",
    "due_at": "case when o.due_at < '9999-01-01' then o.due_at - b.shift else o.due_at end",
}
OWN_CLOCK = {"id": "gen_random_uuid()", "object": "b.id", "opened_event": "null", "closed_event": "null"}


def add_cases(many: int, closed: float = CLOSED, titles: Sequence[str] = ()) -> None:
    """So many more cases, with their clocks, over three years; those still open are of the last weeks."""
    said = titles or drawn_titles()
    with cursor() as to:
        to.execute("select setseed(0.2)")
        to.execute("create temp table if not exists bench_title (i int primary key, title text, grams text[])")
        to.execute("truncate bench_title")
        with to.copy("copy bench_title from stdin") as lines:
            for at, title in enumerate(said, 1):
                lines.write_row((at, title, grams(title)))
        to.execute("drop table if exists bench_copy")
        to.execute("select count(*) from cases_case where code like 'B%'")
        [known] = to.fetchone()
        given = {"known": known, "seconds": SPAN.total_seconds(), "titles": len(said), "closed": closed, "many": many}
        to.execute(COPIES, given)
        to.execute("update bench_copy b set shift = b.shift / 60 from cases_case c"
                   " where c.id = b.pattern and c.closed_at is null")  # fmt: skip
        to.execute("update bench_copy set id = uuidv7(-shift) where shift < interval '30 days'")
        with rebuilt("cases_case"):
            _insert(to, CASES, "cases_case", OWN_CASE)
        with rebuilt("controls_obligation"):
            _insert(to, CLOCKS, "controls_obligation", OWN_CLOCK)
        to.execute(HEADS)
        to.execute("drop table bench_copy")
    analyze("cases_case", "controls_obligation", "kernel_head")


def drawn_titles() -> list[str]:
    """Titles as people write them."""
    draw = random.Random(20)
    return [
        draw.choice(PLACES) + draw.choice(THINGS) + draw.choice(FAULTS) + draw.choice(LETTERS) for _ in range(TITLES)
    ]


def _insert(to: Any, statement: str, table: str, own: dict[str, str]) -> None:
    to.execute(COLUMNS, [table])
    found = to.fetchall()
    cells = [
        own.get(name) or (f"o.{name} - b.shift" if kind.startswith("timestamp") else f"o.{name}")
        for name, kind in found
    ]
    to.execute(statement.format(columns=", ".join(name for name, _ in found), cells=", ".join(cells)))


def names(many: int, seed: int = 20) -> Iterator[str]:
    """Names of companies and people, as they are in a customer list."""
    draw = random.Random(seed)
    for at in range(many):
        if at % 5 == 0:
            yield draw.choice("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨") + draw.choice(LETTERS) + draw.choice(LETTERS)
        else:
            middle = "".join(draw.choices(LETTERS, k=3))
            yield draw.choice(PLACES) + middle + draw.choice(TRADES) + "有限公司"


def phone_of(at: int) -> str:
    """A number of its own for each customer."""
    return f"+861{3 + at % 7}{(at * 7_919_113) % 1_000_000_000:09}"


def customers(many: int, said: Iterable[str] = ()) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows of customers and of their phones, as `customer.add` leaves them in these tables."""
    named = itertools.islice(said or names(many), many)
    with cursor() as to:
        to.execute("select array_agg(id), (select array_agg(id) from org_unit) from org_person")
        people, units = to.fetchone()
        to.execute("select uuidv7(), uuidv7() from generate_series(1, %s)", [many])
        ids = to.fetchall()
        to.execute("select count(*) from customers_customer where code like 'B%'")
        [known] = to.fetchone()
    now = dt.datetime.now(dt.UTC)
    return (
        [
            _customer(ids[at][0], known + at, name, people[at % len(people)], units[at % len(units)], now)
            for at, name in enumerate(named)
        ],
        [(ids[at][1], ids[at][0], phone_of(known + at), "mobile") for at in range(many)],
    )


def copy_customers(rows: tuple[Iterable[Sequence[Any]], Iterable[Sequence[Any]]]) -> None:
    """Write them by COPY."""
    with cursor() as to:
        for table, columns, several in zip(
            ("customers_customer", "customers_phone"), (CUSTOMER, PHONE), rows, strict=True
        ):
            with to.copy(f"copy {table} ({', '.join(columns)}) from stdin") as lines:
                for row in several:
                    lines.write_row(row)


def add_customers(many: int) -> None:
    """So many more customers, each with a phone."""
    said = names(many)
    with rebuilt("customers_customer"), rebuilt("customers_phone"):
        for done in range(0, many, AT_ONCE):
            copy_customers(customers(min(AT_ONCE, many - done), said))
    analyze("customers_customer", "customers_phone")


def _customer(key: Any, at: int, name: str, owner: Any, unit: Any, now: dt.datetime) -> tuple[Any, ...]:
    kind = "person" if len(name) == 3 else "organisation"
    found = search_keys(name, kind)
    return (key, f"B{at:07}", name, kind, PLACES[at % len(PLACES)], owner, unit, owner, now, found["folded"],
            found["grams"], found["initials"], found["sort_key"])  # fmt: skip


@contextlib.contextmanager
def rebuilt(table: str) -> Iterator[None]:
    """The table's plain indexes are taken away and made anew, its triggers rest: both would take several times as long.

    Not within a transaction (a test's), which has not checked its rows yet.
    """
    if connection.in_atomic_block:
        yield
        return
    with cursor() as to:
        to.execute(INDEXES, [table])
        found = to.fetchall()
        for name, _ in found:
            to.execute(f'drop index "{name}"')
        to.execute(f"alter table {table} disable trigger user")
        yield
        to.execute(f"alter table {table} enable trigger user")
        to.execute("set maintenance_work_mem = '512MB'")
        for _, definition in found:
            to.execute(definition)
        to.execute("reset maintenance_work_mem")


def analyze(*tables: str) -> None:
    """Statistics and, outside of a transaction, what autovacuum would have done by then."""
    with cursor() as to:
        for table in tables:
            to.execute(f"analyze {table}" if connection.in_atomic_block else f"vacuum analyze {table}")
