"""The index behind `core.search`: FTS5 on SQLite, tsvector with GIN on PostgreSQL; Django knows neither."""

from django.db import migrations

# SQLite: an index without content of its own (`content=''`); the triggers keep it in step, whoever writes the table.
# Beware: where Django remakes the table on SQLite (AlterField), the triggers go with the old one; run `make_index` again.
SQLITE = (
    """CREATE VIRTUAL TABLE core_search USING fts5(
        tokens, content='', detail='none', tokenize="ascii tokenchars '_~'"
    )""",
    "CREATE VIRTUAL TABLE core_search_terms USING fts5vocab(core_search, row)",
    # Rows are long, a page each: what is told about a hit is read from this index alone.
    "CREATE INDEX core_search_hits ON core_searchentry (id, district_id, kind, is_public, about_uid)",
    """CREATE TRIGGER core_search_insert AFTER INSERT ON core_searchentry BEGIN
        INSERT INTO core_search(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
    """CREATE TRIGGER core_search_delete AFTER DELETE ON core_searchentry BEGIN
        INSERT INTO core_search(core_search, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    END""",
    """CREATE TRIGGER core_search_update AFTER UPDATE OF tokens ON core_searchentry WHEN old.tokens IS NOT new.tokens BEGIN
        INSERT INTO core_search(core_search, rowid, tokens) VALUES ('delete', old.id, old.tokens);
        INSERT INTO core_search(rowid, tokens) VALUES (new.id, new.tokens);
    END""",
)
SQLITE_BACK = (
    "DROP TRIGGER core_search_update",
    "DROP TRIGGER core_search_delete",
    "DROP TRIGGER core_search_insert",
    "DROP INDEX core_search_hits",
    "DROP TABLE core_search_terms",
    "DROP TABLE core_search",
)
# PostgreSQL: long columns lie beside the table (`toast_tuple_target`), so that looking up many rows reads few pages; the
# list of pending entries is kept short, because every search reads it from end to end.
POSTGRESQL = (
    "ALTER TABLE core_searchentry SET (toast_tuple_target = 128)",
    """ALTER TABLE core_searchentry ADD COLUMN vector tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED""",
    "CREATE INDEX core_search ON core_searchentry USING gin (vector) WITH (fastupdate = on, gin_pending_list_limit = 512)",
)
POSTGRESQL_BACK = ("DROP INDEX core_search", "ALTER TABLE core_searchentry DROP COLUMN vector")


def _run(schema_editor, sqlite, postgresql):
    statements = {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


def make_index(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def drop_index(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(make_index, drop_index),
    ]
