"""Units form a tree: a trigger refuses a parent that lies below the unit itself."""

from django.db import migrations

SQL = """
create function org_unit_no_circle() returns trigger language plpgsql as $$
begin
    -- two moves at once could close a circle that neither sees
    perform pg_advisory_xact_lock(hashtextextended('org_unit tree', 0));
    if exists (
        with recursive above as (
            select u.id, u.parent from org_unit u where u.id = new.parent
            union
            select u.id, u.parent from above join org_unit u on u.id = above.parent
        )
        select from above where id = new.id
    ) then
        raise exception 'a unit below the unit cannot be its parent'
            using errcode = 'check_violation', constraint = 'org_unit_no_circle', table = 'org_unit';
    end if;
    return null;
end
$$;
create trigger org_unit_no_circle after update of parent on org_unit
    for each row when (new.parent is not null and new.parent is distinct from old.parent)
    execute function org_unit_no_circle();
"""
UNDO = "drop trigger org_unit_no_circle on org_unit; drop function org_unit_no_circle();"


class Migration(migrations.Migration):
    """Adds the trigger; units are only moved by `unit.change`."""

    dependencies = [("org", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]
