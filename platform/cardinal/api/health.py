"""`/healthz`: the process lives. `/readyz`: database, broker and a segmentation worker answer."""

import logging
import threading
import time
from collections.abc import Callable
from uuid import uuid4

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cardinal.celery import app
from cardinal.events.publish import broker, wait_for_wake

logger = logging.getLogger(__name__)

# Anybody may ask, so the question is put to the services once in a while, by one thread at a time.
KEPT_S = 1.0
WORKER_PATIENCE_S = 3.0
_asking = threading.Lock()
_last: tuple[float, dict[str, bool]] = (float("-inf"), {})


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that this process serves."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when a click would be answered, else 503 with what is missing."""
    checks = _checks()
    ready = all(checks.values())
    return JsonResponse(
        {"status": "ready" if ready else "not_ready", "checks": checks}, status=200 if ready else 503
    )


def _checks() -> dict[str, bool]:
    global _last  # noqa: PLW0603 - the one answer that all askers share
    with _asking:
        if time.monotonic() - _last[0] > KEPT_S:
            checks = {"database": _check(_database), "broker": _check(_broker)}
            checks["segment_worker"] = checks["broker"] and _check(_segment_worker)
            _last = (time.monotonic(), checks)
        return _last[1]


def _check(probe: Callable[[], bool]) -> bool:
    try:
        return probe()
    except Exception as error:
        logger.info("Not ready: %s", error)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select 1 from django_migrations limit 1")
        return bool(cursor.fetchone() == (1,))


def _broker() -> bool:
    return bool(broker().ping())


def _segment_worker() -> bool:
    # Through the queue of the clicks to a process that has loaded its model: a ping would be answered by
    # the parent of such processes even when none of them can work.
    key = f"ready:{uuid4().hex}"
    app.send_task(
        "labeling.tasks.worker_ready", args=[key], queue="segment", expires=WORKER_PATIENCE_S, retry=False
    )
    return wait_for_wake(key=key, timeout_s=WORKER_PATIENCE_S)
