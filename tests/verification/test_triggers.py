import pytest
from django.db import connection

from credit_migration.api import find_host, read_only
from credit_migration.schema.triggers import read_triggers

TABLE = "credentials_usercredential"
MADE = {
    "sqlite": (f"CREATE TRIGGER told AFTER INSERT ON {TABLE} BEGIN SELECT 1; END",),
    "mysql": (f"CREATE TRIGGER told AFTER INSERT ON {TABLE} FOR EACH ROW SET @told = 1",),
    "postgresql": (
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        f"CREATE TRIGGER told AFTER INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION tell()",
    ),
}
UNMADE = {"postgresql": (f"DROP TRIGGER told ON {TABLE}", "DROP FUNCTION tell()")}


def run(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_lists_the_triggers_of_the_tables_that_an_award_writes():
    run(MADE[connection.vendor])
    try:
        with read_only("default") as snapshot:
            triggers = read_triggers(find_host(), snapshot)
    finally:
        run(UNMADE.get(connection.vendor, ("DROP TRIGGER told",)))

    assert [(trigger.name, trigger.table) for trigger in triggers] == [("told", TABLE)]
