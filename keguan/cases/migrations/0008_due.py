"""A case knows when its nearest open clock is due, so that a list can stand in that order at any length.

The database keeps it with every statement that writes clocks, whoever makes it: there is no second place to forget.
"""

import datetime as dt

from django.db import migrations, models
from django.db.models import Q

FOLLOW = """
create function cases_follow_clocks() returns trigger language plpgsql as $$
begin
    update cases_case c set due_at = d.due_at
    from (
        select a.object, coalesce(
            (select min(o.due_at) from controls_obligation o
             where o.object = a.object and o.state in ('running', 'broken')), '9999-12-31 00:00:00+00') as due_at
        from (select distinct object from written where object_type = 'case') a
    ) d
    where c.id = d.object and c.due_at <> d.due_at;
    return null;
end
$$;
create trigger cases_clocks_opened after insert on controls_obligation
referencing new table as written for each statement execute function cases_follow_clocks();
create trigger cases_clocks_moved after update on controls_obligation
referencing new table as written for each statement execute function cases_follow_clocks();
create trigger cases_clocks_gone after delete on controls_obligation
referencing old table as written for each statement execute function cases_follow_clocks();
"""
UNFOLLOW = """
drop trigger cases_clocks_opened on controls_obligation;
drop trigger cases_clocks_moved on controls_obligation;
drop trigger cases_clocks_gone on controls_obligation;
drop function cases_follow_clocks();
"""
FILL = """
update cases_case c set due_at = d.due_at
from (select object, min(due_at) as due_at from controls_obligation
      where object_type = 'case' and state in ('running', 'broken') group by object) d
where c.id = d.object
"""
OPEN = Q(closed_at=None)


class Migration(migrations.Migration):
    """Adds the moment, fills it, and lets the database keep it."""

    dependencies = [("cases", "0007_forms_of_a_case"), ("controls", "0009_reckoned")]
    operations = [
        migrations.AddField(
            "case", "due_at", models.DateTimeField(db_default=dt.datetime(9999, 12, 31, tzinfo=dt.UTC))
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOW, UNFOLLOW),
        migrations.AddIndex("case", models.Index(fields=["due_at", "id"], name="cases_case_due")),
        migrations.AddIndex("case", models.Index(fields=["due_at", "id"], name="cases_case_open_due", condition=OPEN)),
        migrations.AddIndex(
            "case", models.Index(fields=["owner", "due_at", "id"], name="cases_case_owner_due", condition=OPEN)
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["unit", "due_at", "id"], name="cases_case_unit_due", condition=OPEN)
        ),
        migrations.AddIndex(
            "case", models.Index(fields=["opened_by", "due_at", "id"], name="cases_case_opener_due", condition=OPEN)
        ),
    ]
