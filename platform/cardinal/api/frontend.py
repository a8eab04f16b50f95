"""The built front end: one page for every address that the browser routes itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe


@require_safe
@never_cache
@ensure_csrf_cookie
def index(request: HttpRequest) -> HttpResponse:
    """Serve the page, or say how to build it."""
    page = settings.FRONTEND_DIST / "index.html"
    if not page.is_file():
        return HttpResponse(
            "The front end is not built. Run: make demo", status=503, content_type="text/plain"
        )
    return HttpResponse(page.read_bytes(), content_type="text/html; charset=utf-8")
