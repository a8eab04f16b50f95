"""One error shape for everything: `{"error": {"code", "message", "details"}}`."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from kombu.exceptions import OperationalError as BrokerError
from pydantic import ValidationError
from redis.exceptions import ConnectionError as ValkeyConnectionError
from redis.exceptions import TimeoutError as ValkeyTimeoutError
from rest_framework import exceptions
from rest_framework.parsers import MultiPartParser
from rest_framework.views import set_rollback

from labeling.domain.errors import DISK_FULL, Kind, Refused, is_disk_full

logger = logging.getLogger(__name__)

STATUS = {
    Kind.INVALID: 400,
    Kind.NOT_SIGNED_IN: 401,
    Kind.NOT_ALLOWED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_LARGE: 413,
    Kind.TOO_MANY: 429,
    Kind.UNSUPPORTED: 415,
    Kind.FAILED: 422,
    Kind.UNAVAILABLE: 503,
    Kind.TIMEOUT: 504,
    Kind.STORAGE_FULL: 507,
}
AWAY = (OperationalError, InterfaceError, BrokerError, ValkeyConnectionError, ValkeyTimeoutError)
FRAMEWORK_CODES = {
    401: ("not_signed_in", "Sign in, or send a valid token as “Authorization: Token …”."),
    403: ("not_allowed", "You may not do this."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    406: ("not_acceptable", "This address answers in JSON."),
    415: ("unsupported_media_type", "Send JSON with Content-Type: application/json."),
}
SEND_FILES = "Send files as multipart/form-data, under the names that /api/schema/ gives for this address."


def error_response(
    code: str, message: str, status: int, details: dict[str, Any] | None = None
) -> JsonResponse:
    """Return the one error shape."""
    return JsonResponse(
        {"error": {"code": code, "message": message, "details": details or {}}}, status=status
    )


def invalid_fields(error: ValidationError) -> Refused:
    """Turn pydantic's report into the refusal that names each field."""
    fields: dict[str, list[str]] = {}
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        path = ".".join(str(part) for part in item["loc"]) or "body"
        fields.setdefault(path, []).append(item["msg"])
    name, messages = next(iter(fields.items()))
    return Refused("invalid", f"Check the field “{name}”: {messages[0]}.", fields=fields)


def exception_handler(error: Exception, context: dict[str, Any]) -> JsonResponse | None:
    """Give REST framework's views the one error shape."""
    takes_files = MultiPartParser in context["view"].parser_classes
    response: JsonResponse | None
    if takes_files and isinstance(error, exceptions.UnsupportedMediaType):
        response = error_response("unsupported_media_type", SEND_FILES, 415)
    else:
        response = _known(error)
    if response is not None:
        set_rollback()
    return response


def _known(error: Exception) -> JsonResponse | None:
    if isinstance(error, ValidationError):
        error = invalid_fields(error)
    elif is_disk_full(error):
        logger.error("The disk is full: %s", error)
        error = Refused("disk_full", DISK_FULL, kind=Kind.STORAGE_FULL)
    if isinstance(error, Refused):
        return error_response(error.code, error.message, STATUS[error.kind], error.details)
    if isinstance(error, AWAY):
        logger.warning("A service is away: %s", error)
        return service_unavailable()
    if isinstance(error, RequestDataTooBig | TooManyFilesSent):
        return error_response(
            "too_large", "The request is too large. Send fewer or smaller files at a time.", 413
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    if isinstance(error, exceptions.ParseError):
        return error_response("invalid", f"The request could not be read: {error.detail}", 400)
    code, message = FRAMEWORK_CODES.get(error.status_code, ("failed", str(error.detail)))
    if isinstance(error, exceptions.PermissionDenied) and "CSRF" in str(error.detail):
        code, message = "csrf_failed", "Reload the page and try again: its security token is out of date."
    response = error_response(code, message, error.status_code)
    challenge = getattr(error, "auth_header", None)
    if challenge:
        response["WWW-Authenticate"] = challenge
    return response


def service_unavailable() -> JsonResponse:
    """Return the answer for moments in which the database or the broker is away."""
    response = error_response(
        "service_unavailable",
        "The database or the broker is away for a moment. Nothing was changed; try again.",
        503,
    )
    response["Retry-After"] = "1"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    """Answer a request without a valid CSRF token."""
    return error_response(
        "csrf_failed", "Reload the page and try again: its security token is out of date.", 403
    )


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Answer an address that is none."""
    return error_response("not_found", "There is nothing at this address.", 404)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Answer a request that Django itself refuses: for a host that is not ours, say."""
    return error_response("invalid", "The request could not be read. Check its address and headers.", 400)


def server_error(request: HttpRequest) -> JsonResponse:
    """Answer after a defect of ours, without telling its inside."""
    return error_response(
        "server_error", "Something went wrong on the server. Try again; if it stays, tell an admin.", 500
    )
