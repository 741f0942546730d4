"""A generated past in the mirror's own format: so many events of complaints, written as Parquet by DuckDB.

Each case is opened, accepted, classified, found, settled, answered and closed, with notes between; some stop on the
way. Times, amounts and people are hashes of the case's number, so every run has the same past.
"""

import datetime as dt
from pathlib import Path

from keguan.mirror.duck import connect
from keguan.mirror.manifest import File, Manifest, Part, digest

PER_CASE = 8
PEOPLE = 200
UNITS = 20
SINCE = dt.datetime(2023, 1, 2, tzinfo=dt.UTC)

CASES = """
    create table cases as
    select i, printf('0190%04x-%04x-7000-8000-%012x', (i // 65536) % 65536, i % 65536, i) as object,
        timestamptz '{since}' + interval 1 second * (i * {spacing})::bigint as opened_at,
        hash(i) as h, printf('0190ffff-0000-7000-8000-%012x', hash(i, 1) % {people}) as owner,
        printf('0190eeee-0000-7000-8000-%012x', hash(i, 2) % {units}) as unit,
        case when hash(i, 3) % 10 < 6 then 'complaint' when hash(i, 3) % 10 < 8 then 'consultation'
            else 'suggestion' end
            as kind,
        case when hash(i, 4) % 10 = 0 then 'serious' else 'ordinary' end as severity,
        (hash(i, 5) % 8000) as amount, hash(i, 6) % 100 as length
    from range({cases}) r(i)
"""
ACTS = """
    create table acts as
    select * from (values
        (1, 'case.open', 0, 0), (2, 'case.accept', 4, 0), (3, 'case.classify', 9, 5), (4, 'case.note', 20, 10),
        (5, 'case.find', 60, 15), (6, 'case.settle', 100, 20), (7, 'case.reply', 120, 25), (8, 'case.close', 140, 30)
    ) v(n, verb, hours, until)
"""
STREAM = """
    select 1::bigint as seal, printf('0191%04x-%04x-7%03x-8000-%012x', (i // 65536) % 65536, i % 65536, n, i) as event,
        object, n::bigint as n, 'case' as role, verb, owner as actor, null::varchar as on_behalf_of,
        moment as happened_at, moment as recorded_at, (moment + interval 8 hours)::date as happened_on, 1 as rulebook,
        'page' as channel, null::varchar as batch, null::varchar as caused_by, false as imported,
        null::varchar as controls, null::varchar as read, null::varchar as seen, null::varchar as marks,
        case when n = 1 then printf('"KS-%d"', i) end as f_code,
        case when n = 1 then '"' || kind || '"' end as f_kind,
        case when n = 1 then '"' || owner || '"' end as f_owner,
        case when n = 1 then '"' || owner || '"' end as f_opened_by,
        case when n = 1 then '"' || unit || '"' end as f_unit,
        case when n in (1, 3) then '"' || severity || '"' end as f_severity,
        case when n = 5 then '"' || (case when h % 3 = 0 then 'quality' else 'transport' end) || '"' end as f_cause,
        case when n = 5 then case when h % 2 = 0 then 'true' else 'false' end end as f_is_founded,
        case when n = 6 then '{{"amount": "' || amount || '.00", "currency": "CNY"}}' end as f_amount,
        case when n = 6 then '"discount"' end as f_handling,
        case when n = 7 then case when h % 5 = 0 then '"phone"' else '"letter"' end end as f_reply_channel,
        case n when 1 then '"registered"' when 2 then '"accepted"' when 5 then '"investigated"' when 6 then '"decided"'
            when 7 then '"answered"' when 8 then '"closed"' end as f_stage,
        case when n = 1 then '"' || kind || '"' end as a_kind,
        case when n in (1, 3) then '"' || severity || '"' end as a_severity,
        case when n = 6 then '{{"amount": "' || amount || '.00", "currency": "CNY"}}' end as a_amount,
        case when n = 6 then '"discount"' end as a_handling,
        case when n = 7 then case when h % 5 = 0 then '"phone"' else '"letter"' end end as a_reply_channel
    from (
        select c.*, a.n, a.verb,
            c.opened_at + interval 1 minute * (a.hours * 60 * (40 + hash(c.i, a.n) % 90) / 60)::bigint as moment
        from cases c join acts a on c.length >= a.until - 25
    ) happened
    order by happened_at
"""


def generate(directory: Path, events: int) -> Manifest:
    """Write a mirror of about so many events there, and its manifest."""
    directory.mkdir(parents=True, exist_ok=True)
    cases = events // PER_CASE
    backend = connect(directory)
    try:
        spacing = 3 * 365 * 86_400 / max(cases, 1)
        given = {"since": SINCE.isoformat(), "spacing": spacing, "people": PEOPLE, "units": UNITS, "cases": cases}
        backend.raw_sql(CASES.format(**given))
        backend.raw_sql(ACTS)
        path = directory / "stream_case" / "00000001-00000001.parquet"
        path.parent.mkdir(exist_ok=True)
        backend.raw_sql(f"copy ({STREAM.format()}) to '{path}' (format parquet, compression zstd)")
    finally:
        backend.disconnect()
    found = Manifest(1, "00" * 32, [Part(1, 1, "2023-01", {"stream_case": _file(directory, path)})])
    found.put(directory)
    return found


def _file(directory: Path, path: Path) -> File:
    import pyarrow.parquet as pq

    head = pq.read_metadata(path)
    schema = tuple((one.name, str(one.type)) for one in pq.read_schema(path))
    return File(str(path.relative_to(directory)), head.num_rows, path.stat().st_size, digest(path), schema)
