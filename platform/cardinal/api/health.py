"""`/healthz`: the process lives. `/readyz`: database, broker and a segmentation worker answer."""

import logging
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cardinal.celery import app
from cardinal.events.publish import broker

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that this process serves."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when a click would be answered, else 503 with what is missing."""
    checks = {"database": _check(_database), "broker": _check(_broker)}
    checks["segment_worker"] = checks["broker"] and _check(_segment_worker)
    ready = all(checks.values())
    return JsonResponse(
        {"status": "ready" if ready else "not_ready", "checks": checks}, status=200 if ready else 503
    )


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
    return bool(app.control.ping(pattern="segment@*", matcher="glob", limit=1, timeout=1.0))
