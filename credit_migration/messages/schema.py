"""Findings about the live schema (5xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = (
    Message(
        id="E501",
        title="The column is recorded as added but is not there",
        msg="django_migrations says that {migration} has run, but {table} has no column {column}.",
        hint="Take the record back and run it: python manage.py migrate {app} {before} --fake; "
        "python manage.py migrate {app} {name}",
        why="The migration was faked, or a dump from before it was restored beside a newer `django_migrations`. Code "
        "that has the field fails on each query.",
    ),
    Message(
        id="E502",
        title="The column is there but not recorded as added",
        msg="{table}.{column} is there, but django_migrations says that {migration} has not run.",
        hint="If an interrupted run added it, run it again with AddNullableForeignKey, which looks before it acts: "
        "python manage.py migrate {app} {name}",
        why="A migration was killed between its statement and its record, which MySQL and MariaDB can't roll back; or "
        "somebody added the column by hand. A plain `AddField` then fails with *duplicate column*.",
    ),
    Message(
        id="E503",
        title="The program is not nullable in the database",
        msg="{table}.{column} is NOT NULL: old code can't insert, and no legacy row can be kept as it is.",
        hint="Make the column nullable as the model has it; see python manage.py sqlmigrate {app} for the statement.",
        why="ADR 0005: for the rows from before, *that field will be null*.",
    ),
    Message(
        id="E504",
        title="The column has another type than the program's key",
        msg="{table}.{column} is a {found}, but {program_table}.{program_pk} is a {wanted}.",
        hint="While no row has a program, go back before the expand migration and let it make the column again.",
        why="A foreign key between different types can't be built on MySQL and MariaDB, and is slow elsewhere.",
    ),
    Message(
        id="E505",
        title="The foreign key is missing",
        msg="{table}.{column} has no foreign key to {program_table}: ids that no program has can be stored.",
        hint="Run the expand migration to its end, AddNullableForeignKey adds what lacks: "
        "python manage.py migrate {app}",
        why="An interrupted expand step leaves the column without its key. Rows with an id that no program has would "
        "keep it from being added later.",
    ),
    Message(
        id="E506",
        title="The foreign key points to another table",
        msg="The foreign key {name} of {table}.{column} points to {found}, not to {program_table}.{program_pk}.",
        hint="Drop it and add the right one; python manage.py sqlmigrate {app} shows the statement.",
        why="ADR 0005: *program_id* is the id of Credentials' own Program.",
    ),
    Message(
        id="W507",
        title="The foreign key is not validated",
        msg="The foreign key {name} of {table}.{column} is NOT VALID: PostgreSQL has not looked at the rows before it.",
        hint='Validate it, which lets reads and writes go on: ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}";',
        why="The expand step was interrupted before its last statement. New rows are checked already.",
    ),
    Message(
        id="W508",
        title="The foreign key's index is missing",
        msg="{table}.{column} has no index: deleting a program, and each report by program, reads the whole table.",
        hint="Run the expand migration to its end, AddNullableForeignKey adds what lacks: "
        "python manage.py migrate {app}",
        why="Django gives each foreign key an index. An interrupted expand step leaves it out.",
    ),
    Message(
        id="E509",
        title="An index is invalid",
        msg="The index {name} of {table} is invalid: PostgreSQL keeps it up to date but does not use it.",
        hint='Drop it and build it again: DROP INDEX CONCURRENTLY "{name}"; then python manage.py migrate {app}',
        why="A `CREATE INDEX CONCURRENTLY` was interrupted, or a unique one met a duplicate. What is left costs each "
        "write and helps no read.",
    ),
    Message(
        id="E510",
        title="A unique is left over",
        msg="django_migrations says that {migration} has run, but {table} still has the unique {name} over {columns}.",
        hint="Drop it as the migration should have; DropUniqueTogether finds it by its columns, whatever its name.",
        why="The unique has a name that Django did not expect, from an older Django or a renamed table, or the "
        "migration changed only Django's state. Learners still can't request again.",
    ),
    Message(
        id="W511",
        title="A unique is in the database but not in the model",
        msg="{table} has the unique {name} over {columns}, which {model} does not have: a second request fails there.",
        hint="Write the migration that drops it: python manage.py makemigrations {app}",
        why="The model lets a second request through, and the database answers with an `IntegrityError`.",
    ),
    Message(
        id="W512",
        title="A unique is in the model but not in the database",
        msg="{model} is unique over {columns} in its Meta, which the database does not enforce.",
        hint="Take it out of Meta if the contract step is done, or write the migration that it lacks: "
        "python manage.py makemigrations {app}",
        why="`full_clean()` looks at Meta, so learners are still refused by the model, while two requests at the same "
        "moment get through.",
    ),
    Message(
        id="I513",
        title="A unique is in the database of a service whose model is elsewhere",
        msg="{table} has the unique {name} over {columns}: while it is there, a second request fails.",
        hint="Ask in the service itself which migration drops it: python manage.py show_credit_rollout. If none does, "
        "write it there, as docs/host-guide.md shows.",
        why="Beside a service, neither its model nor its migrations are in the project that looks. Until the contract "
        "step the unique belongs there; afterwards it keeps learners from asking again.",
    ),
)
