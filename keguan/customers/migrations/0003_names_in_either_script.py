"""Search keys of names are kept in Simplified characters, whatever the names are written in."""

from django.db import migrations

KEYS = """
    update customers_customer
    set folded = translate(folded, %(forms)s, %(simple)s), grams = array(
        select distinct translate(g, %(forms)s, %(simple)s) collate "C" from unnest(grams) g order by 1)
    where grams && %(some)s::text[]
"""


def fold(_apps, schema_editor):
    """Rewrite the keys of those that hold a Traditional character."""
    import opencc

    every = [chr(code) for code in (*range(0x3400, 0xA000), *range(0x20000, 0x2FA20))]
    convert = opencc.OpenCC("t2s").convert
    found = zip(every, convert(convert("\n".join(every))).split("\n"), strict=True)
    pairs = [(one, simple) for one, simple in found if one != simple]
    given = {
        "forms": "".join(one for one, _ in pairs),
        "simple": "".join(simple for _, simple in pairs),
        "some": [one for one, _ in pairs],
    }
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(KEYS, given)


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_voided")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
