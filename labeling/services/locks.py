"""One worker at a time for work that is long, and that another worker may be sent to do as well."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Postgres names advisory locks by two numbers: what kind of work, and which piece of it.
EXPORTS, CHECKED_VERSIONS, TRAINING_RUNS, PRELABELLINGS, IMPORTS = 7301, 7303, 7305, 7307, 7309


@contextmanager
def only_worker(space: int, key: int) -> Iterator[bool]:
    """Say whether this process may do a piece of work: False while another one is at it.

    Postgres takes the lock back when a worker dies.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [space, key])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [space, key])
