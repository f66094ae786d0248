"""A new column costs the same whatever stands in the table."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState
from django.test.utils import CaptureQueriesContext

from secondring.lib.columns import AddColumn

pytestmark = pytest.mark.django_db(transaction=True)


def test_rows_get_the_default_and_the_table_is_not_copied() -> None:
    before = ProjectState()
    key = models.BigAutoField(primary_key=True)
    before.add_model(ModelState("lib", "Shelf", [("id", key), ("name", models.CharField(max_length=9))]))
    adding = AddColumn("shelf", "full", models.BooleanField(default=True))
    after = before.clone()
    adding.state_forwards("lib", after)
    with connection.schema_editor() as editor:
        migrations.CreateModel("Shelf", [("id", key), ("name", models.CharField(max_length=9))]).database_forwards(
            "lib", editor, ProjectState(), before
        )
    try:
        before.apps.get_model("lib", "Shelf").objects.create(name="odd")
        with CaptureQueriesContext(connection) as asked, connection.schema_editor() as editor:
            adding.database_forwards("lib", editor, before, after)
        shelf = after.apps.get_model("lib", "Shelf")
        shelf.objects.create(name="new", full=False)
        assert list(shelf.objects.order_by("id").values_list("name", "full")) == [("odd", True), ("new", False)]
        assert not [each["sql"] for each in asked if "INSERT INTO" in each["sql"] or "CREATE TABLE" in each["sql"]]
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(after.apps.get_model("lib", "Shelf"))
