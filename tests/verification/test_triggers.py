import pytest
from django.db import connection

from credit_migration.api import find_host, read_only
from credit_migration.schema.triggers import read_triggers

TABLES = ("credentials_usercredential", "records_usercreditpathway")
MADE = {
    "sqlite": ("CREATE TRIGGER told AFTER INSERT ON {table} BEGIN SELECT 1; END",),
    "mysql": ("CREATE TRIGGER told AFTER INSERT ON {table} FOR EACH ROW SET @told = 1",),
    "postgresql": (
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TRIGGER told AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION tell()",
    ),
}
UNMADE = {"postgresql": ("DROP TRIGGER told ON {table}", "DROP FUNCTION tell()")}


def run(statements, table):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(table=table))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", TABLES)
def test_lists_the_triggers_of_the_tables_of_awards_and_requests(table):
    run(MADE[connection.vendor], table)
    try:
        with read_only("default") as snapshot:
            triggers = read_triggers(find_host(), snapshot)
    finally:
        run(UNMADE.get(connection.vendor, ("DROP TRIGGER told",)), table)

    assert [(trigger.name, trigger.table) for trigger in triggers] == [("told", table)]
