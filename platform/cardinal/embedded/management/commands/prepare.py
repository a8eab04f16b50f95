"""`manage.py prepare`: bring the database up to date and, in demo mode, seed the demo project."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    """One process for both steps: starting Django costs more than either with nothing to do."""

    help = "Apply the missing migrations and, in demo mode, seed the demo project. Safe to repeat."
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        """Do both; says what it did."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=1, stdout=self.stdout)
        else:
            self.stdout.write("The database is up to date.")
        if settings.DEMO:
            from labeling.services.demo import demo_seed  # noqa: PLC0415 - pulls in what only the demo needs

            demo_seed()
            self.stdout.write("The demo project is there.")
