"""Extensions that the indexes and constraints of later migrations need."""

from django.contrib.postgres.operations import BtreeGinExtension, BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Trigrams for search, btree in GIN and GiST for mixed indexes and exclusion constraints."""

    initial = True
    dependencies = []
    operations = [BtreeGistExtension(), BtreeGinExtension(), TrigramExtension()]
