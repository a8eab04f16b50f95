"""The base of every view: read a typed body, answer a typed shape."""

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.views import APIView

from cardinal.accounts.models import User
from labeling.domain.errors import Kind, Refused, invalid_field

Body = TypeVar("Body", bound=BaseModel)
DEFAULT_LIMIT, MAX_LIMIT = 50, 200


class ApiView(APIView):
    """A view whose bodies and answers are the shapes of `labeling.shapes`."""

    def body(self, shape: type[Body]) -> Body:
        """Return the request's body as `shape`; raises pydantic's error, which the API answers with 400.

        Only JSON is taken: a form on another site cannot send it, so nobody is signed in by one.
        """
        content = self.request._request.body
        if content and self.request.content_type.partition(";")[0].strip().lower() != "application/json":
            raise Refused(
                "unsupported_media_type",
                "Send JSON with Content-Type: application/json.",
                kind=Kind.UNSUPPORTED,
            )
        return shape.model_validate_json(content or b"{}")

    def user(self) -> User:
        """Return who asks. Permissions have let nobody anonymous come here."""
        user = self.request.user
        if isinstance(user, AnonymousUser):
            raise TypeError("This view needs IsAuthenticated among its permissions")
        return user


def answer(shape: BaseModel, status: int = 200) -> HttpResponse:
    """Return `shape` as JSON."""
    return HttpResponse(shape.model_dump_json(), status=status, content_type="application/json")


def page_limit(request: Request) -> int:
    """Return `limit` of the query, 1..200."""
    return _query_number(request, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)


def page_cursor(request: Request) -> int:
    """Return `cursor` of the query: the key of the last row of the page before, 0 for the first page."""
    return _query_number(request, "cursor", 0, 0, 2**63 - 1)


def query_identifier(request: Request, name: str) -> int | None:
    """Return an optional identifier of the query."""
    return _query_number(request, name, 0, 1, 2**63 - 1) if request.query_params.get(name) else None


def query_yes_no(request: Request, name: str) -> bool:
    """Return an optional `true` or `false` of the query; false when it is left out."""
    text = request.query_params.get(name) or "false"
    if text not in {"true", "false"}:
        raise invalid_field(name, f"The {name} must be true or false.")
    return text == "true"


def _query_number(request: Request, name: str, default: int, minimum: int, maximum: int) -> int:
    text = request.query_params.get(name) or str(default)
    # More digits than a 64-bit number has are refused before they are converted.
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and minimum <= int(text) <= maximum):
        raise invalid_field(name, f"The {name} must be a whole number from {minimum} to {maximum}.")
    return int(text)
