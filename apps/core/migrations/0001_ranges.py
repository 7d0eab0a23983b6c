"""A range over UUIDs lets exclusion constraints compare ids without the btree_gist extension."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL(
            "CREATE TYPE uuidrange AS RANGE (subtype = uuid)", "DROP TYPE uuidrange"
        ),
    ]
