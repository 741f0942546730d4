-- The journal and what commands need beside it. Append-only tables are guarded by triggers and by the role's rights.
create table kernel_head (
    id uuid primary key,
    type text not null,
    n bigint not null,
    recorded_at timestamptz not null
) with (fillfactor = 80);

create table kernel_rulebook (
    id uuid primary key,
    number integer not null unique,
    valid_from timestamptz not null,
    hash text not null,
    body jsonb not null default '{}'
);
create index kernel_rulebook_valid_from on kernel_rulebook (valid_from desc, number desc);

create table kernel_event (
    id uuid primary key,
    verb text not null,
    actor uuid,
    on_behalf_of uuid,
    happened_at timestamptz not null,
    recorded_at timestamptz not null,
    rulebook integer not null,
    channel text not null,
    batch uuid,
    caused_by uuid,
    envelope text not null,
    payload_digest bytea,
    digest bytea not null
) partition by range (id);
create index kernel_event_batch on kernel_event (batch) where batch is not null;

create table kernel_event_object (
    object uuid not null,
    n bigint,
    event uuid not null,
    type text not null,
    role text not null,
    verb text not null,
    touched boolean not null,
    check (touched = (n is not null))
);
create unique index kernel_event_object_stream on kernel_event_object (object, n) where touched;
create index kernel_event_object_verb on kernel_event_object (object, verb, event);
create index kernel_event_object_event on kernel_event_object (event);

create table kernel_payload (
    event uuid primary key,
    salt bytea not null,
    body text not null
);

create table kernel_attempt (
    id uuid primary key,
    verb text not null,
    object uuid,
    type text not null,
    actor uuid,
    happened_at timestamptz not null,
    recorded_at timestamptz not null,
    rulebook integer not null,
    channel text not null,
    batch uuid,
    envelope text not null,
    digest bytea not null
) partition by range (id);
create index kernel_attempt_object on kernel_attempt (object, id) where object is not null;

create table kernel_intake (
    id uuid primary key,
    digest bytea not null
);

create table kernel_seal (
    number bigint primary key,
    previous bytea not null,
    root bytea not null,
    entries bytea not null,
    made_at timestamptz not null
);

create table kernel_idempotency (
    actor uuid not null,
    key text not null,
    request_digest bytea not null,
    result text,
    made_at timestamptz not null default now(),
    primary key (actor, key)
);

create table kernel_follow_up (
    id uuid primary key,
    verb text not null,
    object uuid,
    args jsonb not null,
    actor uuid,
    approval uuid,
    caused_by uuid not null,
    made_at timestamptz not null,
    done_at timestamptz,
    result text
);
create index kernel_follow_up_open on kernel_follow_up (id) where done_at is null;

create table kernel_series (
    key text primary key,
    last bigint not null
);

create table kernel_blob (
    digest text primary key,
    size bigint not null,
    media_type text not null,
    body bytea not null,
    made_at timestamptz not null default now()
);

create table kernel_batch (
    id uuid primary key,
    verb text not null,
    opened_by uuid,
    total integer not null,
    stage text not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    done integer not null default 0,
    waiting integer not null default 0,
    refused integer not null default 0
);

create function kernel_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'KG001';
end $$;

create trigger kernel_event_append_only before update or delete on kernel_event
    for each row execute function kernel_append_only();
create trigger kernel_event_no_truncate before truncate on kernel_event
    for each statement execute function kernel_append_only();
create trigger kernel_event_object_append_only before update or delete on kernel_event_object
    for each row execute function kernel_append_only();
create trigger kernel_event_object_no_truncate before truncate on kernel_event_object
    for each statement execute function kernel_append_only();
create trigger kernel_payload_append_only before update on kernel_payload
    for each row execute function kernel_append_only();
create trigger kernel_payload_no_truncate before truncate on kernel_payload
    for each statement execute function kernel_append_only();
create trigger kernel_attempt_append_only before update or delete on kernel_attempt
    for each row execute function kernel_append_only();
create trigger kernel_attempt_no_truncate before truncate on kernel_attempt
    for each statement execute function kernel_append_only();
create trigger kernel_seal_append_only before update or delete on kernel_seal
    for each row execute function kernel_append_only();
create trigger kernel_seal_no_truncate before truncate on kernel_seal
    for each statement execute function kernel_append_only();

create table kernel_event_default partition of kernel_event default;
create table kernel_attempt_default partition of kernel_attempt default;

-- The smallest uuid of version 7 for a moment: the edges of the monthly partitions.
create function kernel_uuid7_floor(moment timestamptz) returns uuid language sql immutable as $$
    select (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7000-8000-000000000000')::uuid
    from (select lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') as h) t
$$;

-- Monthly partitions from `first` on; existing ones are left alone. Runs with the owner's rights.
create function kernel_partitions(first date, months integer) returns integer
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    made integer := 0;
    base text;
    start date;
    name text;
begin
    for i in 0 .. months - 1 loop
        start := (date_trunc('month', first) + make_interval(months => i))::date;
        foreach base in array array['kernel_event', 'kernel_attempt'] loop
            name := base || '_' || to_char(start, 'YYYYMM');
            if to_regclass(name) is null then
                execute format('create table %I partition of %I for values from (%L) to (%L)', name, base,
                    kernel_uuid7_floor(start::timestamp at time zone 'UTC'),
                    kernel_uuid7_floor((start + interval '1 month')::timestamp at time zone 'UTC'));
                made := made + 1;
            end if;
        end loop;
    end loop;
    return made;
end $$;

select kernel_partitions((now() - interval '18 months')::date, 36);
