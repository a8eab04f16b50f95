"""The Celery application. Queues: `segment` (clicks), `train` (models made and looked at) and `default`
(everything else).

Importing any part of `cardinal` imports this file, so it must not choose the settings.
Whoever starts a process does.
"""

import os

from celery import Celery
from celery.signals import task_postrun, task_prerun
from django.db import close_old_connections

# With every core busy, torch's spinning waits cost more than the work.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

app = Celery("cardinal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
@task_postrun.connect
def give_back_connections(**_: object) -> None:
    """Return database connections to the pool, which hands out none that are broken."""
    close_old_connections()
