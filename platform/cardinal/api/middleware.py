"""Middleware: honest answers while a service is away, and a strict content policy."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cardinal.api.errors import AWAY, service_unavailable

POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
)


class ServiceErrorMiddleware:
    """Answers 503 in the one error shape when the database or the broker is away outside a REST view too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a service that is away; leave everything else to Django."""
        return service_unavailable() if isinstance(exception, AWAY) else None


class ContentSecurityMiddleware:
    """Sets the content security policy on every answer that has none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
