from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from secondring.lib import search

TABLE = "customers_customer_search"


def make(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    search.make_known(TABLE, schema_editor)


def unmake(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    search.unmake_known(TABLE, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_search")]
    operations = [migrations.RunPython(make, unmake)]
