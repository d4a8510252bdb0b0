"""``manage.py print_audit_sql``."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandParser

from credit_migration import api
from credit_migration.data import Report, SchemaState, WarehouseOptions, WarehouseQuery
from credit_migration.management.base import ReportCommand
from credit_migration.management.selecting import add_filters, filters, moment


class Command(ReportCommand):
    help = (
        "Prints the queries of the audit and of the candidates in the SQL of a warehouse engine, for tables that were "
        "copied there. Asks no database and runs nothing. Example: manage.py print_audit_sql --dialect spark --query candidates"
    )
    formats = ("sql", "json")
    default_format = "sql"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--dialect", required=True, choices=api.DIALECTS, help="The engine that is written for. Must be given."
        )
        parser.add_argument(
            "--query",
            action="append",
            choices=[query.value for query in WarehouseQuery],
            help="Print this query alone; may be repeated. Default is all of them.",
        )
        parser.add_argument(
            "--state",
            choices=[state.value for state in SchemaState],
            default=SchemaState.TARGET.value,
            help="How the copied request table is: legacy has no program column, partial and target have one. Default "
            "is target.",
        )
        parser.add_argument(
            "--schema",
            default="",
            metavar="NAME",
            help="What stands before each table's name, for example lake.credentials. Default is nothing.",
        )
        parser.add_argument(
            "--table",
            action="append",
            default=[],
            type=renamed,
            metavar="NAME=WAREHOUSE_NAME",
            help="The warehouse's whole name of one table, for example core_user=lake.learners; may be repeated. "
            "Default is the service's own.",
        )
        parser.add_argument(
            "--quote",
            action="store_true",
            help="Quote every name, so that its case counts. Default is to quote only what must be.",
        )
        parser.add_argument(
            "--naive-moments",
            action="store_true",
            help="The copies keep moments without a time zone, in UTC. Default is with one.",
        )
        parser.add_argument(
            "--since",
            type=moment,
            metavar="DATE",
            help="The cutover: each request made since must have a program. Default is the first recorded program.",
        )
        parser.add_argument(
            "--all",
            action="store_true",
            help="List the requests of pathways with several programs too, told apart as 'ambiguous'.",
        )
        add_filters(parser)

    def get_report(self, **options: Any) -> Report:
        return api.write_queries(
            WarehouseOptions(
                dialect=options["dialect"],
                queries=tuple(map(WarehouseQuery, options["query"] or list(WarehouseQuery))),
                state=SchemaState(options["state"]),
                schema=options["schema"],
                tables=dict(options["table"]),
                quoted=options["quote"],
                naive=options["naive_moments"],
                filters=filters(options),
                since=options["since"],
                ambiguous=options["all"],
            )
        )


def renamed(text: str) -> tuple[str, str]:
    """Return a table's two names from an option's text."""
    name, equals, new = text.partition("=")
    if not (name and equals and new):
        raise ArgumentTypeError(f"'{text}' is not NAME=WAREHOUSE_NAME, for example core_user=lake.people.learners.")
    return name, new
