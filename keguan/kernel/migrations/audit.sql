-- The reading log, the erasure of payloads, and partitions that take rows back from the default one.
create table kernel_reading (
    id uuid primary key,
    actor uuid,
    channel text not null,
    type text not null,
    object uuid not null,
    facts text not null,
    recorded_at timestamptz not null,
    digest bytea not null
) partition by range (id);
create index kernel_reading_object on kernel_reading (object, id);
create table kernel_reading_default partition of kernel_reading default;
create trigger kernel_reading_append_only before update or delete on kernel_reading
    for each row execute function kernel_append_only();
create trigger kernel_reading_no_truncate before truncate on kernel_reading
    for each statement execute function kernel_append_only();

create index kernel_idempotency_made_at on kernel_idempotency (made_at);
create index kernel_follow_up_done on kernel_follow_up (done_at) where done_at is not null;

-- Payloads go only when an event of erasure that names their events is entered, in its own transaction. The function
-- is the migrating role's: nobody else needs, or has, the right to delete.
create function kernel_erase_payloads() returns trigger
    language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from kernel_payload
    where event in (select e::uuid from jsonb_array_elements_text(new.envelope::jsonb -> 'erased') as e);
    return null;
end $$;
create trigger kernel_event_erases after insert on kernel_event
    for each row when (new.verb like '%.erase') execute function kernel_erase_payloads();
create trigger kernel_payload_kept before delete on kernel_payload
    for each row when (pg_trigger_depth() = 0) execute function kernel_append_only();

-- Monthly partitions from `first` on; existing ones are left alone. What a month's rows were written before its
-- partition was made lies in the default one and is moved over. Runs with the owner's rights.
create or replace function kernel_partitions(first date, months integer) returns integer
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    made integer := 0;
    base text;
    start date;
    name text;
    rest text;
    low uuid;
    high uuid;
    waits boolean;
begin
    for i in 0 .. months - 1 loop
        start := (date_trunc('month', first) + make_interval(months => i))::date;
        low := kernel_uuid7_floor(start::timestamp at time zone 'UTC');
        high := kernel_uuid7_floor((start + interval '1 month')::timestamp at time zone 'UTC');
        foreach base in array array['kernel_event', 'kernel_attempt', 'kernel_reading'] loop
            name := base || '_' || to_char(start, 'YYYYMM');
            rest := base || '_default';
            if to_regclass(name) is not null then
                continue;
            end if;
            execute format('lock table %I in share row exclusive mode', base);
            if to_regclass(name) is not null then
                continue;
            end if;
            execute format('select exists (select from %I where id >= %L and id < %L)', rest, low, high) into waits;
            if waits then
                execute format('create table %I (like %I including defaults including constraints)', name, base);
                execute format('alter table %I disable trigger user', rest);
                execute format('with moved as (delete from %I where id >= %L and id < %L returning *)'
                    ' insert into %I select * from moved', rest, low, high, name);
                execute format('alter table %I enable trigger user', rest);
                execute format('alter table %I attach partition %I for values from (%L) to (%L)', base, name, low, high);
            else
                execute format('create table %I partition of %I for values from (%L) to (%L)', name, base, low, high);
            end if;
            made := made + 1;
        end loop;
    end loop;
    return made;
end $$;

select kernel_partitions((now() - interval '18 months')::date, 36);
