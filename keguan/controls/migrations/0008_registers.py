"""Registers: one table for the records of all, one for their lines; a view with triggers for each, made at adoption.

A view makes a register like any table: the same columns, the same statements, its own indexes with real statistics.
"""

from django.db import migrations

SQL = r"""
create table controls_record (
    id uuid primary key,
    type text not null,
    code text,
    title text,
    stage text,
    owner uuid,
    unit uuid,
    data jsonb not null default '{}',
    unique (type, code)
);
create index controls_record_stage on controls_record (type, stage, id);
create index controls_record_owner on controls_record (type, owner) where owner is not null;
create index controls_record_unit on controls_record (type, unit) where unit is not null;

create table controls_record_line (
    id uuid primary key,
    list text not null,
    record uuid not null references controls_record,
    data jsonb not null default '{}'
);
create index controls_record_line_record on controls_record_line (record, list, id);

-- A date or moment kept as ISO text never reads otherwise, so that it can be indexed.
create function keguan_day(text) returns date language sql immutable strict parallel safe as 'select $1::date';
create function keguan_moment(text) returns timestamptz language sql immutable strict parallel safe
    set timezone = 'UTC' as 'select $1::timestamptz';
create function keguan_uuids(jsonb) returns uuid[] language sql immutable strict parallel safe as
    'select array(select jsonb_array_elements_text($1)::uuid)';
create function keguan_texts(jsonb) returns text[] language sql immutable strict parallel safe as
    'select array(select jsonb_array_elements_text($1))';

create function keguan_record_write() returns trigger language plpgsql as $$
declare
    j jsonb;
begin
    j := jsonb_strip_nulls(to_jsonb(new));
    if tg_op = 'INSERT' then
        insert into controls_record (id, type, code, title, stage, owner, unit, data)
        values (new.id, tg_argv[0], j->>'code', j->>'title', j->>'stage', (j->>'owner')::uuid, (j->>'unit')::uuid,
            j - array['id', 'code', 'title', 'stage', 'owner', 'unit']);
    else
        update controls_record set code = j->>'code', title = j->>'title', stage = j->>'stage',
            owner = (j->>'owner')::uuid, unit = (j->>'unit')::uuid,
            data = j - array['id', 'code', 'title', 'stage', 'owner', 'unit']
        where id = old.id and type = tg_argv[0];
    end if;
    return new;
end $$;

create function keguan_line_write() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into controls_record_line (id, list, record, data)
        values (new.id, tg_argv[0], new.record, jsonb_strip_nulls(to_jsonb(new)) - array['id', 'record']);
        return new;
    elsif tg_op = 'UPDATE' then
        update controls_record_line set data = jsonb_strip_nulls(to_jsonb(new)) - array['id', 'record']
        where id = old.id;
        return new;
    end if;
    delete from controls_record_line where id = old.id;
    return old;
end $$;

create function keguan_register_column(name text, kind text) returns text language plpgsql immutable as $$
begin
    if name !~ '^[a-z][a-z0-9_]*$' then
        raise exception 'no name for a column: %', name;
    end if;
    return case kind
        when 'text' then format('(data->>%L)', name)
        when 'numeric' then format('((data->>%L)::numeric)', name)
        when 'integer' then format('((data->>%L)::integer)', name)
        when 'bigint' then format('((data->>%L)::bigint)', name)
        when 'boolean' then format('((data->>%L)::boolean)', name)
        when 'uuid' then format('((data->>%L)::uuid)', name)
        when 'date' then format('keguan_day(data->>%L)', name)
        when 'timestamptz' then format('keguan_moment(data->>%L)', name)
        when 'uuid[]' then format('keguan_uuids(data->%L)', name)
        when 'text[]' then format('keguan_texts(data->%L)', name)
    end;
end $$;

-- The view of a register (or of one of its lists, with `list`), its triggers and indexes. Runs with the owner's rights.
create function keguan_register(register text, list text, columns jsonb, indexed text[]) returns void
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    name text := 'register_' || register || coalesce('_' || list, '');
    shown text := '';
    pair jsonb;
    expression text;
begin
    if name !~ '^register_[a-z][a-z0-9_]*$' then
        raise exception 'no name for a register: %', name;
    end if;
    for pair in select * from jsonb_array_elements(columns) loop
        if list is null and pair->>0 in ('code', 'title', 'stage', 'owner', 'unit') then
            shown := shown || format(', %I', pair->>0);
        else
            expression := keguan_register_column(pair->>0, pair->>1);
            shown := shown || format(', %s as %I', expression, pair->>0);
            if list is null and pair->>0 = any(indexed) then
                execute format('create index if not exists %I on controls_record (%s, id) where type = %L',
                    left('controls_record_' || register || '_' || (pair->>0), 63), expression, register);
            end if;
        end if;
    end loop;
    execute format('drop view if exists %I', name);
    if list is null then
        execute format('create view %I as select id%s from controls_record where type = %L', name, shown, register);
        execute format('create trigger %I instead of insert or update on %I for each row
            execute function keguan_record_write(%L)', name || '_write', name, register);
    else
        execute format('create view %I as select l.id, l.record%s from controls_record_line l where l.list = %L',
            name, replace(shown, 'data->', 'l.data->'), register || '.' || list);
        execute format('create trigger %I instead of insert or update or delete on %I for each row
            execute function keguan_line_write(%L)', name || '_write', name, register || '.' || list);
    end if;
    if session_user <> current_user then
        execute format('grant select, insert, update, delete on %I to %I', name, session_user);
    end if;
end $$;
"""


class Migration(migrations.Migration):
    """Creates them."""

    dependencies = [("controls", "0007_proposals")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
