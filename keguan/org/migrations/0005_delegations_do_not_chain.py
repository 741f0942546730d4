"""Delegations do not chain: a trigger refuses one whose people stand in, or have somebody stand in, at the time."""

from django.db import migrations

SQL = """
create function org_delegation_no_chain() returns trigger language plpgsql as $$
begin
    -- two delegations at once could close a chain that neither sees
    perform pg_advisory_xact_lock(hashtextextended('org_delegation chain', 0));
    if exists (
        select from org_delegation d
        where d.id <> new.id and (d.delegate = new.delegator or d.delegator = new.delegate)
          and tstzrange(d.starts_at, d.ends_at) && tstzrange(new.starts_at, new.ends_at)
    ) then
        raise exception 'delegations do not chain'
            using errcode = 'check_violation', constraint = 'org_delegation_no_chain', table = 'org_delegation';
    end if;
    return null;
end
$$;
create trigger org_delegation_no_chain after insert or update on org_delegation
    for each row execute function org_delegation_no_chain();
"""
UNDO = "drop trigger org_delegation_no_chain on org_delegation; drop function org_delegation_no_chain();"


class Migration(migrations.Migration):
    """Adds the trigger."""

    dependencies = [("org", "0004_holder_spans")]
    operations = [migrations.RunSQL(SQL, UNDO)]
