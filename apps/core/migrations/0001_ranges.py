"""A range over UUIDs lets exclusion constraints compare ids without the btree_gist extension."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("pghistory", "0007_auto_20250421_0444")]
    # The triggers of every audited table call a function that pghistory installs.
    run_before = [("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE TYPE uuidrange AS RANGE (subtype = uuid)", "DROP TYPE uuidrange"),
    ]
