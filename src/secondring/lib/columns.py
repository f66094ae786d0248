"""A column more, at the same cost for three million rows as for none.

Django copies a whole SQLite table to add a column that has a default. SQLite itself takes a constant one as it stands.
"""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class AddColumn(migrations.AddField):
    """As AddField, for a plain column: not unique, no key, with a constant default. Later rows get theirs from Django."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        field = model._meta.get_field(self.name)
        definition, _parameters = schema_editor.column_sql(model, field, include_default=True)
        schema_editor.execute(
            schema_editor.sql_create_column
            % {
                "table": schema_editor.quote_name(model._meta.db_table),
                "column": schema_editor.quote_name(field.column),
                "definition": definition,
            }
        )
